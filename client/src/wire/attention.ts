// Written by `npm run openapi` from the schemas of the server; not to be changed by hand.

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
  /** Only 0: the service computes exact attention, without dropout. */
  dropout_p?: 0 | null | undefined;
  /** Only 0: the service computes exact attention, without dropout. */
  dropout?: 0 | null | undefined;
  /** The precision of the computation. float64 runs the plain reference, much slower. By default "float32". */
  precision?: 'float32' | 'float64' | null | undefined;
  /** How tensors stand in a JSON answer; by default as query came. */
  tensor_format?: 'nested' | 'flat' | 'base64' | null | undefined;
}

/** Rank 1. */
export type Vector = number[];

/** Rank 2, row by row. */
export type Matrix = Vector[];

/** Rank 3: a matrix for each head. */
export type Tensor3 = Matrix[];

/** Rank 4: a batch of those. */
export type Tensor4 = Tensor3[];

/** The elements in row-major order, and their shape. */
export interface FlatTensor {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  /** Listed numbers are read in the precision of the request. */
  dtype?: Dtype | null | undefined;
  data: Vector;
}

/** What numbers are, as PyTorch or safetensors name it. */
export type Dtype = 'float32' | 'float64' | 'float16' | 'bfloat16' | 'F32' | 'F64' | 'F16' | 'BF16';

/** The bytes of the elements, and their shape. */
export interface Base64Tensor {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  /** By default "float32". */
  dtype?: Dtype | null | undefined;
  /** The elements in row-major order, little-endian (RFC 4648). */
  data: string;
}

/** Nested arrays of rank 1 to 4, row by row; or shape and data, with data as a flat list in row-major order or as base64. All numbers that are read are finite. */
export type Tensor = Vector | Matrix | Tensor3 | Tensor4 | FlatTensor | Base64Tensor;

/** A tensor of booleans, or of numbers that are added to the scores; "-Infinity" hides a key. */
export type MaskTensor = MaskVector | MaskMatrix | MaskTensor3 | MaskTensor4 | FlatMask | Base64Mask;

/** Rank 1. */
export type MaskVector = MaskElement[];

/** In a mask of one kind only: a boolean, or a number (or −∞) that is added to a score. */
export type MaskElement = boolean | number | '-Infinity';

/** Rank 2, row by row. */
export type MaskMatrix = MaskVector[];

/** Rank 3: a matrix for each head. */
export type MaskTensor3 = MaskMatrix[];

/** Rank 4: a batch of those. */
export type MaskTensor4 = MaskTensor3[];

/** The elements in row-major order, and their shape. */
export interface FlatMask {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  dtype?: MaskDtype | null | undefined;
  data: MaskVector;
}

/** What the elements of a mask are. */
export type MaskDtype = 'float32' | 'float64' | 'float16' | 'bfloat16' | 'F32' | 'F64' | 'F16' | 'BF16' | 'bool';

/** The bytes of the elements, and their shape. */
export interface Base64Mask {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  /** By default "float32". */
  dtype?: MaskDtype | null | undefined;
  /** The elements in row-major order, little-endian (RFC 4648). */
  data: string;
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
  meta: AttentionMeta;
}

/** With tensor_format flat. */
export interface FlatAnswer {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  dtype: AnswerDtype;
  data: Vector;
}

/** As the precision asked for. */
export type AnswerDtype = 'float32' | 'float64';

/** With tensor_format base64. */
export interface Base64Answer {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  dtype: AnswerDtype;
  /** The elements in row-major order, little-endian (RFC 4648). */
  data: string;
}

/** A tensor of the rank of query. In the form of query, unless tensor_format asks for another. */
export type AnswerTensor = Vector | Matrix | Tensor3 | Tensor4 | FlatAnswer | Base64Answer;

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

/** How it was computed. */
export interface AttentionMeta {
  /** Which kernel computed it: native, wasm or reference. */
  kernel: string;
  /** The factor of query·key that was used. */
  scale: number;
  /** [batch, query heads, query length, value dim]. */
  shape: number[];
}
