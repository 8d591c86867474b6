import type { PartialRows } from '../attention/merge.ts';
import type { AttentionProblem, Block } from '../attention/problem.ts';
import type { Floats, InputView } from '../tensor/tensor.ts';

/**
 * Where a kernel writes what the rows of a block see in the block's keys, as if there were no other keys.
 * Rows are counted from the block's first: row r of the block is `output[outputOffset + r·outputStride …]`.
 */
export interface RowTarget {
  /** softmax(scores) V over the block's keys, normalised: valueDim numbers a row. 0 for a row that sees nothing. */
  output: Floats;
  outputOffset: number;
  outputStride: number;
  /** The largest score of the row; −∞ when it sees nothing. */
  max: Float64Array;
  /** Σ exp(score − max) over the row; 0 when it sees nothing. */
  sum: Float64Array;
  /** Where row 0 of the block stands in `max` and `sum`. */
  rowOffset: number;
}

/**
 * Stages of the score matrix, in the order in which they are computed:
 * `scores` = scale·QKᵀ · `softcapped` = after softcap · `masked_scores` = after every bias and mask (what the softmax reads) ·
 * `weights` = exp(masked − max) / sum, with the `max` and `sum` of the whole row.
 */
export const SCORE_STAGES = ['scores', 'softcapped', 'masked_scores', 'weights'] as const;
export type ScoreStage = (typeof SCORE_STAGES)[number];

/** Max and sum of whole rows, over all their keys; row 0 of the block stands at `rowOffset`. */
export interface RowSoftmax {
  max: Float64Array;
  sum: Float64Array;
  rowOffset: number;
}

/** A dense or strided matrix: row r starts at `offset + r·rowStride`, its numbers are contiguous. */
export interface MatrixView {
  data: Floats;
  offset: number;
  rowStride: number;
}

/** One matrix product: into[m, n] = Σ_k left[m, k]·right[n, k] + bias[n], for rows `[rowStart, rowEnd)` and columns `[columnStart, columnEnd)`. */
export interface ProductBlock {
  left: MatrixView;
  right: MatrixView;
  bias: Floats | undefined;
  biasOffset: number;
  into: MatrixView;
  depth: number;
  rowStart: number;
  rowEnd: number;
  columnStart: number;
  columnEnd: number;
}

/**
 * The contract of every kernel. A kernel belongs to one thread and keeps no state between calls but scratch memory.
 * It reads and writes only inside the views that it is given.
 *
 * Semantics (the reference is the oracle): scores = scale·QKᵀ, softcap, additive masks and ALiBi, boolean masks and
 * positions (causal, window, padding), softmax over keys. A row that sees nothing has output 0, weights 0, max −∞, sum 0.
 * A row whose numbers leave the kernel's range on the way shows it: its max is +∞, or its sum is not finite.
 */
export interface Kernel {
  readonly name: KernelName;
  /** Multiply-adds in about a millisecond: what the plan makes a shard of. */
  readonly shardCost: number;
  /** Whether query, key and value may be halves, which it widens as it loads them; else they must be floats. */
  readonly readsHalves: boolean;
  /** The rows of `block` attend to the keys of `block`. */
  attend(problem: AttentionProblem, block: Block, target: RowTarget): void;
  /**
   * Writes one stage of the score matrix for `block` as rows × keys: row r at `into.offset + r·into.rowStride`.
   * Keys that a row does not see are −∞ in `masked_scores` and 0 in `weights`. `softmax` is needed for `weights`.
   */
  scores(problem: AttentionProblem, block: Block, stage: ScoreStage, into: MatrixView, softmax?: RowSoftmax): void;
  multiply(product: ProductBlock): void;
  /** Whether no number is NaN or infinite, where the kernel finds that out faster than `firstNonFinite`. */
  allFinite?(data: Float32Array): boolean;
  /** `mergeRows`, where the kernel does it faster. */
  merge?(whole: PartialRows, part: PartialRows, rows: number, valueDim: number): void;
}

/** The instructions that the native kernel was compiled for; which of them a processor has is found at run time. */
export type NativePath = 'avx512' | 'avx2' | 'neon' | 'portable';

export type KernelName = `native-${NativePath}` | 'wasm-relaxed' | 'wasm' | 'reference';

/** The start of row `row` of head `head` of a view, in elements. */
export function rowStartOf(view: InputView, batch: number, head: number, row: number): number {
  return batch * view.batchStride + head * view.headStride + row * view.rowStride;
}
