import { attentionGrid, attentionStages, costIn, productStages } from '../../attention/plan.ts';
import { allocateResult, NOTHING_MORE } from '../../attention/result.ts';
import { diagnoseMultiHeadOptions, diagnoseTensorFields } from '../../codec/diagnose-options.ts';
import { innerNames } from '../../codec/inner-names.ts';
import { readOptions } from '../../codec/read-options.ts';
import { readMultiHead } from '../problems/multi-head-problem.ts';
import { givenOutput, givenTensor } from './given.ts';
import type { OpenDump } from './opened-dump.ts';

/** A multi-head attention with its projections, and what was given for it. @throws RequestError */
export const multiHeadDump: OpenDump = (body, tensors, { isJson, context }) => {
  const { memory } = context;
  for (const odd of body.nonFinite.values()) throw odd.fault(odd.first);
  const options = innerNames(readOptions(diagnoseMultiHeadOptions, body.options, diagnoseTensorFields));
  const { precision } = body;
  const reading = { precision, memory, isJson, maxElements: context.maxElements };
  const { problem, projections, joined, outProjection, output, rank } = readMultiHead(tensors, options, reading);
  const { batch, numHeads, queryLength, keyLength } = problem;
  const { columns } = outProjection;
  const own = rank === 3 ? [batch, queryLength, columns] : [queryLength, columns];
  const pairs = [batch, numHeads, queryLength, keyLength];
  const given = {
    output: givenOutput(tensors, { shape: [batch, 1, queryLength, columns], own }, memory),
    weights: givenTensor('expected_weights', tensors, [[batch, queryLength, keyLength], pairs]),
    lse: givenTensor('expected_lse', tensors, [pairs.slice(0, 3)]),
    scores: givenTensor('expected_scores', tensors, [pairs]),
  };
  const grid = attentionGrid(problem, context.kernel.shardCost);
  const result = allocateResult(problem, NOTHING_MORE, { output: joined, splits: grid.splits, memory });
  const shardCost = costIn(precision, context.kernel.shardCost);
  const isPadded = tensors.has('key_padding_mask') && problem.masks.length === Number(tensors.has('attn_mask')) + 1;
  return {
    dump: {
      problem,
      pastLength: 0,
      turn: undefined,
      projections: { inputs: projections, output: outProjection },
      paddingMasks: isPadded ? 1 : 0,
      given,
      right: { data: output, batchStride: queryLength * columns, headStride: 0, rowStride: columns },
    },
    stages: [
      ...productStages(projections, shardCost),
      ...attentionStages(problem, result, NOTHING_MORE, grid),
      ...productStages([outProjection], shardCost),
    ],
    options,
    outputShape: own,
  };
};
