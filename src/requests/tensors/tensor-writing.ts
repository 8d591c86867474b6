import { floatProblem } from '../../attention/problem.ts';
import type { AttentionResult } from '../../attention/result.ts';
import { effectiveKeys, meanPerHead } from '../../attention/statistics.ts';
import { type Keeping, writeJsonAnswer } from '../../codec/answer.ts';
import type { Asked } from '../../codec/inference/asked.ts';
import { writeInference } from '../../codec/inference/write.ts';
import type { TensorFormat } from '../../codec/media-type.ts';
import { npzPieces, writeNpz } from '../../codec/npz/write.ts';
import { safetensorsPieces, writeSafetensors } from '../../codec/safetensors.ts';
import type { AnswerTensor } from '../../codec/tensor-request.ts';
import { narrowed } from '../../kernels/range.ts';
import { type Floats, floatTensor, headsOf } from '../../tensor/tensor.ts';
import { inRank } from '../problems/sizes.ts';
import type { WrittenAnswer } from '../request.ts';
import { spreadDocument } from '../spread-note.ts';
import type { TensorAnswer, TensorResults } from './tensor-answer.ts';
import { wireNames } from './tensor-names.ts';
import { pictureOfTensors, printedTensors } from './tensor-view.ts';

/** Whether an answer may lie in the memory of its results, or how it is kept apart from them. */
export type AnswerPlace = 'in place' | Keeping;

/** The pieces of an answer, and how many bytes of it are JSON where others follow. */
type Written = Pick<WrittenAnswer, 'jsonBytes' | 'pieces'>;

/** Writes the answer in its format. */
export function writeTensorAnswer(answer: TensorAnswer, place: AnswerPlace): Written {
  if (answer.format === 'inference') return writeInferenceAnswer(answer, place);
  return { pieces: writeOwn(answer, answer.format, place) };
}

/** In a format of ours. */
function writeOwn(answer: TensorAnswer, format: TensorFormat, place: AnswerPlace): Uint8Array[] {
  if (format === 'text') return [Buffer.from(printedTensors(answer))];
  if (format === 'svg') return [Buffer.from(pictureOfTensors(answer))];
  const tensors = answerTensors(answer, () => true);
  const { named, meta } = aboutOf(answer);
  if (format === 'json') {
    return writeJsonAnswer(tensors, { ...named, meta }, answer.form, place === 'in place' ? 'copied' : place);
  }
  if (format === 'npz') {
    const texts = Object.entries({ ...named, meta }).map(([name, value]) => [name, JSON.stringify(value)]);
    const members = Object.fromEntries(texts);
    return place === 'in place' ? npzPieces(tensors, members) : [writeNpz(tensors, members)];
  }
  const metadata = metadataOf(answer, String);
  return place === 'in place' ? safetensorsPieces(tensors, metadata) : [writeSafetensors(tensors, metadata)];
}

/** As the Open Inference Protocol has it: what was asked for, in that order. */
function writeInferenceAnswer(answer: TensorResults & { asked: Asked }, place: AnswerPlace): Written {
  const { asked, form } = answer;
  const names = asked.outputs && new Set(asked.outputs.map(({ name }) => name));
  const tensors = answerTensors(answer, (name) => names?.has(name) ?? true);
  const parameters = metadataOf(answer, (scale) => scale);
  return writeInference(tensors, {
    asked,
    parameters,
    isNested: form === 'nested',
    staysInPlace: place === 'in place',
  });
}

/** What an answer tells beside its tensors. */
function aboutOf(answer: TensorResults) {
  const { batch, numHeads, queryLength, valueDim, scale } = answer.problem;
  const meta = {
    kernel: answer.kernel,
    scale,
    shape: [batch, numHeads, queryLength, valueDim],
    ...(answer.spread && { spread: spreadDocument(answer.spread) }),
  };
  return { named: { ...wireNames(answer.names), ...focusOf(answer) }, meta };
}

/** The same where there are only names and texts, and perhaps numbers. */
function metadataOf<T>(answer: TensorResults, number: (value: number) => T): Record<string, string | T> {
  const { named, meta } = aboutOf(answer);
  const texts = Object.entries(named).map(([name, value]) => [name, JSON.stringify(value)]);
  return {
    ...Object.fromEntries(texts),
    kernel: meta.kernel,
    scale: number(meta.scale),
    shape: JSON.stringify(meta.shape),
    ...(meta.spread && { spread: JSON.stringify(meta.spread) }),
  };
}

/** The row that is looked at, and its name. */
function focusOf({ names: { focus, queries } }: TensorResults): { focus?: { text: string; index: number } } {
  return focus === undefined ? {} : { focus: { text: queries?.[focus] ?? String(focus), index: focus } };
}

/** @throws RequestError `overflow` for numbers that were asked for and that their precision cannot hold */
function answerTensors(answer: TensorResults, isWanted: (name: string) => boolean): AnswerTensor[] {
  const { precision, problem, result, output, outputs, weightsShape, rank } = answer;
  const { batch, numHeads, numKeyHeads, queryLength, keyLength, headDim, valueDim } = problem;
  const rowShape = inRank(rank, [batch, numHeads, queryLength]);
  const matrixShape = [...rowShape, keyLength];
  const tensors: AnswerTensor[] = [];
  const add = (name: string, shape: readonly number[], data: Floats) => {
    if (!isWanted(name)) return;
    const isWide = precision === 'float32' && data instanceof Float64Array;
    tensors.push({ name, tensor: floatTensor(shape, isWide ? narrowed(name, data) : data) });
  };
  const perRow = (name: string, data: Float64Array) => add(name, rowShape, data);

  add('output', output.shape, output.data);

  if (result.weights) add('weights', weightsShape, result.weights);
  if (answer.isToBeMerged === true) {
    tensors.push({ name: 'max', tensor: floatTensor(rowShape, result.max) });
    tensors.push({ name: 'sum', tensor: floatTensor(rowShape, result.sum) });
  }
  if (outputs.includes('lse')) perRow('lse', logSumExp(result));
  if (result.scores) add('scores', matrixShape, result.scores);
  if (result.maskedScores) add('masked_scores', matrixShape, result.maskedScores);
  if (result.stats) {
    const { entropy, maxWeight, maxKey, distance } = result.stats;
    const spread = effectiveKeys(result.stats);
    perRow('stats.entropy', entropy);
    perRow('stats.max_weight', maxWeight);
    perRow('stats.max_key', Float64Array.from(maxKey));
    perRow('stats.effective_keys', spread);
    perRow('stats.mean_distance', distance);
    const headShape = inRank(Math.max(2, rank), [batch, numHeads]);
    for (const [name, data] of [
      ['entropy', entropy],
      ['max_weight', maxWeight],
      ['effective_keys', spread],
      ['mean_distance', distance],
    ] as const) {
      add(`stats.per_head.${name}`, headShape, meanPerHead(problem, result.stats, data));
    }
  }
  if (outputs.includes('present')) {
    const shape = (dim: number) => inRank(Math.max(2, rank), [batch, numKeyHeads, keyLength, dim]);
    const { key: keys, value: values } = floatProblem(problem);
    const [key, value] = [keys.data, values.data];
    const dense = headsOf(key, [batch, numKeyHeads, keyLength, headDim]);
    if (dense.batchStride !== problem.key.batchStride) throw new Error('present needs dense keys');
    add('present_key', shape(headDim), key);
    add('present_value', shape(valueDim), value);
  }
  return tensors;
}

/** ln Σ exp(score) of each row; −∞ for a row that sees nothing. */
function logSumExp({ max, sum }: AttentionResult): Float64Array {
  return max.map((m, row) => m + Math.log(sum[row]));
}
