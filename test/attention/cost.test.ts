import { describe, expect, it } from 'vitest';
import { isSmall, isTiny, planMs } from '../../src/attention/cost.ts';
import { attentionGrid, attentionStages, chainCount } from '../../src/attention/plan.ts';
import { allocateResult, type Wanted } from '../../src/attention/result.ts';
import { headsOf } from '../../src/tensor/tensor.ts';
import { plainProblem } from './problems.ts';
import { outputOnly } from './solve.ts';

/** Multiply-adds of a kernel in a millisecond. */
const FAST = 64_000_000;
const everything: Wanted = { ...outputOnly, weights: true, scores: true, maskedScores: true, stats: true };

function stagesOf(heads: number, length: number, dim: number, wanted = outputOnly) {
  const [queryLength, keyLength, headDim, valueDim] = [length, length, dim, dim];
  const sizes = { batch: 1, numHeads: heads, numKeyHeads: 1, queryLength, keyLength, headDim, valueDim };
  const problem = plainProblem(sizes);
  const grid = attentionGrid(problem, FAST);
  const output = headsOf(new Float32Array(heads * length * dim), [1, heads, length, dim]);
  const memory = (bytes: number) => ({ buffer: new ArrayBuffer(Math.ceil(bytes / 8) * 8), byteOffset: 0 });
  const result = allocateResult(problem, wanted, { output, splits: grid.splits, memory });
  return attentionStages(problem, result, wanted, grid);
}

describe('the cost of a plan', () => {
  it('is small and tiny for six words, and neither for two thousand', () => {
    const [few, many] = [stagesOf(1, 6, 64), stagesOf(1, 2048, 64)];
    expect([isSmall(few, FAST, 0), isTiny(few, FAST, 0)]).toEqual([true, true]);
    // 2048² · (64 + 64 + 12) multiply-adds are 9 ms.
    expect([isSmall(many, FAST, 0), isTiny(many, FAST, 0)]).toEqual([false, false]);
    expect(chainCount(many[0])).toBe(Math.ceil(2048 / 192));
  });

  it('is mostly multiply-adds where there are many', () => {
    expect(planMs(stagesOf(1, 2048, 64), FAST)).toBeCloseTo((2048 ** 2 * 140) / FAST + 11 * 0.003, 9);
  });

  it('counts a call of the kernel for each head, though a head of one number is next to nothing', () => {
    const stages = stagesOf(2000, 1, 1);
    expect(planMs(stages, FAST)).toBeGreaterThan(2000 * 0.0008);
    expect([isSmall(stages, FAST, 0), isTiny(stagesOf(100, 1, 1), FAST, 0)]).toEqual([false, false]);
  });

  it('grows with each matrix that is asked for, and most with statistics', () => {
    const ms = (more: Partial<Wanted>) => planMs(stagesOf(1, 150, 1, { ...outputOnly, ...more }), FAST);
    const one = ms({ weights: true }) - ms({});
    expect(one).toBeGreaterThan(0);
    expect(ms({ weights: true, scores: true, maskedScores: true }) - ms({})).toBeCloseTo(3 * one, 9);
    // 150² pairs at 18 ns.
    expect(ms({ stats: true }) - ms({})).toBeGreaterThan(0.4);
  });

  it('asks each head for weights that are averaged over them', () => {
    const weights = (averageWeights: boolean) =>
      planMs(stagesOf(50, 4, 1, { ...outputOnly, weights: true, averageWeights }), FAST);
    expect(weights(true)).toBeCloseTo(weights(false), 9);
  });

  it('takes in what writing the answer costs', () => {
    const stages = stagesOf(1, 8, 4, everything);
    expect([isTiny(stages, FAST, 0), isTiny(stages, FAST, 0.2)]).toEqual([true, false]);
    expect([isSmall(stages, FAST, 0.2), isSmall(stages, FAST, 3)]).toEqual([true, false]);
  });
});
