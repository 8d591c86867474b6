/** What a mask says of keys and queries that are not read means nothing: it may be anything. */

import type { NonFinite } from '../../codec/tensor-request.ts';
import { allocateFloats, type Memory } from '../../tensor/memory.ts';
import { broadcastStrides, floatTensor, type Tensor } from '../../tensor/tensor.ts';
import type { ScoreShape } from './mask.ts';

export interface MaskReach {
  target: ScoreShape;
  queryLengths: readonly number[];
  keyLengths: readonly number[];
  memory: Memory;
}

/**
 * A copy of a mask in which what is not read repeats an entry that is, so that it decides nothing; the mask itself where all
 * of it is read, and where it does not fit.
 * @param odd the fault of entries that no mask may hold, if there are any
 * @throws RequestError for the first of these that is read
 */
export function withoutUnreadEntries(mask: Tensor, odd: NonFinite | undefined, reach: MaskReach): Tensor {
  const { target, queryLengths, keyLengths, memory } = reach;
  if (broadcastStrides(mask.shape, target) === undefined) return mask;
  const isPadded = keyLengths.some((length) => length < target[3]) || queryLengths.some((length) => length < target[2]);
  if (!isPadded) return allRead(mask, odd);
  const [, heads, rows, keys] = [1, 1, 1, 1, ...mask.shape].slice(-4);
  const count = mask.data.length / keys;
  const read = Array.from({ length: keys === 0 ? 0 : count }, (_, row) =>
    entriesRead(mask.shape, [Math.floor(row / (heads * rows)), row % rows], reach),
  );
  if (read.every((length) => length === keys)) return allRead(mask, odd);
  const copy = emptyCopy(mask, memory);
  const first = read.findIndex((length) => length > 0);
  if (first >= 0) copy.data.fill(mask.data[first * keys]);
  for (const [row, length] of read.entries()) {
    const start = row * keys;
    const entries = mask.data.subarray(start, start + length);
    const bad = odd === undefined ? -1 : entries.findIndex((entry) => isOdd(mask, entry));
    if (odd !== undefined && bad >= 0) throw odd.fault(start + bad);
    copy.data.set(entries, start);
  }
  return copy;
}

function allRead(mask: Tensor, odd: NonFinite | undefined): Tensor {
  if (odd !== undefined) throw odd.fault(odd.first);
  return mask;
}

/** How many entries of a row of a mask are read, from the first on: as far as one of the rows of scores that it serves is. */
function entriesRead(
  shape: readonly number[],
  [entry, row]: readonly [entry: number, row: number],
  { target: [batch, , queries, keys], queryLengths, keyLengths }: MaskReach,
): number {
  const [entries, , rows, columns] = [1, 1, 1, 1, ...shape].slice(-4);
  let farthest = 0;
  for (let b = entries === batch ? entry : 0; b < (entries === batch ? entry + 1 : batch); b++) {
    const isRead = rows === queries ? row < queryLengths[b] : queryLengths[b] > 0;
    if (isRead) farthest = Math.max(farthest, keyLengths[b]);
  }
  return columns === keys ? farthest : Math.min(farthest, 1);
}

/** What no mask may hold: NaN and +∞, or a byte that is no boolean. */
function isOdd({ dtype }: Tensor, entry: number): boolean {
  return dtype === 'bool' ? entry > 1 : !(entry < Number.POSITIVE_INFINITY);
}

function emptyCopy(mask: Tensor, memory: Memory): Tensor {
  const { shape, data } = mask;
  if (mask.dtype !== 'bool') return floatTensor(shape, allocateFloats(memory, mask.dtype, data.length).fill(0));
  const { buffer, byteOffset } = memory(data.length);
  return { dtype: 'bool', shape, data: new Uint8Array(buffer, byteOffset, data.length).fill(0) };
}
