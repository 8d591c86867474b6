/** Numbers that leave the range of float32, or are so large in it that two ways to the same score differ. */
import { blockProblem } from '../attention/block-problem.ts';
import { EMPTY_ROW } from '../attention/empty-row.ts';
import type { PartialRows } from '../attention/merge.ts';
import { type AttentionProblem, type Block, slopeOf } from '../attention/problem.ts';
import { RequestError } from '../errors.ts';
import { beyondFloat64 } from './beyond-float64.ts';
import type { MatrixView } from './kernel.ts';
import { LARGE_SCORE, largestScore } from './score-bound.ts';

/** Beyond this the last digit of a float32 score is worth a twelfth of a weight: it must come from one way only. */
const LARGEST_EXACT = 2 ** 20;

/** Whether the rows of a block are to be computed in float64: a number left float32, or weights would tell two ways apart. */
export function needsFloat64(
  { rowStart, rowEnd }: Block,
  { max, sum, rowOffset }: Pick<PartialRows, 'max' | 'sum' | 'rowOffset'>,
  areExplained: boolean,
): boolean {
  const largest = areExplained ? LARGEST_EXACT : LARGE_SCORE;
  for (let r = rowOffset; r < rowOffset + rowEnd - rowStart; r++) {
    if (!Number.isFinite(sum[r]) || (Math.abs(max[r]) > largest && max[r] !== EMPTY_ROW.max)) return true;
  }
  return false;
}

/** Whether a score of the block, its masks and biases included, may leave float32. */
export function mayLeaveFloat32(given: AttentionProblem, of: Block): boolean {
  const { problem, block } = blockProblem(given, of);
  let largest = largestScore(problem, block);
  const farthest = Math.abs(problem.offsets[0]) + block.rowEnd + block.keyEnd;
  largest += Math.abs(slopeOf(problem, 0, 0)) * farthest;
  for (const { kind, data, strides } of problem.masks) {
    if (kind === 'boolean') continue;
    let most = 0;
    for (let i = 0; i < block.rowEnd; i++) {
      for (let j = 0; j < block.keyEnd; j++) {
        const size = Math.abs(data[i * strides[2] + j * strides[3]]);
        if (size > most && size !== Number.POSITIVE_INFINITY) most = size;
      }
    }
    largest += most;
  }
  return largest > LARGE_SCORE;
}

/**
 * Numbers in float32 that were computed in float64; −∞ stays.
 * @throws RequestError `overflow` for one that float32 cannot hold
 */
export function narrowed(name: string, numbers: Float64Array): Float32Array {
  const narrow = Float32Array.from(numbers);
  for (let i = 0; i < narrow.length; i++) {
    if (!Number.isFinite(narrow[i]) && numbers[i] !== Number.NEGATIVE_INFINITY) throw overflow(name);
  }
  return narrow;
}

/**
 * Writes a dense matrix of float64 into one of float32, or of float64 again.
 * @throws RequestError `overflow` for a number that it cannot hold
 */
export function putInto(
  { data, offset, rowStride }: MatrixView,
  name: string,
  numbers: Float64Array,
  columns: number,
): void {
  if (data instanceof Float64Array) requireNumbers(numbers);
  const fitting = data instanceof Float64Array ? numbers : narrowed(name, numbers);
  for (let start = 0; start < fitting.length; start += columns) {
    data.set(fitting.subarray(start, start + columns), offset + (start / columns) * rowStride);
  }
}

/** @throws RequestError `overflow` for what float64 could not hold; −∞ stays */
function requireNumbers(numbers: Float64Array): void {
  for (const number of numbers) if (!(number < Number.POSITIVE_INFINITY)) throw beyondFloat64();
}

export function overflow(name: string): RequestError {
  return new RequestError(
    'overflow',
    `${name} would hold numbers beyond float32; ask for precision "float64", or do not ask for ${name}`,
  );
}

/** @throws RequestError `overflow` when float64 itself could not hold the scores of a row */
export function requireInFloat64(
  { rowStart, rowEnd }: Block,
  { max, sum, rowOffset }: Pick<PartialRows, 'max' | 'sum' | 'rowOffset'>,
): void {
  for (let r = rowOffset; r < rowOffset + rowEnd - rowStart; r++) {
    if (Number.isFinite(sum[r]) && max[r] < Number.POSITIVE_INFINITY) continue;
    throw beyondFloat64();
  }
}
