/** Why a connection was closed and what helps, beside the codes of RFC 6455 that mean what they say there. */
export const CLOSE_CODES = {
  1000: [
    'normal: the client left, or was idle for STREAM_IDLE_MS',
    'Connect again when there is something to watch; a ping now and then keeps an idle connection.',
  ],
  1002: [
    'a frame does not follow RFC 6455',
    'Use a WebSocket library; of a proxy between, check that it passes frames on as they are.',
  ],
  1007: ['a text is not UTF-8', 'Send control messages as JSON in UTF-8.'],
  1009: [
    'a message is longer than MAX_BODY_BYTES',
    'Send tensors as base64, which is shorter, or start the run with POST /attention?stream=true and a safetensors body.',
  ],
  1012: [
    'the server restarts; goodbye said when to come back',
    'Connect again after reconnect_after_ms, and watch from the last step seen; a run that is gone is started anew.',
  ],
  1013: [
    'the server is overloaded; try again later',
    'Wait a few seconds before connecting again, longer after each time.',
  ],
  4400: ['a message is malformed', 'The reason names what is wrong with it; /asyncapi.yaml has every message.'],
  4401: [
    'the stream needs a key, token or ticket with the scope runs, and has none that is known',
    'Send a key or token in hello, or a fresh ticket with the address; the reason says what is wrong.',
  ],
  4403: [
    'pages of this origin may not use this server',
    'Whoever runs the server lists the origin of the page in CORS_ORIGINS.',
  ],
  4408: [
    'no hello, or the rest of a message, came in time',
    'Send hello as soon as the connection is open, and messages without pauses within.',
  ],
  4409: [
    'the id of a subscription is taken',
    'Give each subscription of a connection an id of its own, or unwatch the old one first.',
  ],
  4429: [
    'too many subscriptions, runs or messages',
    'Stay below the limits that welcome tells, or spread over several connections.',
  ],
  4499: [
    'the client did not read for STREAM_STALL_MS',
    'Grant fewer credits at a time, and read on while steps are shown; then watch from the last step seen.',
  ],
} as const satisfies Record<number, readonly [meaning: string, cure: string]>;
export type CloseCode = keyof typeof CLOSE_CODES;

/** RFC 6455 section 5.5: a control frame has 125 bytes, of which 2 are the code. */
const MAX_REASON_BYTES = 123;

/** At most the bytes that a close frame has, cut between characters. */
export function cutReason(text: string): string {
  const characters = [...text.slice(0, MAX_REASON_BYTES)];
  while (Buffer.byteLength(characters.join('')) > MAX_REASON_BYTES) characters.pop();
  return characters.join('');
}

/** A rule of the protocol that a client has broken, or a limit that it has passed: its connection is closed. */
export class Violation extends Error {
  readonly code: CloseCode;

  constructor(code: CloseCode, reason: string) {
    super(reason);
    this.code = code;
  }
}
