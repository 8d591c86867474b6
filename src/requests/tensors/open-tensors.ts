import { attentionGrid, attentionStages, costIn, productStages } from '../../attention/plan.ts';
import type { AttentionProblem } from '../../attention/problem.ts';
import { allocateResult, resultElements, type Wanted } from '../../attention/result.ts';
import {
  attentionOptions,
  attentionOptionTensors,
  attentionTensorFields,
  type OutputName,
} from '../../codec/attention-options.ts';
import { MODELS } from '../../codec/inference/models.ts';
import { readInference } from '../../codec/inference/read.ts';
import { innerNames } from '../../codec/inner-names.ts';
import { answerType, requestType } from '../../codec/media-type.ts';
import { multiHeadOptions, multiHeadTensorFields } from '../../codec/multi-head-options.ts';
import { readOptions } from '../../codec/read-options.ts';
import type { TensorRequest } from '../../codec/tensor-request.ts';
import { RequestError } from '../../errors.ts';
import { mayLeaveFloat32 } from '../../kernels/range.ts';
import { allocateFloats } from '../../tensor/memory.ts';
import { headsOf } from '../../tensor/tensor.ts';
import type { OpenContext, OpenedRequest } from '../open-context.ts';
import { needsFloats, readProblem } from '../problems/attention-problem.ts';
import { readMultiHead } from '../problems/multi-head-problem.ts';
import { widenTensors } from '../problems/named-tensors.ts';
import { inRank } from '../problems/sizes.ts';
import type { InferenceFraming, TensorsRequest } from '../request.ts';
import type { TensorAnswer, WrittenAs } from './tensor-answer.ts';
import { checkShown, readNames } from './tensor-names.ts';
import { TENSOR_READERS } from './tensor-readers.ts';

/**
 * Opens POST /attention and POST /attention/multi-head: reads the body, checks all of it, takes the memory for its answer
 * and plans the work.
 * @throws RequestError
 */
export function openTensors(request: TensorsRequest, context: OpenContext): OpenedRequest<TensorAnswer> {
  const { body, setting } =
    request.inference === undefined ? readOwn(request, context) : readOther(request, request.inference, context);
  return request.kind === 'attention' ? openAttention(body, setting, request) : openMultiHead(body, setting);
}

interface Setting {
  writtenAs: WrittenAs;
  /** Whether its numbers came without a dtype. */
  isJson: boolean;
  context: OpenContext;
}

interface ReadBody {
  body: TensorRequest;
  setting: Setting;
}

const ATTENTION = {
  fields: attentionTensorFields,
  optionTensors: attentionOptionTensors,
  optionNames: new Set(Object.keys(attentionOptions.shape)),
};
const MULTI_HEAD = {
  fields: multiHeadTensorFields,
  optionTensors: undefined,
  optionNames: new Set(Object.keys(multiHeadOptions.shape)),
};

/** A body in one of our own formats. */
function readOwn({ kind, body, contentType, accept }: TensorsRequest, context: OpenContext): ReadBody {
  const format = requestType(contentType);
  const setting = { writtenAs: { format: answerType(contentType, accept) }, isJson: format === 'json', context };
  const { fields, optionTensors, optionNames } = kind === 'attention' ? ATTENTION : MULTI_HEAD;
  const { maxElements, maxBodyBytes, memory, kernel } = context;
  const reading = { maxElements, maxBodyBytes, allFinite: kernel.allFinite, optionTensors, optionNames };
  return { body: TENSOR_READERS[format](body, fields, reading, memory), setting };
}

/** A body of the Open Inference Protocol. */
function readOther({ kind, body }: TensorsRequest, { jsonBytes }: InferenceFraming, context: OpenContext): ReadBody {
  const { maxElements, memory, kernel } = context;
  const limits = { maxElements, allFinite: kernel.allFinite };
  const { request, asked } = readInference({ body, jsonBytes }, MODELS[kind], limits, memory);
  return { body: request, setting: { writtenAs: { format: 'inference', asked }, isJson: false, context } };
}

/** What a request means that has nothing but tensors. */
const NO_OPTIONS = innerNames(readOptions(attentionOptions, {}, attentionTensorFields));

function openAttention(
  body: TensorRequest,
  { writtenAs, isJson, context }: Setting,
  { part, spread }: Pick<TensorsRequest, 'part' | 'spread'>,
): OpenedRequest<TensorAnswer> {
  const { memory } = context;
  const options =
    Object.keys(body.options).length === 0
      ? NO_OPTIONS
      : innerNames(readOptions(attentionOptions, body.options, attentionTensorFields));
  const { precision } = body;
  const outputs = new Set<OutputName>(options.outputs);
  if (options.needWeights) outputs.add('weights');
  const keepsHalves = context.kernel.readsHalves && !needsFloats(body.tensors, options) && !outputs.has('present');
  const tensors = keepsHalves ? body.tensors : widenTensors(body.tensors, memory);
  const { nonFinite } = body;
  const { problem, rank } = readProblem(tensors, options, {
    precision,
    memory,
    isJson,
    maxElements: context.maxElements,
    nonFinite,
    blanksPadding: context.isWatched ?? false,
  });
  const names = readNames(options, problem);
  if (isShown(writtenAs)) checkShown(problem);
  const wanted: Wanted = isShown(writtenAs)
    ? shown(writtenAs.format === 'text' && names.focus !== undefined && canBeWorked(problem))
    : {
        weights: outputs.has('weights'),
        averageWeights: false,
        scores: outputs.has('scores'),
        maskedScores: outputs.has('masked_scores'),
        stats: outputs.has('stats'),
      };
  checkOutputSize(problem, wanted, context, {
    more: outputs.has('present') ? presentElements(problem) : 0,
    pointer: isShown(writtenAs) || outputs.size === 0 ? '/query' : '/outputs',
  });
  const { batch, numHeads, queryLength, keyLength, valueDim } = problem;
  const shape = [batch, numHeads, queryLength, valueDim] as const;
  const data = allocateFloats(memory, problem.precision, batch * numHeads * queryLength * valueDim);
  const grid = part ? { ...part.grid, splits: 1 } : attentionGrid(problem, context.kernel.shardCost);
  const result = allocateResult(problem, wanted, { output: headsOf(data, shape), splits: grid.splits, memory });
  return {
    stages: attentionStages(problem, result, wanted, grid),
    rotated: options.rotary !== undefined,
    answer: {
      kind: 'tensors',
      precision,
      problem,
      result,
      output: { shape: inRank(rank, shape), data },
      outputs: [...outputs],
      weightsShape: inRank(rank, [batch, numHeads, queryLength, keyLength].slice(0, 3)).concat(keyLength),
      rank,
      names,
      ...writtenAs,
      form: options.tensorFormat ?? body.form,
      kernel: problem.precision === 'float64' ? 'reference' : context.kernel.name,
      isToBeMerged: part?.hasSomeKeys,
      spread,
    },
  };
}

function openMultiHead(body: TensorRequest, { writtenAs, isJson, context }: Setting): OpenedRequest<TensorAnswer> {
  const { memory } = context;
  const options = innerNames(readOptions(multiHeadOptions, body.options, multiHeadTensorFields));
  const { precision } = body;
  const { problem, projections, joined, outProjection, output, rank } = readMultiHead(
    widenTensors(body.tensors, memory),
    options,
    { precision, memory, isJson, maxElements: context.maxElements },
  );
  const added = [...(body.tensors.has('bias_k') ? ['bias_k'] : []), ...(options.addZeroAttn ? ['0'] : [])];
  const names = readNames(options, problem, added);
  if (isShown(writtenAs)) checkShown(problem);
  const { batch, numHeads, queryLength, keyLength } = problem;
  const needWeights = options.needWeights || isShown(writtenAs);
  const averageWeights = needWeights && options.averageAttnWeights;
  const isWorked =
    writtenAs.format === 'text' && names.focus !== undefined && !averageWeights && keyLength <= MOST_WORKED;
  const wanted: Wanted = { ...shown(isWorked), weights: needWeights, averageWeights };
  checkOutputSize(problem, wanted, context);
  const grid = attentionGrid(problem, context.kernel.shardCost);
  const result = allocateResult(problem, wanted, { output: joined, splits: grid.splits, memory });
  // The products of a float64 problem are float64, too: for the reference.
  const shardCost = costIn(precision, context.kernel.shardCost);
  const entries = rank === 3 ? [batch] : [];
  return {
    stages: [
      ...productStages(projections, shardCost),
      ...attentionStages(problem, result, wanted, grid),
      ...productStages([outProjection], shardCost),
    ],
    answer: {
      kind: 'tensors',
      precision,
      problem,
      result,
      output: { shape: [...entries, queryLength, outProjection.columns], data: output },
      outputs: [],
      weightsShape: averageWeights
        ? [...entries, queryLength, keyLength]
        : [...entries, numHeads, queryLength, keyLength],
      rank,
      names,
      ...writtenAs,
      form: options.tensorFormat ?? body.form,
      kernel: problem.precision === 'float64' ? 'reference' : context.kernel.name,
    },
  };
}

function isShown({ format }: WrittenAs): boolean {
  return format === 'text' || format === 'svg';
}

/** What is computed for people: weights, and the steps to them where these are worked out. */
function shown(isWorked: boolean): Wanted {
  return { weights: true, averageWeights: false, scores: isWorked, maskedScores: isWorked, stats: false };
}

/** The most keys whose steps are worked out: nobody reads more. */
const MOST_WORKED = 2048;

/** Whether weights are e^(score·scale + bias) over their sum, as the steps in print say, of scores that can be printed. */
function canBeWorked(problem: AttentionProblem): boolean {
  const { scale, softcap, sinks, precision, batch, numHeads, queryLength, keyLength } = problem;
  if (scale === 0 || softcap !== 0 || sinks !== undefined || keyLength > MOST_WORKED) return false;
  if (precision === 'float64') return true;
  for (let head = 0; head < batch * numHeads; head++) {
    const at = { batch: Math.floor(head / numHeads), head: head % numHeads };
    if (mayLeaveFloat32(problem, { ...at, rowStart: 0, rowEnd: queryLength, keyStart: 0, keyEnd: keyLength }))
      return false;
  }
  return true;
}

function presentElements({ batch, numKeyHeads, keyLength, headDim, valueDim }: AttentionProblem): number {
  return batch * numKeyHeads * keyLength * (headDim + valueDim);
}

/** Refuses answers that are too large before anything is allocated for them. */
function checkOutputSize(
  problem: AttentionProblem,
  wanted: Wanted,
  { maxOutputBytes }: OpenContext,
  { more = 0, pointer = '/query' } = {},
): void {
  const bytes = (resultElements(problem, wanted) + more) * (problem.precision === 'float64' ? 8 : 4);
  if (bytes <= maxOutputBytes) return;
  throw new RequestError(
    'output_too_large',
    `the tensors asked for hold ${bytes} bytes, and the limit is ${maxOutputBytes}; ask for fewer of them, or for fewer rows at a time`,
    { pointer },
  );
}
