import type { FloatProblem } from '../attention/problem.ts';
import type { AttentionResult } from '../attention/result.ts';
import type { Floats } from '../tensor/tensor.ts';
import type { LookedAt } from './ranking.ts';

/** A key that the token looks at, with the three steps of its weight. */
export interface WorkedPair {
  index: number;
  text: string;
  /** Step 1: q·k, less what ALiBi takes off. */
  score: number;
  /** Step 2: score / temperature. */
  scaled: number;
  /** Step 3: e^(scaled − max) / sum. */
  weight: number;
}

/** What one token looks at, ready to print: most first. Only keys that it may see. */
export interface Focus {
  index: number;
  /** By the mean over heads. */
  looks_at: { index: number; text: string; weight: number }[];
  heads: {
    name: string;
    /** The largest scaled score, and the sum of e^(scaled − max). */
    max: number;
    sum: number;
    looks_at: WorkedPair[];
  }[];
}

interface Computed {
  name: string;
  problem: FloatProblem;
  result: AttentionResult;
}

/** As many digits as a float32 tells apart. */
const DIGITS = 7;

/** Works out the attention of token `index` by the numbers that the heads computed with. */
export function focusOn(
  index: number,
  { average, heads, keys }: { average: Floats; heads: readonly Computed[]; keys: readonly { text: string }[] },
): Focus {
  const keyLength = keys.length;
  const [{ problem }] = heads;
  const visible = keys.map((_, key) => key).filter((key) => isVisible(problem, index, key));
  const ranked = (weights: Floats) =>
    [...visible].sort((a, b) => weights[index * keyLength + b] - weights[index * keyLength + a] || a - b);
  return {
    index,
    looks_at: ranked(average).map((key) => ({
      index: key,
      text: keys[key].text,
      weight: printed(average[index * keyLength + key]),
    })),
    heads: heads.map(({ name, problem, result }) => {
      const weights = result.weights;
      if (weights === undefined) throw new Error('the weights of a focus were not computed');
      const looksAt = ranked(weights).map((key) => {
        const score = scoreOf(problem, index, key);
        const [scaled, weight] = [score * problem.scale, weights[index * keyLength + key]].map(printed);
        return { index: key, text: keys[key].text, score: printed(score), scaled, weight };
      });
      // A token that sees nothing has max −∞, for which JSON has no number.
      const max = visible.length > 0 ? printed(result.max[index]) : 0;
      return { name, max, sum: printed(result.sum[index]), looks_at: looksAt };
    }),
  };
}

/** All keys of a head with the three steps from token `index` to their weights, to be listed or worked out in print. */
export function lookedAt(
  index: number,
  { problem, weights, keys }: { problem: FloatProblem; weights: Floats; keys: readonly { text: string }[] },
): LookedAt[] {
  return keys.map(({ text }, position) => {
    const score = productOf(problem, index, position);
    const scaledScore = isVisible(problem, index, position)
      ? score * problem.scale - biasOf(problem, index, position)
      : Number.NEGATIVE_INFINITY;
    return { position, text, score, scaledScore, weight: weights[index * keys.length + position] };
  });
}

function printed(x: number): number {
  return Number(x.toPrecision(DIGITS));
}

/** As one number: q·k, less what ALiBi takes off. */
function scoreOf(problem: FloatProblem, row: number, column: number): number {
  return productOf(problem, row, column) - biasOf(problem, row, column) / problem.scale;
}

function productOf({ query, key, headDim }: FloatProblem, row: number, column: number): number {
  let product = 0;
  for (let k = 0; k < headDim; k++) {
    product += query.data[row * query.rowStride + k] * key.data[column * key.rowStride + k];
  }
  return product;
}

/** What ALiBi takes off the scaled score. */
function biasOf({ alibiSlopes }: FloatProblem, row: number, column: number): number {
  return (alibiSlopes?.[0] ?? 0) * Math.abs(row - column);
}

/** By order and mask; what these hide is the same for all heads of a text. */
function isVisible({ causal, masks }: FloatProblem, row: number, column: number): boolean {
  if (causal && column > row) return false;
  return masks.every(
    ({ kind, data, strides }) => kind !== 'boolean' || data[row * strides[2] + column * strides[3]] === 1,
  );
}
