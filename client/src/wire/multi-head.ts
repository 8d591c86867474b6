// Written by `npm run openapi` from the schemas of the server; not to be changed by hand.
import type { AnswerTensor, MaskTensor, Tensor } from './tensors.ts';
import type { AttentionMeta, FocusedRow } from './attention.ts';

/** The whole of nn.MultiheadAttention. */
export interface MultiHeadRequest {
  /** [B, L, embed_dim] or [L, embed_dim]. */
  query: Tensor;
  /** [B, S, kdim] or [S, kdim]. */
  key: Tensor;
  /** [B, S, vdim] or [S, vdim]. */
  value: Tensor;
  /** The projections of query, key and value, stacked by rows. */
  in_proj_weight?: Tensor | null | undefined;
  /** With k_proj_weight and v_proj_weight in place of in_proj_weight. */
  q_proj_weight?: Tensor | null | undefined;
  /** [width of the key heads together, kdim]. */
  k_proj_weight?: Tensor | null | undefined;
  /** [width of the value heads together, vdim]. */
  v_proj_weight?: Tensor | null | undefined;
  /** The biases of the projections of query, key and value, joined. */
  in_proj_bias?: Tensor | null | undefined;
  /** [embed_dim, embed_dim]. */
  out_proj_weight: Tensor;
  /** [embed_dim]. */
  out_proj_bias?: Tensor | null | undefined;
  /** A key that is added at the end of each sequence; goes with bias_v. */
  bias_k?: Tensor | null | undefined;
  /** A value that is added at the end of each sequence; goes with bias_k. */
  bias_v?: Tensor | null | undefined;
  /** [L, S], [B·num_heads, L, S], [B, num_heads, L, S] or [B, 1, L, S]. Boolean: true = may NOT attend, as in nn.MultiheadAttention. */
  attn_mask?: MaskTensor | null | undefined;
  /** [B, S] or [S]. Boolean: true = ignore this key. */
  key_padding_mask?: MaskTensor | null | undefined;
  /** The number of query heads; it divides embed_dim. */
  num_heads: number;
  /** The number of key and value heads (grouped-query attention); by default num_heads. */
  num_kv_heads?: number | null | undefined;
  /** Query i sees key j only when j ≤ i. By default false. */
  is_causal?: boolean | null | undefined;
  /** What the numbers of attn_mask are, where 0 and 1 could be either: booleans, or added to the scores. Not needed for true and false, nor for other numbers. */
  attn_mask_type?: 'boolean' | 'additive' | null | undefined;
  /** What the numbers of key_padding_mask are, where 0 and 1 could be either: booleans, or added to the scores. Not needed for true and false, nor for other numbers. */
  key_padding_mask_type?: 'boolean' | 'additive' | null | undefined;
  /** Answer the attention weights too. By default true. */
  need_weights?: boolean | null | undefined;
  /** Average the weights over the heads. By default true. */
  average_attn_weights?: boolean | null | undefined;
  /** Add a key and value of zeros at the end. By default false. */
  add_zero_attn?: boolean | null | undefined;
  /** As in PyTorch's constructor; it must fit the tensors, which tell it too. */
  embed_dim?: number | null | undefined;
  /** The width of key; it must fit the tensors. */
  kdim?: number | null | undefined;
  /** The width of value; it must fit the tensors. */
  vdim?: number | null | undefined;
  /** Whether in_proj_bias and out_proj_bias are there; it must be true of the tensors. */
  bias?: boolean | null | undefined;
  /** Whether bias_k and bias_v are there; it must be true of the tensors. */
  add_bias_kv?: boolean | null | undefined;
  /** Only true: tensors are [batch, length, width], or [length, width] without a batch. */
  batch_first?: true | null | undefined;
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

/** The output, and the weights unless need_weights is false. */
export interface MultiHeadAnswer {
  /** [B, L, embed_dim] or [L, embed_dim]. */
  output: AnswerTensor;
  /** [B, L, S], averaged over the heads; [B, num_heads, L, S] with average_attn_weights false. */
  weights?: AnswerTensor | undefined;
  /** The names of the rows, as they were given. */
  query_labels?: string[] | undefined;
  /** The names of the columns, as they were given; keys that were added are called bias_k and 0. */
  key_labels?: string[] | undefined;
  /** The names of the query heads, as they were given. */
  head_labels?: string[] | undefined;
  focus?: FocusedRow | undefined;
  meta: AttentionMeta;
}
