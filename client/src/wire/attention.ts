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
  past_key?: Tensor | undefined;
  /** Values of earlier calls, put before value; goes with past_key. */
  past_value?: Tensor | undefined;
  /** Broadcast to [B, H, Lq, Lk]. Boolean: true = may attend, as in scaled_dot_product_attention. */
  attn_mask?: MaskTensor | undefined;
  /** true: query i sees key j when j ≤ i + query_offset. "lower_right": the last query sees the last valid key. By default false. */
  is_causal?: boolean | 'lower_right' | undefined;
  /** Query i stands at key position i + query_offset. By default the length of past_key, else 0. */
  query_offset?: number | number[] | undefined;
  /** Factor of query·key; by default 1/√head_dim. */
  scale?: number | undefined;
  /** scores → softcap·tanh(scores/softcap), before masks and biases; 0 = none. By default 0. */
  softcap?: number | undefined;
  /** Sliding window: query at position p sees keys p − left to p + right. */
  window?: {
    /** How many keys before the position of the query are visible; null or absent: all. */
    left?: number | null | undefined;
    /** How many keys after the position of the query are visible; null or absent: all. */
    right?: number | null | undefined;
  } | undefined;
  /** ALiBi: −slope·|distance| is added to the scores; one slope for each query head. */
  alibi_slopes?: number[] | undefined;
  /** Keys from here on are padding; past keys count. */
  key_lengths?: number[] | undefined;
  /** Query rows from here on are padding; their output is 0. */
  query_lengths?: number[] | undefined;
  /** Rotary position embedding of query and key before the scores. */
  rotary?: {
    /** The base of the frequencies, 10000 in most models. */
    base: number;
    /** How many numbers of each head turn. */
    dim: number;
    /** true: pairs (0,1), (2,3) … as in GPT-J; false: pairs (i, i + dim/2) as in GPT-NeoX and Llama. By default false. */
    interleaved?: boolean | undefined;
    /** The position of each query and new key: one list, one a batch entry, or {query, key} of those. */
    positions?: number[] | number[][] | {
      query: number[] | number[][];
      key: number[] | number[][];
    } | undefined;
  } | undefined;
  /** What to answer beside the output: weights; lse (log-sum-exp of each row); scores (scale·QKᵀ); masked_scores (what the softmax reads); stats; present (keys and values with the past before them). By default []. */
  outputs?: ('weights' | 'lse' | 'scores' | 'masked_scores' | 'stats' | 'present')[] | undefined;
  /** PyTorch's word for outputs: weights. By default false. */
  need_weights?: boolean | undefined;
  /** Only 0: the service computes exact attention, without dropout. */
  dropout_p?: 0 | undefined;
  /** Only 0: the service computes exact attention, without dropout. */
  dropout?: 0 | undefined;
  /** The precision of the computation. float64 runs the plain reference, much slower. By default "float32". */
  precision?: 'float32' | 'float64' | undefined;
  /** How tensors stand in a JSON answer; by default as query came. */
  tensor_format?: 'nested' | 'flat' | 'base64' | undefined;
}

/** Nested arrays of rank 1 to 4, row by row; or shape and data, with data as a flat list in row-major order or as base64. All numbers are finite. */
export type Tensor = number[] | number[][] | number[][][] | number[][][][] | {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  /** How base64 is to be read; numbers in a list are read in the precision of the request. By default "float32". */
  dtype?: 'float32' | 'float64' | 'float16' | 'bfloat16' | 'F32' | 'F64' | 'F16' | 'BF16' | undefined;
  data: number[] | string;
};

/** A tensor of booleans, or of numbers that are added to the scores; "-Infinity" hides a key. */
export type MaskTensor = boolean[] | boolean[][] | boolean[][][] | boolean[][][][] | (number | '-Infinity')[] | (number | '-Infinity')[][] | (number | '-Infinity')[][][] | (number | '-Infinity')[][][][] | {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  dtype?: 'float32' | 'float64' | 'float16' | 'bfloat16' | 'F32' | 'F64' | 'F16' | 'BF16' | 'bool' | 'BOOL' | undefined;
  data: boolean[] | (number | '-Infinity')[] | string;
};

/** The whole of nn.MultiheadAttention. */
export interface MultiHeadRequest {
  /** [B, L, embed_dim] or [L, embed_dim]. */
  query: Tensor;
  /** [B, S, kdim] or [S, kdim]. */
  key: Tensor;
  /** [B, S, vdim] or [S, vdim]. */
  value: Tensor;
  /** The projections of query, key and value, stacked by rows. */
  in_proj_weight?: Tensor | undefined;
  /** With k_proj_weight and v_proj_weight in place of in_proj_weight. */
  q_proj_weight?: Tensor | undefined;
  /** [width of the key heads together, kdim]. */
  k_proj_weight?: Tensor | undefined;
  /** [width of the value heads together, vdim]. */
  v_proj_weight?: Tensor | undefined;
  /** The biases of the projections of query, key and value, joined. */
  in_proj_bias?: Tensor | undefined;
  /** [embed_dim, embed_dim]. */
  out_proj_weight: Tensor;
  /** [embed_dim]. */
  out_proj_bias?: Tensor | undefined;
  /** A key that is added at the end of each sequence; goes with bias_v. */
  bias_k?: Tensor | undefined;
  /** A value that is added at the end of each sequence; goes with bias_k. */
  bias_v?: Tensor | undefined;
  /** [L, S] or [B·num_heads, L, S]. Boolean: true = may NOT attend, as in nn.MultiheadAttention. */
  attn_mask?: MaskTensor | undefined;
  /** [B, S] or [S]. Boolean: true = ignore this key. */
  key_padding_mask?: MaskTensor | undefined;
  /** The number of query heads; it divides embed_dim. */
  num_heads: number;
  /** The number of key and value heads (grouped-query attention); by default num_heads. */
  num_kv_heads?: number | undefined;
  /** Query i sees key j only when j ≤ i. By default false. */
  is_causal?: boolean | undefined;
  /** Answer the attention weights too. By default true. */
  need_weights?: boolean | undefined;
  /** Average the weights over the heads. By default true. */
  average_attn_weights?: boolean | undefined;
  /** Add a key and value of zeros at the end. By default false. */
  add_zero_attn?: boolean | undefined;
  /** As in PyTorch's constructor; it must fit the tensors, which tell it too. */
  embed_dim?: number | null | undefined;
  /** The width of key; it must fit the tensors. */
  kdim?: number | null | undefined;
  /** The width of value; it must fit the tensors. */
  vdim?: number | null | undefined;
  /** Whether in_proj_bias and out_proj_bias are there; it must be true of the tensors. */
  bias?: boolean | undefined;
  /** Whether bias_k and bias_v are there; it must be true of the tensors. */
  add_bias_kv?: boolean | undefined;
  /** Only true: tensors are [batch, length, width], or [length, width] without a batch. */
  batch_first?: true | undefined;
  /** Only 0: the service computes exact attention, without dropout. */
  dropout_p?: 0 | undefined;
  /** Only 0: the service computes exact attention, without dropout. */
  dropout?: 0 | undefined;
  /** The precision of the computation. float64 runs the plain reference, much slower. By default "float32". */
  precision?: 'float32' | 'float64' | undefined;
  /** How tensors stand in a JSON answer; by default as query came. */
  tensor_format?: 'nested' | 'flat' | 'base64' | undefined;
}

/** The output, and what else was asked for. */
export interface AttentionAnswer {
  /** softmax(scale·QKᵀ + bias) V, in the rank of query. */
  output: AnswerTensor;
  /** The attention weights, [B, H, Lq, Lk] in the rank of query. */
  weights?: AnswerTensor | undefined;
  /** ln Σ exp(score) of each row. */
  lse?: AnswerTensor | undefined;
  /** scale·QKᵀ, before softcap, masks and biases. */
  scores?: AnswerTensor | undefined;
  /** What the softmax reads. */
  masked_scores?: AnswerTensor | undefined;
  /** Statistics of the rows, when outputs has stats. */
  stats?: {
    /** Entropy of the weights of each row, in nats. */
    entropy: AnswerTensor;
    /** The largest weight of each row. */
    max_weight: AnswerTensor;
    /** Which key has it; −1 for a row that sees nothing. */
    max_key: AnswerTensor;
    /** exp(entropy): over how many keys the attention spreads. */
    effective_keys: AnswerTensor;
    /** The mean of |query position − key position| under the weights. */
    mean_distance: AnswerTensor;
    /** Means over the rows of each head, of all but max_key. */
    per_head: Record<string, AnswerTensor>;
  } | undefined;
  /** The keys with the past before them. */
  present_key?: AnswerTensor | undefined;
  /** The values with the past before them. */
  present_value?: AnswerTensor | undefined;
  /** How it was computed. */
  meta: {
    /** Which kernel computed it: native, wasm or reference. */
    kernel: string;
    /** The factor of query·key that was used. */
    scale: number;
    /** [batch, query heads, query length, value dim]. */
    shape: number[];
  };
}

/** In the form of query, unless tensor_format asks for another. ±∞ is the text "Infinity" or "-Infinity". */
export type AnswerTensor = number | '-Infinity' | 'Infinity' | (number | '-Infinity' | 'Infinity')[] | (number | '-Infinity' | 'Infinity')[][] | (number | '-Infinity' | 'Infinity')[][][] | (number | '-Infinity' | 'Infinity')[][][][] | {
  /** The dimensions; their product is the number of elements. */
  shape: number[];
  dtype: 'float32' | 'float64';
  data: (number | '-Infinity' | 'Infinity')[] | string;
};

/** The output, and the weights unless need_weights is false. */
export interface MultiHeadAnswer {
  /** [B, L, embed_dim] or [L, embed_dim]. */
  output: AnswerTensor;
  /** [B, L, S], averaged over the heads; [B, num_heads, L, S] with average_attn_weights false. */
  weights?: AnswerTensor | undefined;
  /** How it was computed. */
  meta: {
    /** Which kernel computed it: native, wasm or reference. */
    kernel: string;
    /** The factor of query·key that was used. */
    scale: number;
    /** [batch, query heads, query length, value dim]. */
    shape: number[];
  };
}
