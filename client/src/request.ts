/** What the routes that compute take: the server's own fields, with typed arrays beside lists, and lists that may be read-only. */
import { misuse, oneOf } from './check.ts';
import { isObject } from './object.ts';
import type { TypedTensor } from './typed-tensor.ts';
import type * as attention from './wire/attention.ts';
import type * as multiHead from './wire/multi-head.ts';
import type * as tensors from './wire/tensors.ts';
import type * as text from './wire/text.ts';

/** The same, of which nothing will be changed: read-only lists are as good. */
export type Given<T> = T extends readonly (infer Item)[]
  ? readonly Given<Item>[]
  : T extends object
    ? { [K in keyof T]: Given<T[K]> }
    : T;

/** The members of a request that can be tensors. */
type TensorFieldOf<R> = {
  [K in keyof R]-?: tensors.Tensor extends NonNullable<R[K]> ? K : tensors.MaskTensor extends R[K] ? K : never;
}[keyof R];
type TensorField = TensorFieldOf<attention.AttentionRequest> | TensorFieldOf<multiHead.MultiHeadRequest>;

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

type WithTyped<R> = { [K in keyof R]: K extends TensorField ? Given<R[K]> | TypedTensor : Given<R[K]> };

/** A tensor of numbers in a request: nested lists, or shape and data. */
export type Tensor = Given<tensors.Tensor> | TypedTensor;
export type TensorFormat = NonNullable<attention.AttentionRequest['tensor_format']>;
type Names<R extends { outputs?: readonly unknown[] | null | undefined }> = NonNullable<R['outputs']>[number];
/** What can be asked for beside the output. */
export type OutputName = Names<attention.AttentionRequest>;
export type TextOutputName = Names<text.TextRequest>;

/**
 * A body of POST /attention. The parameters are what its answer depends on: the query, the outputs asked for, need_weights
 * and tensor_format. `outputs` is left out of the rest, as TypeScript 5.0 sees no tuple through an intersection.
 */
export type AttentionRequest<
  Query extends Tensor = Tensor,
  Outputs extends readonly OutputName[] = readonly OutputName[],
  NeedWeights extends boolean = boolean,
  Format extends TensorFormat | undefined = TensorFormat | undefined,
> = Omit<WithTyped<attention.AttentionRequest>, 'outputs'> & {
  query: Query;
  /** What to answer beside the output; `present` are keys and values with the past before them. By default nothing. */
  outputs?: Outputs | null | undefined;
  need_weights?: NeedWeights | null | undefined;
  tensor_format?: Format | null | undefined;
};

/** A body of POST /attention/multi-head. The parameters are what its answer depends on. */
export type MultiHeadRequest<
  Query extends Tensor = Tensor,
  NeedWeights extends boolean = boolean,
  Average extends boolean = boolean,
  Format extends TensorFormat | undefined = TensorFormat | undefined,
> = WithTyped<multiHead.MultiHeadRequest> & {
  query: Query;
  need_weights?: NeedWeights | null | undefined;
  average_attn_weights?: Average | null | undefined;
  tensor_format?: Format | null | undefined;
};

export type Focus = NonNullable<text.TextRequest['focus']>;

/** A body of POST /attention/text. The parameters are what its answer depends on. */
export type TextRequest<
  Outputs extends readonly TextOutputName[] = readonly TextOutputName[],
  Focused extends Focus | undefined = Focus | undefined,
  Format extends TensorFormat | undefined = TensorFormat | undefined,
> = Omit<Given<text.TextRequest>, 'outputs' | 'focus'> & {
  /**
   * What to answer: weights (the mean over heads); of each head its weights (heads), scores, masked_scores and output; stats.
   * By default weights, heads and stats.
   */
  outputs?: Outputs | null | undefined;
  /** A token whose attention is worked out step by step: a word (the first token that is it), or its number from 0. */
  focus?: Focused | null | undefined;
  tensor_format?: Format | null | undefined;
};

/** What a run computes: the body of a route, and which. */
export type RunRequest =
  | ({ kind: 'attention' } & AttentionRequest)
  | ({ kind: 'multi-head' } & MultiHeadRequest)
  | ({ kind: 'text' } & TextRequest);

const KINDS: Record<RunRequest['kind'], true> = { attention: true, 'multi-head': true, text: true };
const kind = oneOf(KINDS);

/** @throws SpotlightError `invalid_argument` for a request that says not what is to be computed */
export function checkKind(request: unknown): void {
  if (!isObject(request)) throw misuse('/request', 'an object', request);
  kind(Reflect.get(request, 'kind'), '/request/kind');
}
