import { type Floats, type HeadsView, type InputView, isHalfView, type Precision } from '../tensor/tensor.ts';

/** A mask that is read as `[B, Hq, Lq, Lk]` through its strides (in elements; 0 repeats an axis). */
export type Mask =
  /** 1 = may attend. */
  | { kind: 'boolean'; data: Uint8Array; strides: readonly [number, number, number, number] }
  /** Added to the scores; −∞ hides a key. */
  | { kind: 'additive'; data: Floats; strides: readonly [number, number, number, number] };

/**
 * One scaled dot-product attention, fully validated: softmax(scale·QKᵀ + bias) V.
 * Nothing that works on a problem can fail on what a user sent.
 */
export interface AttentionProblem {
  precision: Precision;
  batch: number;
  /** Query heads; a multiple of `numKeyHeads` (grouped-query attention: head h reads key head h / (Hq/Hk)). */
  numHeads: number;
  numKeyHeads: number;
  queryLength: number;
  /** Keys with the past prepended. */
  keyLength: number;
  headDim: number;
  valueDim: number;
  /** [B, Hq, Lq, headDim], after rotary. Halves are widened by the kernel, and only where it says that it reads them. */
  query: InputView;
  /** [B, Hk, Lk, headDim], after rotary, past first. */
  key: InputView;
  /** [B, Hk, Lk, valueDim] */
  value: InputView;
  scale: number;
  /** scores → softcap·tanh(scores/softcap), before every mask and bias; 0 = none. */
  softcap: number;
  /** All of them apply; additive ones are summed. */
  masks: readonly Mask[];
  /** One slope a query head, [H], or one a head of each batch entry, [B·H]: −slope·|i + offset − j| is added. */
  alibiSlopes: readonly number[] | undefined;
  /**
   * One logit a query head that takes part in the softmax of its rows and has no value; −∞ is none. It counts in max, sum and
   * lse, and takes its share of the weight from the keys.
   */
  sinks: readonly number[] | undefined;
  /** Key j is visible to query i when j ≤ i + offset. */
  causal: boolean;
  /** Key j is visible to query i when i + offset − left ≤ j ≤ i + offset + right; Infinity = open. */
  window: { left: number; right: number };
  /** One a batch entry: query i stands at key position i + offset. */
  offsets: readonly number[];
  /** One a batch entry: keys from here on are padding. */
  keyLengths: readonly number[];
  /** One a batch entry: query rows from here on are padding and see nothing. */
  queryLengths: readonly number[];
}

/** A problem whose inputs are numbers that can be read as they are. */
export interface FloatProblem extends AttentionProblem {
  query: HeadsView;
  key: HeadsView;
  value: HeadsView;
}

export function hasFloats(problem: AttentionProblem): problem is FloatProblem {
  return ![problem.query, problem.key, problem.value].some(isHalfView);
}

/** The problem for those who read its numbers. @throws Error when they were to be widened before, and are not */
export function floatProblem(problem: AttentionProblem): FloatProblem {
  if (hasFloats(problem)) return problem;
  throw new Error('the inputs of the problem are halves that nobody has widened');
}

/** A rectangle of one head's attention matrix: query rows × keys, ends exclusive. */
export interface Block {
  batch: number;
  head: number;
  rowStart: number;
  rowEnd: number;
  keyStart: number;
  keyEnd: number;
}

/** The ALiBi slope of a query head of a batch entry; 0 without. */
export function slopeOf({ alibiSlopes, numHeads }: AttentionProblem, batch: number, head: number): number {
  if (alibiSlopes === undefined) return 0;
  return alibiSlopes[alibiSlopes.length === numHeads ? head : batch * numHeads + head];
}

/** The key head that a query head reads. */
export function keyHeadOf(problem: AttentionProblem, head: number): number {
  return Math.floor((head * problem.numKeyHeads) / problem.numHeads);
}
