// Written by `npm run openapi` from the schemas of the server; not to be changed by hand.
import type { AnswerDtype, AnswerTensor, Base64Answer, Dtype, FlatAnswer, MaskTensor, Matrix, Tensor, Tensor3, Vector } from './tensors.ts';

/** One scaled dot-product attention. */
export interface AttentionRequest {
  /** The queries: [L, d], [H, L, d] or [B, H, L, d]; a single vector [d] is welcome. */
  query: Tensor;
  /** The keys, of the same rank and head_dim; query may have a multiple of their heads. */
  key: Tensor;
  /** The values, one for each key; their last dimension is that of the output. */
  value: Tensor;
  /** Keys of earlier calls, put before key; goes with past_value. */
  past_key?: Tensor | null | undefined;
  /** Values of earlier calls, put before value; goes with past_key. */
  past_value?: Tensor | null | undefined;
  /** Broadcast to [B, H, Lq, Lk]. Boolean: true = may attend, as in scaled_dot_product_attention. */
  attn_mask?: MaskTensor | null | undefined;
  /** A logit with no value that takes part in the softmax of each row: one number, or one for each query head (GPT-OSS, StreamingLLM). "-Infinity" is no sink. */
  sinks?: Logits | null | undefined;
  /** true: query i sees key j when j ≤ i + query_offset. "lower_right": the last query sees the last valid key. By default false. */
  is_causal?: boolean | 'lower_right' | null | undefined;
  /** Query i stands at key position i + query_offset. By default the length of past_key, else 0. */
  query_offset?: number | number[] | null | undefined;
  /** Factor of query·key; by default 1/√head_dim. */
  scale?: number | null | undefined;
  /** scores → softcap·tanh(scores/softcap), before masks and biases; 0 = none. By default 0. */
  softcap?: number | null | undefined;
  /** Sliding window: query at position p sees keys p − left to p + right. */
  window?: SlidingWindow | null | undefined;
  /** What the numbers of attn_mask are, where 0 and 1 could be either: booleans, or added to the scores. Not needed for true and false, nor for other numbers. */
  attn_mask_type?: 'boolean' | 'additive' | null | undefined;
  /** ALiBi: −slope·|distance| is added to the scores; one slope for each query head, [H], or for each of each batch entry, [B, H]. */
  alibi_slopes?: number[] | number[][] | null | undefined;
  /** Keys from here on are padding, which is never read and may hold anything; past keys count. */
  key_lengths?: number[] | null | undefined;
  /** Query rows from here on are padding, which is never read and may hold anything; their output is 0. */
  query_lengths?: number[] | null | undefined;
  /** Rotary position embedding of query and key before the scores. */
  rotary?: Rotary | null | undefined;
  /** What to answer beside the output: weights; lse (log-sum-exp of each row); scores (scale·QKᵀ); masked_scores (what the softmax reads); stats; present (keys and values with the past before them). By default []. */
  outputs?: ('weights' | 'lse' | 'scores' | 'masked_scores' | 'stats' | 'present')[] | null | undefined;
  /** PyTorch's word: query may have a multiple of the heads of key. It always may here; false insists on as many. */
  enable_gqa?: boolean | null | undefined;
  /** PyTorch's word for outputs: weights. By default false. */
  need_weights?: boolean | null | undefined;
  /** Names of the queries, such as tokens: the rows of pictures, tables and plans. */
  query_labels?: string[] | null | undefined;
  /** Names of the keys, past ones first: the columns. */
  key_labels?: string[] | null | undefined;
  /** Names of the query heads. */
  head_labels?: string[] | null | undefined;
  /** A row to look at, by its number from 0 or its name (the first that has it): marked in pictures, worked out in text, and told in the plan of a run. */
  focus?: number | string | null | undefined;
  /** Only 0: the service computes exact attention, without dropout. */
  dropout_p?: 0 | null | undefined;
  /** Only 0: the service computes exact attention, without dropout. */
  dropout?: 0 | null | undefined;
  /** The precision of the computation. float64 runs the plain reference, much slower. By default "float32". */
  precision?: 'float32' | 'float64' | null | undefined;
  /** How tensors stand in a JSON answer; by default as query came. */
  tensor_format?: 'nested' | 'flat' | 'base64' | null | undefined;
}

/** One number, or a list of one or more; "-Infinity" is none. */
export type Logits = Logit | LogitVector | FlatLogits | Base64Logits;

/** −∞ is a text. */
export type Logit = number | '-Infinity';

/** One for each query head. */
export type LogitVector = Logit[];

/** The numbers as a flat list, and their shape. */
export interface FlatLogits {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  /** Listed numbers are read in the precision of the request. */
  dtype?: Dtype | null | undefined;
  data: LogitVector;
}

/** The bytes of the numbers, and their shape. */
export interface Base64Logits {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  /** By default "float32". */
  dtype?: Dtype | null | undefined;
  /** The elements in row-major order, little-endian (RFC 4648). */
  data: string;
}

export interface SlidingWindow {
  /** How many keys before the position of the query are visible; −1, null or absent: all. */
  left?: number | null | undefined;
  /** How many keys after the position of the query are visible; −1, null or absent: all. */
  right?: number | null | undefined;
}

export interface Rotary {
  /** The base of the frequencies, 10000 in most models. */
  base: number;
  /** How many numbers of each head turn. */
  dim: number;
  /** true: pairs (0,1), (2,3) … as in GPT-J; false, null or absent: pairs (i, i + dim/2) as in GPT-NeoX and Llama. */
  interleaved?: boolean | null | undefined;
  /** The position of each query and new key: one list, one a batch entry, or {query, key} of those. */
  positions?: number[] | number[][] | {
    query: number[] | number[][];
    key: number[] | number[][];
  } | null | undefined;
}

/** The output, and what else was asked for. */
export interface AttentionAnswer {
  /** softmax(scale·QKᵀ + bias) V, in the rank of query. */
  output: AnswerTensor;
  /** The attention weights, [B, H, Lq, Lk] in the rank of query. */
  weights?: AnswerTensor | undefined;
  /** ln Σ exp(score) of each row. */
  lse?: RowScores | undefined;
  /** scale·QKᵀ, before softcap, masks and biases. */
  scores?: AnswerScores | undefined;
  /** What the softmax reads. */
  masked_scores?: AnswerScores | undefined;
  stats?: RowStatistics | undefined;
  /** The keys with the past before them. */
  present_key?: AnswerTensor | undefined;
  /** The values with the past before them. */
  present_value?: AnswerTensor | undefined;
  /** The names of the rows, as they were given. */
  query_labels?: string[] | undefined;
  /** The names of the columns, as they were given. */
  key_labels?: string[] | undefined;
  /** The names of the query heads, as they were given. */
  head_labels?: string[] | undefined;
  focus?: FocusedRow | undefined;
  meta: AttentionMeta;
}

/** A number for each row, "-Infinity" for one that sees nothing. In the form of query, unless tensor_format asks for another. */
export type RowScores = ExtendedNumber | ExtendedVector | ExtendedMatrix | ExtendedTensor3 | FlatScores | Base64Answer;

/** A number; −∞ is a text, as JSON has no number for it. */
export type ExtendedNumber = number | '-Infinity';

/** Rank 1. */
export type ExtendedVector = ExtendedNumber[];

/** Rank 2, row by row. */
export type ExtendedMatrix = ExtendedVector[];

/** Rank 3: a matrix for each head. */
export type ExtendedTensor3 = ExtendedMatrix[];

/** With tensor_format flat. */
export interface FlatScores {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  dtype: AnswerDtype;
  data: ExtendedVector;
}

/** Scores of the rank of query, "-Infinity" where a key is hidden. In the form of query, unless tensor_format asks for another. */
export type AnswerScores = ExtendedVector | ExtendedMatrix | ExtendedTensor3 | ExtendedTensor4 | FlatScores | Base64Answer;

/** Rank 4: a batch of those. */
export type ExtendedTensor4 = ExtendedTensor3[];

/** Statistics of the rows, when outputs has stats. */
export interface RowStatistics {
  /** Entropy of the weights of each row, in nats. */
  entropy: RowNumbers;
  /** The largest weight of each row. */
  max_weight: RowNumbers;
  /** exp(entropy): over how many keys the attention spreads. */
  effective_keys: RowNumbers;
  /** The mean of |query position − key position| under the weights. */
  mean_distance: RowNumbers;
  /** Which key has it; −1 for a row that sees nothing. */
  max_key: RowNumbers;
  per_head: HeadStatistics;
}

/** A number for each row or head; one alone stands without brackets. In the form of query, unless tensor_format asks for another. */
export type RowNumbers = number | Vector | Matrix | Tensor3 | FlatAnswer | Base64Answer;

/** Means over the rows of each head, of all but max_key. */
export interface HeadStatistics {
  /** Entropy of the weights of each row, in nats. */
  entropy: RowNumbers;
  /** The largest weight of each row. */
  max_weight: RowNumbers;
  /** exp(entropy): over how many keys the attention spreads. */
  effective_keys: RowNumbers;
  /** The mean of |query position − key position| under the weights. */
  mean_distance: RowNumbers;
}

/** The row that is looked at. */
export interface FocusedRow {
  /** Its name, else its number. */
  text: string;
  index: number;
}

/** How it was computed. */
export interface AttentionMeta {
  /** Which kernel computed it: native, wasm or reference. */
  kernel: string;
  /** The factor of query·key that was used. */
  scale: number;
  /** [batch, query heads, query length, value dim]. */
  shape: number[];
}
