/** What a wrong implementation does differently: a field a habit. Those of different fields can be combined. */
import type { Format } from './formats.ts';

export interface Habits {
  /** The factor of query·key: 1, 1/√(columns of value), 1/d, or the right one twice. */
  scale?: 'missing' | 'of_value_dim' | 'without_root' | 'twice';
  /** 2^x where e^x is meant. */
  powersOfTwo?: true;
  /** `after_bias`: what is added comes before the cap, what is hidden after; `after_mask`: both before, so that hidden is −cap. */
  softcap?: 'missing' | 'after_bias' | 'after_mask' | 'before_scale';
  /** `upper_left`: query 0 stands at key 0; `lower_right`: the last query at the last valid key. */
  causal?: 'missing' | 'added' | 'upper_left' | 'lower_right';
  /** j ≤ i + shift */
  causalShift?: number;
  mask?: 'missing' | 'inverted' | 'as_numbers' | 'transposed' | 'after_softmax';
  /** What stands for the −∞ of the mask, and whether it is added to the score or put in its place. */
  hiding?: { number: number; how: 'added' | 'filled' };
  padding?: 'missing' | 'inverted' | 'left';
  /** The window that is used. */
  window?: { left: number; right: number };
  alibi?: 'missing' | 'sign' | 'before_scale';
  /** The slopes that are used, one for each head. */
  alibiSlopes?: number[];
  rotaryMissing?: true;
  rotaryInterleaved?: boolean;
  rotaryBase?: number;
  /** What is added to the positions of queries and new keys. */
  rotaryShift?: { query: number; key: number };
  /** Positions of new queries and keys begin at 0 behind a cache. */
  rotaryRestarts?: true;
  rotaryOnly?: 'query' | 'key';
  rotaryBackwards?: true;
  queryLayout?: Misreading;
  keyLayout?: Misreading;
  valueLayout?: Misreading;
  outputLayout?: Misreading;
  /** Tensors `[B, L, H, d]` are given to code for `[B, H, L, d]`, shapes and all: it attends over heads. */
  attendsOverHeads?: true;
  /** Head h reads key head h mod Hk. */
  headsTiled?: true;
  /** The heads of the output, or those of keys and values, in reverse order. */
  headsReversed?: 'output' | 'keys';
  /** All heads get the mean of their outputs, or of their weights. */
  headsAveraged?: 'outputs' | 'weights';
  rolesSwapped?: 'key_value' | 'query_key';
  softmaxOverQueries?: true;
  /** Not divided by the sum of powers, or divided twice; the powers with their largest score taken off before, or as they are. */
  sum?: { divided: 'never' | 'twice'; isShifted: boolean };
  /** One more in the denominator: e^0, or 1 beside powers whose largest score was taken off. */
  oneMore?: 'of_scores' | 'of_shifted_scores';
  /** The output is multiplied by it. */
  outputFactor?: number;
  /** Keys beyond the last whole tile of so many are not read. */
  wholeTilesOf?: number;
  /** Online softmax in blocks of keys whose output so far is not rescaled when the maximum grows; nor is the sum, or it is. */
  blocks?: { size: number; isSumRescaled: boolean };
  /** What a row that sees nothing gives, where it is not 0; the mean is that of all values. */
  emptyRow?: 'nan' | 'mean';
  /** query·key, or scale·query·key. */
  scoresRounded?: { to: Format; what: 'products' | 'scaled' };
  /** The weights, or the powers before they are divided (whose sum is not of rounded ones). */
  weightsRounded?: { to: Format; what: 'weights' | 'powers' };
  /** The output so far, at each key: of weights, or of powers that are divided in the end. */
  accumulatorRounded?: { to: Format; what: 'weights' | 'powers' };
  /** Of multi-head: which third of the stacked projection is that of query, key and value. */
  projectionOrder?: readonly number[];
  /** x·W where x·Wᵀ is meant. */
  projectionTransposed?: true;
  /** How often the bias of the projections is added. */
  projectionBias?: 0 | 2;
  outputProjection?: 'missing' | 'transposed';
}

/** How the memory of `[B, H, L, d]` and `[B, L, H, d]` is taken for that of the other; sizes are the right ones. */
export type Misreading = 'heads_last_as_heads_first' | 'heads_first_as_heads_last';
