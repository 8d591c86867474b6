/** torch.nn.MultiheadAttention (batch_first) in float64, by its documentation, and with habits. Shares nothing with src/. */
import { type Attended, attendCore } from './attend.ts';
import { type Core, maskReader } from './core.ts';
import type { MultiHeadFields } from './fields.ts';
import type { Habits } from './habits.ts';
import { dot, type Heads, listOf, type Matrix } from './nested.ts';

type Rows = number[][][];

/** The output [B, L, E], and the weights of each head. */
export function attendMultiHead(fields: MultiHeadFields, habits: Habits = {}): { output: Rows; weights: Heads } {
  const { output, weights } = attendCore(multiHeadCore(fields, habits), habits) satisfies Attended;
  const merged = output.map((entry) => listOf(entry[0].length, (i) => entry.flatMap((head) => head[i])));
  return { output: projectedOut(merged, fields, habits), weights };
}

function multiHeadCore(fields: MultiHeadFields, habits: Habits): Core {
  const { num_heads: count, bias_k, bias_v, add_zero_attn = false, key_padding_mask } = fields;
  const [batch, queryLength, sentKeys] = [fields.query.length, fields.query[0].length, fields.key[0].length];
  const more = (bias_k ? 1 : 0) + (add_zero_attn ? 1 : 0);
  const query = inHeads(projected(fields.query, fields, 0, habits), count);
  const key = appended(projected(fields.key, fields, 1, habits), bias_k, add_zero_attn);
  const value = appended(projected(fields.value, fields, 2, habits), bias_v, add_zero_attn);
  const isPadding = (b: number, j: number) => j < sentKeys && key_padding_mask?.[b][j] === true;
  return {
    query,
    key: inHeads(key, count),
    value: inHeads(value, count),
    scale: 1 / Math.sqrt(query[0][0][0].length),
    softcap: 0,
    mask: readMask(fields, sentKeys),
    isCausal: habits.causal === 'added' || (fields.is_causal === true && habits.causal !== 'missing'),
    corners: listOf(batch, () => (habits.causal === 'lower_right' ? sentKeys - queryLength : 0)),
    offsets: listOf(batch, () => 0),
    window: { left: Infinity, right: Infinity },
    sinks: listOf(count, () => Number.NEGATIVE_INFINITY),
    keysThere: listOf(batch, (b) => listOf(sentKeys + more, (j) => !isPadding(b, j))),
    rowsThere: listOf(batch, () => listOf(queryLength, () => true)),
  };
}

/** PyTorch's true is "may not attend"; keys that are added at the end are seen by all, and numbers of both masks are added. */
function readMask({ attn_mask, key_padding_mask, num_heads }: MultiHeadFields, sentKeys: number): Core['mask'] {
  const padding = key_padding_mask;
  if (attn_mask === undefined && typeof padding?.[0][0] !== 'number') return undefined;
  const sent = attn_mask && maskReader(attn_mask);
  const isOfThree = Array.isArray(attn_mask?.[0][0]) && !Array.isArray(attn_mask[0][0][0]);
  return (b, h, i, j) => {
    if (j >= sentKeys) return true;
    const entry = sent?.(0, isOfThree ? b * num_heads + h : h, i, j) ?? false;
    const beside = padding?.[b][j];
    if (entry === true) return false;
    return typeof entry === 'boolean' && typeof beside !== 'number' ? true : Number(entry) + Number(beside ?? 0);
  };
}

const THIRDS = ['q_proj_weight', 'k_proj_weight', 'v_proj_weight'] as const;

/** x·Wᵀ + b of query (0), key (1) or value (2). */
function projected(x: Rows, fields: MultiHeadFields, which: number, habits: Habits): Rows {
  const { in_proj_weight, in_proj_bias } = fields;
  const width = fields.out_proj_weight.length;
  const third = habits.projectionOrder?.[which] ?? which;
  const weight = in_proj_weight?.slice(third * width, (third + 1) * width) ?? fields[THIRDS[third]] ?? [];
  const used = habits.projectionTransposed ? listOf(width, (n) => weight.map((row) => row[n])) : weight;
  return product(
    x,
    used,
    listOf(width, (n) => (habits.projectionBias ?? 1) * (in_proj_bias?.[third * width + n] ?? 0)),
  );
}

function projectedOut(x: Rows, { out_proj_weight: weight, out_proj_bias }: MultiHeadFields, habits: Habits): Rows {
  if (habits.outputProjection === 'missing') return x;
  const used = habits.outputProjection === 'transposed' ? weight.map((_, n) => weight.map((row) => row[n])) : weight;
  return product(
    x,
    used,
    weight.map((_, n) => out_proj_bias?.[n] ?? 0),
  );
}

function product(x: Rows, weight: Matrix, bias: readonly number[]): Rows {
  return x.map((entry) => entry.map((row) => weight.map((column, n) => dot(row, column) + bias[n])));
}

function appended(x: Rows, bias: Rows | undefined, isZeroAdded: boolean): Rows {
  const zero = x[0][0].map(() => 0);
  return x.map((entry) => [...entry, ...(bias ? [bias[0][0]] : []), ...(isZeroAdded ? [zero] : [])]);
}

/** [B, L, E] → [B, H, L, E/H] */
function inHeads(x: Rows, count: number): Heads {
  const dim = x[0][0].length / count;
  return x.map((entry) => listOf(count, (h) => entry.map((row) => row.slice(h * dim, (h + 1) * dim))));
}
