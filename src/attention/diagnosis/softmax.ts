import type { Convention } from './convention.ts';
import { rounderOf } from './rounding.ts';

/** The softmax of one row. */
export interface Softmax {
  scores: Float64Array;
  /** e^(score − max) of each key. */
  exponentials: Float64Array;
  /** What they are divided by. */
  sum: number;
  weights: Float64Array;
  lse: number;
  /** Whether no key is seen. */
  isEmpty: boolean;
}

const NOTHING = Number.NEGATIVE_INFINITY;

/** The softmax of scores by a convention; a sink is a logit without a value. */
export function softmaxOf(scores: Float64Array, convention: Convention, sink: number): Softmax {
  const { exponent, rounding } = convention;
  const power = exponent === 'two' ? (x: number) => 2 ** x : Math.exp;
  let max = rounding.ofKeys === true ? NOTHING : sink;
  for (const score of scores) max = Math.max(max, score);
  if (max === NOTHING) return emptyRow(scores, convention);
  const by = rounderOf(rounding.exponentials);
  const bySum = rounderOf(rounding.sum);
  const shift = convention.sum.endsWith('unshifted') ? 0 : max;
  const exponentials = new Float64Array(scores.length);
  let sum = power(sink - shift);
  let exact = sum;
  for (let j = 0; j < scores.length; j++) {
    const exponential = power(scores[j] - shift);
    exponentials[j] = by(exponential);
    exact += exponential;
    sum = bySum(sum + (rounding.sum === undefined ? exponential : exponentials[j]));
  }
  const divisor = divisorOf(convention, sum, power(-shift));
  const byWeights = rounderOf(rounding.weights);
  const weights = exponentials.map((exponential) => byWeights(exponential / divisor));
  return { scores, exponentials, sum: divisor, weights, lse: shift + Math.log(exact), isEmpty: false };
}

function divisorOf({ sum: way }: Convention, sum: number, ofZero: number): number {
  if (way === 'divided') return sum;
  if (way === 'twice' || way === 'twice_and_unshifted') return sum * sum;
  if (way === 'one_more') return sum + ofZero;
  return way === 'one_more_shifted' ? sum + 1 : 1;
}

function emptyRow(scores: Float64Array, { emptyRow: way }: Convention): Softmax {
  const each = way === 'nan' ? Number.NaN : way === 'mean' ? 1 / scores.length : 0;
  const weights = new Float64Array(scores.length).fill(each);
  return { scores, exponentials: weights, sum: 1, weights, lse: NOTHING, isEmpty: true };
}
