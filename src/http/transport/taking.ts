/** That clients take their answers: whoever takes nothing, or only drop by drop, loses the connection. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface TakingLimits {
  /** How long nothing may be taken. */
  answerTimeoutMs: number;
  /** Bytes a second. */
  answerMinRate: number;
}

/** The variable by which a client was too slow. */
export type TakingLimit = 'ANSWER_TIMEOUT_MS' | 'ANSWER_MIN_RATE';

/** So often is looked within the shortest time that matters. */
const LOOKS = 8;
const MOST_LOOK_MS = 1000;

/** Watches all answers of `app` but those that other code writes, such as events, which have clocks of their own. */
export function watchAnswers(app: FastifyInstance, limits: TakingLimits): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    // A client that has left already takes nothing, and is not told so again.
    if (!reply.raw.destroyed) {
      watchTaking(reply.raw, limits, (limit) => {
        request.limit = limit;
      });
    }
    done();
  });
}

/**
 * Closes the connection of an answer when nothing of it was taken for `answerTimeoutMs`, or when it has taken longer than that
 * and what its bytes take at `answerMinRate`, as Apache's mod_reqtimeout counts bodies. Node's own time-out of a socket lasts
 * up to twice as long, as it begins anew when it first sees that something waits.
 * @param onSlow is told which of them it was, before the connection is closed
 */
export function watchTaking(
  response: ServerResponse,
  { answerTimeoutMs, answerMinRate }: TakingLimits,
  onSlow: (limit: TakingLimit) => void,
): void {
  const { socket } = response.req;
  const everyMs = Math.min(MOST_LOOK_MS, answerTimeoutMs / LOOKS);
  const start = performance.now();
  const takenBefore = takenFrom(socket);
  let taken = takenBefore;
  let movedAt = start;
  const look = () => {
    const now = performance.now();
    const takenNow = takenFrom(socket);
    // While nothing waits for the client, whoever writes the answer is slow.
    if (takenNow > taken || !isAnythingLeft(socket)) movedAt = now;
    taken = takenNow;
    const allowedMs = answerTimeoutMs + ((taken - takenBefore) / answerMinRate) * 1000;
    if (now - movedAt >= answerTimeoutMs) close('ANSWER_TIMEOUT_MS');
    else if (now - start >= allowedMs && isAnythingLeft(socket)) close('ANSWER_MIN_RATE');
    else timer = setTimeout(look, everyMs);
  };
  const close = (limit: TakingLimit) => {
    onSlow(limit);
    socket.destroy();
  };
  let timer = setTimeout(look, everyMs);
  response.once('close', () => clearTimeout(timer));
}

/** Bytes that the system has taken of what was written to a socket. Node tells them of whole chunks only, its handle as they go. */
function takenFrom(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return socket.bytesWritten - socket.writableLength;
  const [written, waiting]: unknown[] = [Reflect.get(handle, 'bytesWritten'), Reflect.get(handle, 'writeQueueSize')];
  return typeof written === 'number' && typeof waiting === 'number'
    ? written - waiting
    : socket.bytesWritten - socket.writableLength;
}

function isAnythingLeft(socket: Socket): boolean {
  return socket.writableLength > 0;
}
