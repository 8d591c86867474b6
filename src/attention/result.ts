import { allocateFloat64, allocateFloats, type Memory } from '../tensor/memory.ts';
import type { Floats, HeadsView } from '../tensor/tensor.ts';
import type { AttentionProblem } from './problem.ts';

/** What is asked for beside the output. What is not asked for is neither computed nor held. */
export interface Wanted {
  weights: boolean;
  /** Weights as their mean over heads, `[B, Lq, Lk]`. */
  averageWeights: boolean;
  scores: boolean;
  maskedScores: boolean;
  stats: boolean;
}

/** The output alone. */
export const NOTHING_MORE: Wanted = {
  weights: false,
  averageWeights: false,
  scores: false,
  maskedScores: false,
  stats: false,
};

/** Per query row `[B, Hq, Lq]`, over the weights of the row. A row that sees nothing has 0 everywhere and key −1. */
export interface RowStatistics {
  /** −Σ w·ln w, in nats. */
  entropy: Float64Array;
  maxWeight: Float64Array;
  /** The key with the largest weight; the first of equals. */
  maxKey: Int32Array;
  /** Σ w·|i + offset − j|, in positions. */
  distance: Float64Array;
}

/** Where the answers of one problem are written; the shards of a plan write disjoint parts of it. */
export interface AttentionResult {
  /** [B, Hq, Lq, valueDim] */
  output: HeadsView;
  /** [B, Hq, Lq]: the largest score of each row and Σ exp(score − max); lse = max + ln(sum). */
  max: Float64Array;
  sum: Float64Array;
  /** One for each key split after the first, dense [B, Hq, Lq, valueDim] and [B, Hq, Lq]. */
  splits: readonly { output: Floats; max: Float64Array; sum: Float64Array }[];
  /** [B, Hq, Lq, Lk], or [B, Lq, Lk] when averaged. */
  weights: Floats | undefined;
  scores: Floats | undefined;
  maskedScores: Floats | undefined;
  stats: RowStatistics | undefined;
}

function allocateInt32(memory: Memory, length: number): Int32Array {
  const { buffer, byteOffset } = memory(length * 4);
  return new Int32Array(buffer, byteOffset, length);
}

/** The numbers that a result will hold, before anything is allocated; output and the tensors asked for. */
export function resultElements(problem: AttentionProblem, wanted: Wanted): number {
  const rows = problem.batch * problem.numHeads * problem.queryLength;
  const matrices =
    Number(wanted.scores) + Number(wanted.maskedScores) + Number(wanted.weights && !wanted.averageWeights);
  const averaged =
    wanted.weights && wanted.averageWeights ? problem.batch * problem.queryLength * problem.keyLength : 0;
  return rows * problem.valueDim + rows * problem.keyLength * matrices + averaged + (wanted.stats ? 5 * rows : 0);
}

export function allocateResult(
  problem: AttentionProblem,
  wanted: Wanted,
  { output, splits, memory }: { output: HeadsView; splits: number; memory: Memory },
): AttentionResult {
  const { precision, batch, numHeads, queryLength, keyLength, valueDim } = problem;
  const rows = batch * numHeads * queryLength;
  const matrix = (asked: boolean) => (asked ? allocateFloats(memory, precision, rows * keyLength) : undefined);
  const averaged = wanted.weights && wanted.averageWeights;
  return {
    output,
    max: allocateFloat64(memory, rows),
    sum: allocateFloat64(memory, rows),
    splits: Array.from({ length: splits - 1 }, () => ({
      output: allocateFloats(memory, precision, rows * valueDim),
      max: allocateFloat64(memory, rows),
      sum: allocateFloat64(memory, rows),
    })),
    weights: averaged ? allocateFloats(memory, precision, batch * queryLength * keyLength) : matrix(wanted.weights),
    scores: matrix(wanted.scores),
    maskedScores: matrix(wanted.maskedScores),
    stats: wanted.stats ? allocateStatistics(memory, rows) : undefined,
  };
}

export function allocateStatistics(memory: Memory, rows: number): RowStatistics {
  return {
    entropy: allocateFloat64(memory, rows),
    maxWeight: allocateFloat64(memory, rows),
    maxKey: allocateInt32(memory, rows),
    distance: allocateFloat64(memory, rows),
  };
}
