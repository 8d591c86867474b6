import { type Block, type FloatProblem, keyHeadOf } from '../attention/problem.ts';
import type { HeadsView } from '../tensor/tensor.ts';
import { rowStartOf } from './kernel.ts';

/** Beyond this a score may leave the range of float32, or its partial sums may. */
export const LARGE_SCORE = 3e38;

/** A bound on the size of every score of the block, before masks. */
export function largestScore(problem: FloatProblem, block: Block): number {
  const keyHead = keyHeadOf(problem, block.head);
  const query = largestIn(problem.query, block.batch, block.head, [block.rowStart, block.rowEnd], problem.headDim);
  const key = largestIn(problem.key, block.batch, keyHead, [block.keyStart, block.keyEnd], problem.headDim);
  return query * key * problem.headDim * Math.max(1, Math.abs(problem.scale));
}

/** The largest size of a number in the rows `from` to `to`, end exclusive, of a head. */
export function largestIn(
  view: HeadsView,
  batch: number,
  head: number,
  [from, to]: [number, number],
  dim: number,
): number {
  let largest = 0;
  for (let row = from; row < to; row++) {
    const start = rowStartOf(view, batch, head, row);
    for (let x = start; x < start + dim; x++) largest = Math.max(largest, Math.abs(view.data[x]));
  }
  return largest;
}
