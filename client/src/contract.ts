/** What the methods take and answer: the types of the server's own schemas, with typed arrays beside lists. */
import type { Numbers, TypedAnswerTensor, TypedTensor } from './typed-tensor.ts';
import type * as attention from './wire/attention.ts';
import type { Only, ServerMessage, StepNumbers } from './wire/messages.ts';
import type { Run, Stepping } from './wire/runs.ts';
import type { TextAnswer, TextRequest } from './wire/text.ts';

/** The members of a request that can be tensors. */
type TensorFieldOf<R> = {
  [K in keyof R]-?: attention.Tensor extends NonNullable<R[K]> ? K : attention.MaskTensor extends R[K] ? K : never;
}[keyof R];
type TensorField = TensorFieldOf<attention.AttentionRequest> | TensorFieldOf<attention.MultiHeadRequest>;

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

export type AttentionRequest = WithTyped<attention.AttentionRequest>;
export type MultiHeadRequest = WithTyped<attention.MultiHeadRequest>;
export type { TextAnswer, TextRequest };
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

type AnswerTensor = attention.AnswerScores | attention.RowScores;
interface TensorIn<T> {
  json: T;
  numbers: Numbers;
  typed: TypedAnswerTensor;
}
type InForm<T, F extends TensorForm> = T extends AnswerTensor
  ? TensorIn<T>[F]
  : T extends object
    ? { [K in keyof T]: InForm<T[K], F> }
    : T;
/** An answer with its tensors in a form; `meta` holds no tensors. */
type AnswerIn<A, F extends TensorForm> = { [K in keyof A]: K extends 'meta' ? A[K] : InForm<A[K], F> };

export type AttentionAnswer<F extends TensorForm = 'json'> = AnswerIn<attention.AttentionAnswer, F>;
export type MultiHeadAnswer<F extends TensorForm = 'json'> = AnswerIn<attention.MultiHeadAnswer, F>;

/** How a run is cut into steps, which of them are wanted, and where it stands. */
export type { Only, Run as RunDocument, Stepping };

/** A step as the server sends it. */
export type StepMessage = Extract<ServerMessage, { type: 'step' }>;
interface StepData {
  json: StepNumbers;
  numbers: Numbers;
  typed: TypedAnswerTensor;
}
/** One step of a run, with its numbers in a form. */
export type Step<F extends TensorForm = 'json'> = Omit<StepMessage, 'type' | 'id' | 'data' | 'binary'> & {
  data: StepData[F];
};
