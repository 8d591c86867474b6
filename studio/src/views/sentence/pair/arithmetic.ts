/** One weight, from two vectors to what it adds: the numbers of the stream, and those that lie between them. */
import type { RowSteps } from '../../../ask/row-steps.ts';
import type { Pair } from '../../../state/state.ts';

/** Why a word cannot be seen: it comes later, or it is the one that looks. */
export type Hidden = 'later' | 'itself';

export interface Arithmetic {
  query: Float32Array;
  key: Float32Array;
  /** Number by number; their sum is the score. */
  products: Float64Array;
  score: number;
  scaled: number;
  /** What is added to the scaled score, as ALiBi does; undefined where nothing can be. */
  bias: number | undefined;
  hidden: Hidden | undefined;
  /** What goes into softmax: −∞ where it is hidden. */
  logit: number;
  /** Of the row. */
  max: number;
  /** e^(logit − max), and its sum over the row; 0 in a row that sees nothing. */
  exponential: number;
  sum: number;
  weight: number;
  value: Float32Array;
  /** weight · value, which is a part of the output. */
  added: Float64Array;
  output: Float32Array;
}

export function arithmeticOf(steps: RowSteps, { query: row, key: column }: Pair): Arithmetic {
  const { query, keys, values, scores, scaled, biased, masked, pattern, output } = steps;
  const key = keys.subarray(column * query.length, (column + 1) * query.length);
  const value = values.subarray(column * output.length, (column + 1) * output.length);
  const logits = masked ?? biased ?? scaled;
  const max = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  // −∞ − −∞ would be NaN: who sees nothing has no weights.
  const exp = (logit: number) => (logit === Number.NEGATIVE_INFINITY ? 0 : Math.exp(logit - max));
  const weight = pattern[column];
  return {
    query,
    key,
    products: Float64Array.from(query, (number, i) => number * key[i]),
    score: scores[column],
    scaled: scaled[column],
    bias: biased && biased[column] - scaled[column],
    hidden: masked?.[column] !== Number.NEGATIVE_INFINITY ? undefined : column === row ? 'itself' : 'later',
    logit: logits[column],
    max,
    exponential: exp(logits[column]),
    sum: logits.reduce((sum, logit) => sum + exp(logit), 0),
    weight,
    value,
    added: Float64Array.from(value, (number) => weight * number),
    output,
  };
}
