import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { ClientBytes } from '../../pressure/held-bytes.ts';

/**
 * Sends pieces one after another, as the client takes them: see taking.ts. Until they are gone, or the client is, they count as
 * held for it.
 */
export function sendHeld(
  reply: FastifyReply,
  pieces: readonly Uint8Array[],
  own: ClientBytes,
  onGone: () => void = () => {},
): FastifyReply {
  const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const buffers = pieces.map((piece) => Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
  own.add(bytes);
  const gone = () => {
    own.give(bytes);
    onGone();
  };
  // A client that has left already will not leave again.
  if (reply.raw.destroyed) gone();
  else reply.raw.once('close', gone);
  reply.header('content-length', bytes);
  return reply.send(buffers.length === 1 ? buffers[0] : Readable.from(buffers, { objectMode: true, highWaterMark: 1 }));
}
