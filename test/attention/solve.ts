import { attentionGrid, attentionStages, type Grid } from '../../src/attention/plan.ts';
import type { AttentionProblem } from '../../src/attention/problem.ts';
import { type AttentionResult, allocateResult, type Wanted } from '../../src/attention/result.ts';
import type { Kernel } from '../../src/kernels/kernel.ts';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { ShardRunner } from '../../src/kernels/run.ts';
import { allocateFloats } from '../../src/tensor/memory.ts';
import { headsOf } from '../../src/tensor/tensor.ts';
import { runStages } from '../kernels/run-stages.ts';

export const everything: Wanted = {
  weights: true,
  averageWeights: false,
  scores: true,
  maskedScores: true,
  stats: true,
};
export const outputOnly: Wanted = {
  weights: false,
  averageWeights: false,
  scores: false,
  maskedScores: false,
  stats: false,
};

export const plainMemory = (bytes: number) => ({ buffer: new ArrayBuffer(Math.ceil(bytes / 8) * 8), byteOffset: 0 });

/** Runs a problem through its whole plan on this thread. */
export function solve(
  problem: AttentionProblem,
  kernel: Kernel,
  { wanted = everything, grid = attentionGrid(problem) }: { wanted?: Wanted; grid?: Grid } = {},
): AttentionResult {
  const { batch, numHeads, queryLength, valueDim, precision } = problem;
  const data = allocateFloats(plainMemory, precision, batch * numHeads * queryLength * valueDim);
  const output = headsOf(data, [batch, numHeads, queryLength, valueDim]);
  const result = allocateResult(problem, wanted, { output, splits: grid.splits, memory: plainMemory });
  runStages(attentionStages(problem, result, wanted, grid), new ShardRunner(kernel, createReferenceKernel()));
  return result;
}
