import { describe, expect, it } from 'vitest';
import { attentionGrid, attentionStages, productGrid, type Stage } from '../../src/attention/plan.ts';
import { allocateResult } from '../../src/attention/result.ts';
import { innerNames } from '../../src/codec/inner-names.ts';
import { multiHeadOptions, multiHeadTensorFields } from '../../src/codec/multi-head-options.ts';
import { readOptions } from '../../src/codec/read-options.ts';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { ShardRunner } from '../../src/kernels/run.ts';
import { readProblem } from '../../src/requests/problems/attention-problem.ts';
import { readMultiHead } from '../../src/requests/problems/multi-head-problem.ts';
import { everything, plainMemory, solve } from '../attention/solve.ts';
import { availableKernels } from '../kernels/available.ts';
import { runStages } from '../kernels/run-stages.ts';
import { attentionCases, coreOptions, coreTensor, firstDifference, multiHeadCases, requestOf } from './cases.ts';

describe.each(availableKernels())('the core on the $name kernel', (kernel) => {
  it.each(attentionCases)('computes $name', (testCase) => {
    const { tensors, options, expected } = requestOf(testCase);
    const named = new Map(Object.entries(tensors).map(([name, tensor]) => [name, coreTensor(tensor)]));
    const { problem } = readProblem(named, coreOptions(options), {
      precision: 'float32',
      memory: plainMemory,
      isJson: true,
      maxElements: 2 ** 24,
    });
    const result = solve(problem, kernel);
    const got: Record<string, ArrayLike<number> | undefined> = {
      output: result.output.data,
      weights: result.weights,
      scores: result.scores,
      softcapped: result.scores?.map((s) => problem.softcap * Math.tanh(s / problem.softcap)),
      masked_scores: result.maskedScores,
      lse: result.max.map((max, row) => max + Math.log(result.sum[row])),
      present_key: problem.key.data,
      present_value: problem.value.data,
    };
    for (const [name, want] of Object.entries(expected)) {
      expect(firstDifference(got[name] ?? [], want, testCase.tolerance), name).toBeUndefined();
    }
  });

  it.each(multiHeadCases)('computes $name', (testCase) => {
    const { tensors, options, expected } = requestOf(testCase);
    const named = new Map(Object.entries(tensors).map(([name, tensor]) => [name, coreTensor(tensor)]));
    const multiHead = readMultiHead(named, innerNames(readOptions(multiHeadOptions, options, multiHeadTensorFields)), {
      precision: 'float32',
      memory: plainMemory,
      isJson: true,
      maxElements: 1e6,
    });
    const { problem, joined } = multiHead;
    const wanted = { ...everything, averageWeights: options.average_attn_weights === true };
    const grid = attentionGrid(problem);
    const result = allocateResult(problem, wanted, { output: joined, splits: grid.splits, memory: plainMemory });
    const stages: Stage[] = [
      { kind: 'product', products: multiHead.projections, grid: productGrid(8, 8) },
      ...attentionStages(problem, result, wanted, grid),
      { kind: 'product', products: [multiHead.outProjection], grid: productGrid(8, 8) },
    ];
    runStages(stages, new ShardRunner(kernel, createReferenceKernel()));
    expect(firstDifference(multiHead.output, expected.output, testCase.tolerance)).toBeUndefined();
    if (expected.weights)
      expect(firstDifference(result.weights ?? [], expected.weights, testCase.tolerance)).toBeUndefined();
  });
});
