/** What a request holds, by the names of the wire, as plain nested numbers; −∞ is a number here. */
import type { Heads, Matrix } from './nested.ts';

type Entry = boolean | number;
/** Of rank 2 to 4; lines up from the right with [B, H, Lq, Lk]. */
export type MaskEntries = Entry[][] | Entry[][][] | Entry[][][][];

export interface RotaryFields {
  base: number;
  dim: number;
  interleaved?: boolean;
  positions?: Positions | { query: Positions; key: Positions };
}
export type Positions = number[] | number[][];

export interface AttentionFields {
  query: Heads;
  key: Heads;
  value: Heads;
  past_key?: Heads;
  past_value?: Heads;
  attn_mask?: MaskEntries;
  is_causal?: boolean | 'lower_right';
  query_offset?: number | number[];
  scale?: number;
  softcap?: number;
  window?: { left?: number | null; right?: number | null };
  alibi_slopes?: number[] | number[][];
  key_lengths?: number[];
  query_lengths?: number[];
  rotary?: RotaryFields;
  sinks?: number[];
}

export interface MultiHeadFields {
  /** [B, L, E] */
  query: number[][][];
  key: number[][][];
  value: number[][][];
  num_heads: number;
  /** Of query, key and value, stacked by rows. */
  in_proj_weight?: Matrix;
  q_proj_weight?: Matrix;
  k_proj_weight?: Matrix;
  v_proj_weight?: Matrix;
  in_proj_bias?: number[];
  out_proj_weight: Matrix;
  out_proj_bias?: number[];
  /** [1, 1, E] */
  bias_k?: number[][][];
  bias_v?: number[][][];
  add_zero_attn?: boolean;
  /** true = may not attend: [L, S], or [B·num_heads, L, S]. */
  attn_mask?: MaskEntries;
  /** [B, S]; true = ignore. */
  key_padding_mask?: Entry[][];
  is_causal?: boolean;
}

export type Fields = AttentionFields | MultiHeadFields;

export function isMultiHead(fields: Fields): fields is MultiHeadFields {
  return 'num_heads' in fields;
}

/** As JSON, in which numbers that are not finite are texts. */
export function jsonOf(request: object): string {
  return JSON.stringify(request, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}
