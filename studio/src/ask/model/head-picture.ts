/** What the model view has of each head: a small picture, and what its words look at on average. */
import type { Attentions, HeadPlace } from './attentions.ts';
import { pooled } from './pooled.ts';

export interface HeadPicture {
  rows: number;
  columns: number;
  /** The largest weight of each part. */
  values: Float32Array;
  /** Means over the rows of the weight on the first word, on the word before, and on the word itself. */
  first: number;
  before: number;
  itself: number;
}

/** At most so many parts a side, and so many numbers of all heads together. */
const MOST_SIDE = 64;
const MOST_NUMBERS = 2 ** 22;

export async function headPicture(
  attentions: Attentions,
  place: HeadPlace,
  signal?: AbortSignal,
): Promise<HeadPicture> {
  const { rows, keys, layers, heads } = attentions;
  const side = Math.max(4, Math.min(MOST_SIDE, Math.floor(Math.sqrt(MOST_NUMBERS / (layers * heads)))));
  const pool = [Math.ceil(rows / side), Math.ceil(keys / side)] as const;
  const sums = { first: 0, before: 0, itself: 0 };
  // Of queries that are fewer than keys, the last stands at the last: what is before them is in a cache.
  const offset = Math.max(0, keys - rows);
  const values = await pooled(
    { rows: [0, rows], keys: [0, keys], pool, by: 'max' },
    keys,
    (from, to) => attentions.read(place, from, to),
    {
      signal,
      onRows: (piece, from) => {
        for (let at = 0, row = from; at < piece.length; at += keys, row++) {
          const own = row + offset;
          sums.first += piece[at];
          if (own < keys) sums.itself += piece[at + own];
          if (own > 0 && own <= keys) sums.before += piece[at + own - 1];
        }
      },
    },
  );
  const mean = (sum: number) => sum / rows;
  return {
    rows: Math.ceil(rows / pool[0]),
    columns: Math.ceil(keys / pool[1]),
    values,
    first: mean(sums.first),
    before: mean(sums.before),
    itself: mean(sums.itself),
  };
}
