import { floatProblem } from '../../attention/problem.ts';
import type { AttentionResult } from '../../attention/result.ts';
import { effectiveKeys, meanPerHead } from '../../attention/statistics.ts';
import { type Keeping, writeJsonAnswer } from '../../codec/answer.ts';
import { safetensorsPieces, writeSafetensors } from '../../codec/safetensors.ts';
import type { AnswerTensor } from '../../codec/tensor-request.ts';
import { narrowed } from '../../kernels/range.ts';
import { type Floats, floatTensor, headsOf } from '../../tensor/tensor.ts';
import { inRank } from '../problems/sizes.ts';
import type { TensorAnswer } from './tensor-answer.ts';
import { wireNames } from './tensor-names.ts';
import { pictureOfTensors, printedTensors } from './tensor-view.ts';

/** Whether an answer may lie in the memory of its results, or how it is kept apart from them. */
export type AnswerPlace = 'in place' | Keeping;

/** Writes the answer in its format. */
export function writeTensorAnswer(answer: TensorAnswer, place: AnswerPlace): Uint8Array[] {
  if (answer.format === 'text') return [Buffer.from(printedTensors(answer))];
  if (answer.format === 'svg') return [Buffer.from(pictureOfTensors(answer))];
  const tensors = answerTensors(answer);
  const { batch, numHeads, queryLength, valueDim, scale } = answer.problem;
  const meta = { kernel: answer.kernel, scale, shape: [batch, numHeads, queryLength, valueDim] };
  const named = { ...wireNames(answer.names), ...focusOf(answer) };
  if (answer.format === 'json') {
    return writeJsonAnswer(tensors, { ...named, meta }, answer.form, place === 'in place' ? 'copied' : place);
  }
  const texts = Object.entries(named).map(([name, value]) => [name, JSON.stringify(value)]);
  const metadata = {
    ...Object.fromEntries(texts),
    kernel: meta.kernel,
    scale: String(scale),
    shape: JSON.stringify(meta.shape),
  };
  return place === 'in place' ? safetensorsPieces(tensors, metadata) : [writeSafetensors(tensors, metadata)];
}

/** The row that is looked at, and its name. */
function focusOf({ names: { focus, queries } }: TensorAnswer): { focus?: { text: string; index: number } } {
  return focus === undefined ? {} : { focus: { text: queries?.[focus] ?? String(focus), index: focus } };
}

/** @throws RequestError `overflow` for numbers that were asked for and that their precision cannot hold */
function answerTensors(answer: TensorAnswer): AnswerTensor[] {
  const { precision, problem, result, output, outputs, weightsShape, rank } = answer;
  const { batch, numHeads, numKeyHeads, queryLength, keyLength, headDim, valueDim } = problem;
  const rowShape = inRank(rank, [batch, numHeads, queryLength]);
  const matrixShape = [...rowShape, keyLength];
  const tensors: AnswerTensor[] = [];
  const add = (name: string, shape: readonly number[], data: Floats) => {
    const isWide = precision === 'float32' && data instanceof Float64Array;
    tensors.push({ name, tensor: floatTensor(shape, isWide ? narrowed(name, data) : data) });
  };
  const perRow = (name: string, data: Float64Array) => add(name, rowShape, data);

  add('output', output.shape, output.data);

  if (result.weights) add('weights', weightsShape, result.weights);
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
