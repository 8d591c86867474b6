import { EMPTY_ROW } from '../attention/empty-row.ts';
import { effectiveKeys } from '../attention/statistics.ts';
import type { Floats } from '../tensor/tensor.ts';

/** For each token, over the weights with which it looks; a token that sees nothing has 0 everywhere and key −1. */
export interface TokenStatistics {
  /** −Σ w·ln w, in nats. */
  entropy: ArrayLike<number>;
  /** e^entropy */
  effectiveKeys: ArrayLike<number>;
  maxWeight: ArrayLike<number>;
  /** The first of equals. */
  maxKey: ArrayLike<number>;
  /** Σ w·|i − j|, in tokens. */
  distance: ArrayLike<number>;
}

/** The mean of equally long lists of numbers; of a single one, itself. */
export function averageOf(lists: readonly Floats[]): Floats {
  if (lists.length === 1) return lists[0];
  const average = new Float32Array(lists[0].length);
  for (let i = 0; i < average.length; i++) {
    let sum = 0;
    for (const list of lists) sum += list[i];
    average[i] = sum / lists.length;
  }
  return average;
}

/** Statistics of weights `[Lq, Lk]` whose scores are not at hand, such as means over heads. */
export function statisticsOfWeights(weights: Floats, keyLength: number): TokenStatistics {
  const rows = weights.length / keyLength;
  const entropy = new Float64Array(rows);
  const maxWeight = new Float64Array(rows);
  const maxKey = new Int32Array(rows).fill(EMPTY_ROW.maxKey);
  const distance = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let key = 0; key < keyLength; key++) {
      const weight = weights[row * keyLength + key];
      if (weight === 0) continue;
      entropy[row] -= weight * Math.log(weight);
      distance[row] += weight * Math.abs(row - key);
      if (weight <= maxWeight[row]) continue;
      maxWeight[row] = weight;
      maxKey[row] = key;
    }
    // Rounding can leave −1e−17 where one key has all the weight.
    entropy[row] = Math.max(0, entropy[row]);
  }
  return { entropy, effectiveKeys: effectiveKeys({ entropy, maxKey }), maxWeight, maxKey, distance };
}
