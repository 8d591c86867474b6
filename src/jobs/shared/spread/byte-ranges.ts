/** Ranges of bytes that lie in Redis in pieces: what a part reads of the body of its whole. */

import type { RedisLink } from '../../../redis/redis-link.ts';
import type { ByteRange } from '../../../spread/placed.ts';
import { PIECE_BYTES, PiecesGone } from '../job-bytes.ts';

/** Pieces that are asked for before the first of them has come. */
const AT_ONCE = 4;

/** Bytes of one piece, and where they go. */
interface Fetch {
  piece: number;
  from: number;
  to: number;
  at: number;
}

/**
 * Reads ranges one behind the other into `into`, from `at` on.
 * @throws RequestError `sharing_unavailable`, also where some of them are gone
 */
export async function readRanges(
  redis: RedisLink,
  nameOf: (piece: number) => string,
  ranges: readonly ByteRange[],
  { into, at = 0 }: { into: Uint8Array; at?: number },
): Promise<void> {
  const fetches = fetchesOf(ranges, at);
  const fetchAll = async () => {
    for (const { piece, from, to, at: place } of fetches) {
      const bytes = await redis.ask((client) =>
        to - from === PIECE_BYTES
          ? client.getBuffer(nameOf(piece))
          : client.getrangeBuffer(nameOf(piece), from, to - 1),
      );
      if (bytes?.byteLength !== to - from) {
        throw new PiecesGone();
      }
      into.set(bytes, place);
    }
  };
  // They take from one generator, in turns.
  await Promise.all(Array.from({ length: AT_ONCE }, fetchAll));
}

function* fetchesOf(ranges: readonly ByteRange[], start: number): Generator<Fetch> {
  let at = start;
  for (const [first, end] of ranges) {
    for (let byte = first; byte < end; ) {
      const piece = Math.floor(byte / PIECE_BYTES);
      const from = byte % PIECE_BYTES;
      const to = Math.min(PIECE_BYTES, from + end - byte);
      yield { piece, from, to, at };
      at += to - from;
      byte += to - from;
    }
  }
}
