/** What the methods take and answer: the types of the server's own schemas, with typed arrays beside lists. */
import type { z } from 'zod';
import type { attentionTensorFields, multiHeadTensorFields } from '../codec/options.ts';
import type {
  answerTensorSchema,
  attentionAnswerSchema,
  attentionRequestSchema,
  multiHeadAnswerSchema,
  multiHeadRequestSchema,
} from '../codec/schemas.ts';
import type { textAnswerSchema } from '../http/documents/text-schemas.ts';
import type { textOptions } from '../requests/words/text-options.ts';
import type { Only, RunDocument, runStartSchema, StepMessage } from '../stream/protocol.ts';
import type { Numbers, TypedAnswerTensor, TypedTensor } from './typed-tensor.ts';

type TensorField = keyof typeof attentionTensorFields | keyof typeof multiHeadTensorFields;

/** The members of requests that are tensors. */
export const TENSOR_FIELDS = {
  query: true,
  key: true,
  value: true,
  past_key: true,
  past_value: true,
  attn_mask: true,
  in_proj_weight: true,
  q_proj_weight: true,
  k_proj_weight: true,
  v_proj_weight: true,
  in_proj_bias: true,
  out_proj_weight: true,
  out_proj_bias: true,
  bias_k: true,
  bias_v: true,
  key_padding_mask: true,
} satisfies Record<TensorField, true>;

type WithTyped<T> = { [K in keyof T]: K extends TensorField ? T[K] | TypedTensor : T[K] };

export type AttentionRequest = WithTyped<z.input<typeof attentionRequestSchema>>;
export type MultiHeadRequest = WithTyped<z.input<typeof multiHeadRequestSchema>>;
export type TextRequest = z.input<typeof textOptions>;
export type TextAnswer = z.infer<typeof textAnswerSchema>;
/** What a run computes: the body of a route, and which. */
export type RunRequest =
  | ({ kind: 'attention' } & AttentionRequest)
  | ({ kind: 'multi-head' } & MultiHeadRequest)
  | ({ kind: 'text' } & TextRequest);

/**
 * How the tensors of an answer or of steps are given: `json` as they stand in JSON, where −∞ is the text "-Infinity";
 * `numbers` as nested arrays with −∞ as a number; `typed` as typed arrays, which travel as bytes.
 */
export type TensorForm = 'json' | 'numbers' | 'typed';

type AnswerTensor = z.infer<typeof answerTensorSchema>;
interface TensorIn {
  json: AnswerTensor;
  numbers: Numbers;
  typed: TypedAnswerTensor;
}
type InForm<T, F extends TensorForm> = T extends AnswerTensor
  ? TensorIn[F]
  : T extends object
    ? { [K in keyof T]: InForm<T[K], F> }
    : T;
/** An answer with its tensors in a form; `meta` holds no tensors. */
type AnswerIn<A, F extends TensorForm> = { [K in keyof A]: K extends 'meta' ? A[K] : InForm<A[K], F> };

export type AttentionAnswer<F extends TensorForm = 'json'> = AnswerIn<z.infer<typeof attentionAnswerSchema>, F>;
export type MultiHeadAnswer<F extends TensorForm = 'json'> = AnswerIn<z.infer<typeof multiHeadAnswerSchema>, F>;

/** How a run is cut into steps. */
export type Stepping = Omit<z.input<typeof runStartSchema>, 'request'>;
export type { Only, RunDocument };

interface StepData {
  json: NonNullable<StepMessage['data']>;
  numbers: Numbers;
  typed: TypedAnswerTensor;
}
/** One step of a run, with its numbers in a form. */
export type Step<F extends TensorForm = 'json'> = Omit<StepMessage, 'type' | 'id' | 'data' | 'binary'> & {
  data: StepData[F];
};
