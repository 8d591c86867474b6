/** The steps of one attention as a viewer sees them: their names, what each applies to, and which numbers each holds. */
import type { Floats } from '../tensor/tensor.ts';
import type { AttentionProblem, FloatProblem } from './problem.ts';
import type { AttentionResult } from './result.ts';

/**
 * In the order in which they are computed; the names are those of TransformerLens's hooks where it has one. The five from
 * `tile_scores` to `accumulator` belong to the online softmax and appear with detail `tile`, in place of the score matrix.
 */
export const STEP_NAMES = [
  'q',
  'k',
  'v',
  'attn_scores',
  'scaled',
  'softcapped',
  'biased',
  'masked',
  'tile_scores',
  'running_max',
  'rescale',
  'running_sum',
  'accumulator',
  'pattern',
  'z',
  'result',
] as const;
export type StepName = (typeof STEP_NAMES)[number];

/** How much one step holds: a whole matrix, one head, one query row, or a tile of the online softmax. */
export const DETAILS = ['whole', 'head', 'row', 'tile'] as const;
export type Detail = (typeof DETAILS)[number];

/** The steps of one tile, in order. */
export const TILE_STEPS = ['tile_scores', 'running_max', 'rescale', 'running_sum', 'accumulator'] as const;

/**
 * A problem that is watched, where its answer is written, and the output projection behind it. A run has one, or one for
 * each of its heads where these have widths of their own. It travels between threads.
 */
export interface Subject {
  problem: FloatProblem;
  result: AttentionResult;
  /** `[B, Lq, columns]`: heads joined and projected; undefined where the output is z itself. */
  projection: { data: Floats; columns: number; inputBias: boolean; outputBias: boolean } | undefined;
  /** Which axes the tensors of the request had: a leading batch, heads, and rows of queries. */
  axes: { batch: boolean; head: boolean; row: boolean };
  /** Whether query and key were turned by their positions. */
  rotated: boolean;
}

/**
 * One step: a rectangle of `[batch, head, row, column]`, ends exclusive. Heads are key heads and rows are keys for `k` and
 * `v`; `keyStart` and `keyEnd` are the columns of score matrices, and the keys of a tile.
 */
export interface Step {
  /** 1, 2, 3 … of its run. */
  seq: number;
  /** Which of the problems of its run it belongs to. */
  part: number;
  name: StepName;
  batchStart: number;
  batchEnd: number;
  headStart: number;
  headEnd: number;
  rowStart: number;
  rowEnd: number;
  keyStart: number;
  keyEnd: number;
  /** The number of the tile among those of its rows, and the keys of all but the last. */
  tile: { index: number; keys: number } | undefined;
}

/** Which steps apply to a problem before the softmax, in order. */
export function scoreSteps(problem: AttentionProblem): StepName[] {
  const names: StepName[] = ['attn_scores', 'scaled'];
  if (problem.softcap > 0) names.push('softcapped');
  if (hasBias(problem)) names.push('biased');
  if (hidesKeys(problem)) names.push('masked');
  return names;
}

/** Whether something is added to the scores. */
export function hasBias({ masks, alibiSlopes }: AttentionProblem): boolean {
  return alibiSlopes !== undefined || masks.some(({ kind }) => kind === 'additive');
}

/** Whether keys are hidden by a boolean mask, by position or as padding. */
export function hidesKeys(problem: AttentionProblem): boolean {
  const { masks, causal, window, keyLengths, queryLengths, keyLength, queryLength } = problem;
  return (
    causal ||
    window.left !== Number.POSITIVE_INFINITY ||
    window.right !== Number.POSITIVE_INFINITY ||
    keyLengths.some((length) => length < keyLength) ||
    queryLengths.some((length) => length < queryLength) ||
    masks.some(({ kind }) => kind === 'boolean')
  );
}

/** Whether a step is a part of the score matrix: rows of queries, columns of keys. */
export function isScoreMatrix(name: StepName): boolean {
  return (
    name === 'attn_scores' ||
    name === 'scaled' ||
    name === 'softcapped' ||
    name === 'biased' ||
    name === 'masked' ||
    name === 'pattern'
  );
}

/** How many heads a step holds, over all its batch entries; the result has joined them. */
export function stepHeads({ name, batchStart, batchEnd, headStart, headEnd }: Step): number {
  return (batchEnd - batchStart) * (name === 'result' ? 1 : headEnd - headStart);
}

/** How many numbers one row of a step has. */
export function stepColumns({ problem, projection }: Subject, { name, keyStart, keyEnd }: Step): number {
  if (name === 'q' || name === 'k') return problem.headDim;
  if (name === 'v' || name === 'z' || name === 'accumulator') return problem.valueDim;
  if (name === 'result') return projection?.columns ?? 0;
  if (name === 'running_max' || name === 'rescale' || name === 'running_sum') return 1;
  return keyEnd - keyStart;
}

/** How many numbers a step holds. */
export function stepNumbers(subject: Subject, step: Step): number {
  return stepHeads(step) * (step.rowEnd - step.rowStart) * stepColumns(subject, step);
}

/** The shape of a step's tensor: axes that the request did not have, or that the detail takes one by one, fall away. */
export function stepShape(subject: Subject, detail: Detail, step: Step): number[] {
  const { axes } = subject;
  const isKeys = step.name === 'k' || step.name === 'v';
  const shape: number[] = [];
  if (detail === 'whole' && axes.batch) shape.push(step.batchEnd - step.batchStart);
  if (detail === 'whole' && axes.head && step.name !== 'result') shape.push(step.headEnd - step.headStart);
  if (isKeys || (axes.row && detail !== 'row') || detail === 'tile') shape.push(step.rowEnd - step.rowStart);
  const isColumn = step.name === 'running_max' || step.name === 'rescale' || step.name === 'running_sum';
  if (!isColumn) shape.push(stepColumns(subject, step));
  return shape;
}
