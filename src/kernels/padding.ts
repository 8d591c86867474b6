/** Padding is not even looked at: kernels get only what is read, and the rest is filled in. */
import type { AttentionProblem, Block } from '../attention/problem.ts';
import type { MatrixView } from './kernel.ts';

/** How many of the rows and keys of a block are read, from the first on: those before the padding. */
export function readPart({ queryLengths, keyLengths }: AttentionProblem, block: Block): { rows: number; keys: number } {
  const rows = Math.min(block.rowEnd, queryLengths[block.batch]) - block.rowStart;
  const keys = Math.min(block.keyEnd, keyLengths[block.batch]) - block.keyStart;
  return { rows: Math.max(0, rows), keys: Math.max(0, keys) };
}

/** Fills what lies beyond the part that is read. */
export function fillUnread(
  { data, offset, rowStride }: MatrixView,
  { rows, keys }: { rows: number; keys: number },
  read: { rows: number; keys: number },
  filling: number,
): void {
  if (read.rows === rows && read.keys === keys) return;
  for (let row = 0; row < rows; row++) {
    const start = offset + row * rowStride;
    data.fill(filling, start + (row < read.rows ? read.keys : 0), start + keys);
  }
}
