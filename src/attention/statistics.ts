import type { Floats } from '../tensor/tensor.ts';
import { EMPTY_ROW, hasKey, hasWeight } from './empty-row.ts';
import type { AttentionProblem, Block } from './problem.ts';
import type { AttentionResult, RowStatistics } from './result.ts';

/**
 * Adds what the masked scores of one block say to the statistics of its rows. Blocks of a row come in the order of their
 * keys; the first one starts the row afresh. `scores` is rows × keys, dense.
 *
 * With w = exp(s − max)/sum, −ln w = ln(sum) + max − s, so one exponential a key is enough.
 */
export function addToStatistics(
  problem: AttentionProblem,
  result: AttentionResult,
  stats: RowStatistics,
  block: Block,
  scores: Floats,
): void {
  const keys = block.keyEnd - block.keyStart;
  for (let row = block.rowStart; row < block.rowEnd; row++) {
    const r = (block.batch * problem.numHeads + block.head) * problem.queryLength + row;
    if (block.keyStart === 0) {
      stats.entropy[r] = 0;
      stats.maxWeight[r] = 0;
      stats.maxKey[r] = EMPTY_ROW.maxKey;
      stats.distance[r] = 0;
    }
    const max = result.max[r];
    const sum = result.sum[r];
    if (!hasWeight(sum)) continue;
    const logSum = Math.log(sum);
    const position = row + problem.offsets[block.batch];
    const start = (row - block.rowStart) * keys;
    let entropy = 0;
    let distance = 0;
    let largest = stats.maxWeight[r];
    for (let j = 0; j < keys; j++) {
      // Two ways to the same score differ in their last digit, and of a score of 1e20 that is a lot.
      const below = Math.max(0, max - scores[start + j]);
      const weight = Math.exp(-below) / sum;
      if (weight === 0) continue;
      entropy += weight * (logSum + below);
      distance += weight * Math.abs(position - (block.keyStart + j));
      if (weight > largest) {
        largest = weight;
        stats.maxKey[r] = block.keyStart + j;
      }
    }
    stats.maxWeight[r] = largest;
    // Rounding can leave −1e−17 where one key has all the weight; entropy is never negative.
    stats.entropy[r] = Math.max(0, stats.entropy[r] + entropy);
    stats.distance[r] += distance;
  }
}

/** exp(entropy): over how many keys the attention of each row spreads; 0 where no key has weight. */
export function effectiveKeys({ entropy, maxKey }: Pick<RowStatistics, 'entropy' | 'maxKey'>): Float64Array {
  return entropy.map((nats, row) => (hasKey(maxKey[row]) ? Math.exp(nats) : 0));
}

/** The mean over the rows of each head in which a key has weight; `[B, Hq]`. */
export function meanPerHead(problem: AttentionProblem, stats: RowStatistics, perRow: Float64Array): Float64Array {
  const means = new Float64Array(problem.batch * problem.numHeads);
  for (let head = 0; head < means.length; head++) {
    let total = 0;
    let rows = 0;
    for (let r = head * problem.queryLength; r < (head + 1) * problem.queryLength; r++) {
      if (!hasKey(stats.maxKey[r])) continue;
      total += perRow[r];
      rows++;
    }
    means[head] = rows > 0 ? total / rows : 0;
  }
  return means;
}
