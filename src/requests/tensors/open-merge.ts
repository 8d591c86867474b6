import { problemOf } from '../../attention/plain-problem.ts';
import { attentionStages, type Stage } from '../../attention/plan.ts';
import type { AttentionProblem } from '../../attention/problem.ts';
import { type AttentionResult, NOTHING_MORE } from '../../attention/result.ts';
import { allocateFloat64, allocateFloats, type Memory } from '../../tensor/memory.ts';
import { type Floats, headsOf } from '../../tensor/tensor.ts';
import type { OpenContext, OpenedRequest } from '../open-context.ts';
import { inRank } from '../problems/sizes.ts';
import type { MergeRequest, Merging } from '../request.ts';
import type { TensorAnswer } from './tensor-answer.ts';

/**
 * Opens a merge: the stage that merges splits, as the plan of the whole has it, over what others have computed. Its body is
 * ours, and is taken as it is.
 */
export function openMerge({ body, merging }: MergeRequest, context: OpenContext): OpenedRequest<TensorAnswer> {
  const { precision, batch, numHeads, queryLength, valueDim, grid, scale, rank, wantsLse, spread } = merging;
  const problem = withoutInputs(merging);
  const { output, result } = readSplits(body, merging, context.memory);
  const shape = [batch, numHeads, queryLength, valueDim] as const;
  const stages: Stage[] = attentionStages(problem, result, NOTHING_MORE, grid).filter(({ kind }) => kind === 'merge');
  return {
    stages,
    answer: {
      ...{ kind: 'tensors', format: 'safetensors', form: 'nested', names: {}, precision, rank, spread },
      problem: { ...problem, scale },
      result,
      output: { shape: inRank(rank, shape), data: output },
      outputs: wantsLse ? ['lse'] : [],
      weightsShape: [],
      kernel: precision === 'float64' ? 'reference' : context.kernel.name,
    },
  };
}

/** The problem as far as merging asks: nothing of it reads a query, a key or a value. */
function withoutInputs({ precision, batch, numHeads, queryLength, valueDim }: Merging): AttentionProblem {
  const none = headsOf(precision === 'float64' ? new Float64Array(0) : new Float32Array(0), [0, 0, 0, 0]);
  const sizes = { batch, numHeads, numKeyHeads: numHeads, queryLength, keyLength: 0, headDim: 1, valueDim };
  return problemOf(sizes, { precision, query: none, key: none, value: none });
}

/** What was seen in each range of keys, copied to where it can be merged; that of the first becomes the result. */
function readSplits(
  body: Uint8Array,
  { precision, batch, numHeads, queryLength, valueDim, grid }: Merging,
  memory: Memory,
): { output: Floats; result: AttentionResult } {
  const rows = batch * numHeads * queryLength;
  let at = 0;
  const fill = <T extends Floats>(numbers: T): T => {
    new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength).set(
      body.subarray(at, at + numbers.byteLength),
    );
    at += numbers.byteLength;
    return numbers;
  };
  const softmax = Array.from({ length: grid.splits }, () => {
    return { max: fill(allocateFloat64(memory, rows)), sum: fill(allocateFloat64(memory, rows)) };
  });
  const splits = softmax.map((each) => ({ ...each, output: fill(allocateFloats(memory, precision, rows * valueDim)) }));
  const [{ output, max, sum }, ...others] = splits;
  const view = headsOf(output, [batch, numHeads, queryLength, valueDim]);
  const none = { weights: undefined, scores: undefined, maskedScores: undefined, stats: undefined };
  return { output, result: { output: view, max, sum, splits: others, ...none } };
}
