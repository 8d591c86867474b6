import type { AttentionProblem } from '../../attention/problem.ts';
import type { AttentionResult } from '../../attention/result.ts';
import type { OutputName } from '../../codec/attention-options.ts';
import type { Asked } from '../../codec/inference/asked.ts';
import type { TensorFormat } from '../../codec/media-type.ts';
import type { TensorForm } from '../../codec/tensor-request.ts';
import type { Floats, Precision } from '../../tensor/tensor.ts';
import { MAX_PANELS } from '../../text/heat-map.ts';
import type { SpreadNote } from '../spread-note.ts';
import type { TensorNames } from './tensor-names.ts';

/** How an answer is written: in a format of ours, or in that of the Open Inference Protocol as a request has asked for it. */
export type WrittenAs = { format: TensorFormat } | { format: 'inference'; asked: Asked };

/** An answer of tensors to a request of tensors. */
export type TensorAnswer = TensorResults & WrittenAs;

export interface TensorResults {
  kind: 'tensors';
  /** What was asked for; the problem may have been computed in more. */
  precision: Precision;
  problem: AttentionProblem;
  result: AttentionResult;
  output: { shape: readonly number[]; data: Floats };
  outputs: readonly OutputName[];
  /** The shape of `weights` in the answer. */
  weightsShape: readonly number[];
  /** The rank of the request, 1 to 4; leading axes fall away in per-row answers. */
  rank: number;
  /** What the request calls its rows, columns and heads. */
  names: TensorNames;
  form: TensorForm;
  kernel: string;
  /** Whether max and sum of each row are answered, in float64 whatever the precision, for rows to be merged. */
  isToBeMerged?: boolean | undefined;
  /** Whether it was spread over replicas, where that was asked for. */
  spread?: SpreadNote | undefined;
}

/** Numbers that writing the answer has to turn into its format, about. */
export function tensorAnswerNumbers({ problem, result, output, outputs, format }: TensorAnswer): number {
  const { batch, numHeads, numKeyHeads, queryLength, keyLength, headDim, valueDim } = problem;
  if (format === 'text' || format === 'svg') return Math.min(MAX_PANELS, batch * numHeads) * queryLength * keyLength;
  const tensors = [output.data, result.weights, result.scores, result.maskedScores];
  let numbers = tensors.reduce((sum, data) => sum + (data?.length ?? 0), 0);
  if (outputs.includes('lse')) numbers += result.max.length;
  if (result.stats) numbers += 5 * result.max.length + 4 * batch * numHeads;
  if (outputs.includes('present')) numbers += batch * numKeyHeads * keyLength * (headDim + valueDim);
  return numbers;
}
