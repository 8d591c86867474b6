/** Why a connection was closed, beside the codes of RFC 6455 that mean what they say there. */
export const CLOSE_CODES = {
  1000: 'normal: the client left, or was idle for STREAM_IDLE_MS',
  1002: 'a frame does not follow RFC 6455',
  1007: 'a text is not UTF-8',
  1009: 'a message is longer than MAX_BODY_BYTES',
  1012: 'the server restarts; goodbye said when to come back',
  1013: 'the server is overloaded; try again later',
  4400: 'a message is malformed',
  4401: 'the token of hello is not one that is known',
  4403: 'pages of this origin may not open a stream',
  4408: 'no hello, or the rest of a message, came in time',
  4409: 'the id of a subscription is taken',
  4429: 'too many subscriptions, runs or messages',
  4499: 'the client did not read for STREAM_STALL_MS',
} as const;
export type CloseCode = keyof typeof CLOSE_CODES;
