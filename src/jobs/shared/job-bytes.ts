/** Bodies and results in Redis, in pieces: no command holds it up for long, and none is too large for it. */
import { RequestError } from '../../errors.ts';
import type { RedisLink } from '../../redis/redis-link.ts';

export const PIECE_BYTES = 2 ** 20;
/** How long pieces are kept that belong to no job yet, in ms. */
export const ORPHAN_MS = 600_000;

export const piecesOf = (bytes: number) => Math.ceil(bytes / PIECE_BYTES);

/** Writes bytes under `nameOf(piece)`, for as long as orphans are kept. @throws RequestError `sharing_unavailable` */
export async function writePieces(
  redis: RedisLink,
  nameOf: (piece: number) => string,
  chunks: readonly Uint8Array[],
): Promise<number> {
  let piece = 0;
  for (const bytes of inPieces(chunks)) {
    const name = nameOf(piece++);
    await redis.ask((client) => client.set(name, bytes, 'PX', ORPHAN_MS));
  }
  return piece;
}

/** Lets go of pieces that nobody will read; those that cannot be let go now have an end of their own. */
export async function dropPieces(redis: RedisLink, nameOf: (piece: number) => string, count: number): Promise<void> {
  if (count === 0) return;
  const names = Array.from({ length: count }, (_, piece) => nameOf(piece));
  await redis.ask((client) => client.unlink(...names)).catch(() => {});
}

/** The same bytes again. @throws RequestError `sharing_unavailable`, also where they are gone */
export async function* readPieces(
  redis: RedisLink,
  nameOf: (piece: number) => string,
  count: number,
): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < count; piece++) {
    const bytes = await redis.ask((client) => client.getBuffer(nameOf(piece)));
    if (bytes === null) throw new PiecesGone();
    yield bytes;
  }
}

/** All pieces as one body, in memory that threads share. @throws as `readPieces` */
export async function readBody(
  redis: RedisLink,
  nameOf: (piece: number) => string,
  { pieces, bytes }: { pieces: number; bytes: number },
): Promise<Uint8Array> {
  const body = new Uint8Array(new SharedArrayBuffer(bytes));
  let at = 0;
  for await (const piece of readPieces(redis, nameOf, pieces)) {
    body.set(piece, at);
    at += piece.byteLength;
  }
  return body;
}

/** What was written is there no more, however long one waits: Redis has come back empty. */
export class PiecesGone extends RequestError {
  constructor() {
    super('sharing_unavailable', 'a part of the job is gone from Redis');
  }
}

/** Bytes that lie in several places as pieces of one size, the last one smaller. */
export function* inPieces(chunks: readonly Uint8Array[]): Generator<Buffer> {
  let waiting: Buffer[] = [];
  let room = PIECE_BYTES;
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = 0; at < bytes.byteLength; ) {
      const part = bytes.subarray(at, at + room);
      at += part.byteLength;
      room -= part.byteLength;
      waiting.push(part);
      if (room > 0) continue;
      yield waiting.length === 1 ? waiting[0] : Buffer.concat(waiting);
      waiting = [];
      room = PIECE_BYTES;
    }
  }
  if (waiting.length > 0) yield waiting.length === 1 ? waiting[0] : Buffer.concat(waiting);
}
