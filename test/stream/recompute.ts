/** What each step must be, by its definition, in plain float64: from the steps before it and the request. */
import type { CaseTensor, ConformanceCase } from '../conformance/cases.ts';
import { requestOf } from '../conformance/cases.ts';

/** A step as rows × columns for each batch entry and head. */
export interface Matrices {
  batch: number;
  heads: number;
  rows: number;
  columns: number;
  data: number[];
}

export function at(m: Matrices, b: number, h: number, i: number, j: number): number {
  return m.data[((b * m.heads + h) * m.rows + i) * m.columns + j];
}

/** A matrix of the same batch and heads as `like`, number by number. */
export function fill(
  like: { batch: number; heads: number; rows: number; columns: number },
  number: (b: number, h: number, i: number, j: number) => number,
): Matrices {
  const { batch, heads, rows, columns } = like;
  const data: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) data.push(number(b, h, i, j));
    }
  }
  return { batch, heads, rows, columns, data };
}

/** The query head h reads key head h / (Hq / Hk). */
const keyHead = (q: Matrices, k: Matrices, h: number) => Math.floor((h * k.heads) / q.heads);

export function scoresOf(q: Matrices, k: Matrices): Matrices {
  return fill({ ...q, columns: k.rows }, (b, h, i, j) => {
    let dot = 0;
    for (let x = 0; x < q.columns; x++) dot += at(q, b, h, i, x) * at(k, b, keyHead(q, k, h), j, x);
    return dot;
  });
}

/** With a sink for each head a logit more takes part, which has no column. */
export function softmaxOf(scores: Matrices, sinks: readonly number[] | undefined): Matrices {
  return fill(scores, (b, h, i, j) => {
    const sink = sinkOf(sinks, h);
    let max = sink;
    for (let n = 0; n < scores.columns; n++) max = Math.max(max, at(scores, b, h, i, n));
    if (max === Number.NEGATIVE_INFINITY) return 0;
    let sum = Math.exp(sink - max);
    for (let n = 0; n < scores.columns; n++) sum += Math.exp(at(scores, b, h, i, n) - max);
    return Math.exp(at(scores, b, h, i, j) - max) / sum;
  });
}

/** One for all heads, or one for each; −∞ is none. */
export function sinkOf(sinks: readonly number[] | undefined, head: number): number {
  return sinks?.[sinks.length === 1 ? 0 : head] ?? Number.NEGATIVE_INFINITY;
}

export function weighted(pattern: Matrices, v: Matrices): Matrices {
  return fill({ ...pattern, columns: v.columns }, (b, h, i, x) => {
    let sum = 0;
    for (let j = 0; j < v.rows; j++) {
      const weight = at(pattern, b, h, i, j);
      if (weight !== 0) sum += weight * at(v, b, keyHead(pattern, v, h), j, x);
    }
    return sum;
  });
}

/** Heads joined to [B, L, E], then · W_Oᵀ + b_O. */
export function projected(z: Matrices, weight: CaseTensor, bias: CaseTensor | undefined): Matrices {
  const width = z.heads * z.columns;
  return fill({ batch: z.batch, heads: 1, rows: z.rows, columns: weight.shape[0] }, (b, _, i, n) => {
    let sum = bias === undefined ? 0 : Number(bias.data[n]);
    for (let e = 0; e < width; e++) {
      sum += at(z, b, Math.floor(e / z.columns), i, e % z.columns) * Number(weight.data[n * width + e]);
    }
    return sum;
  });
}

/** What a case adds to a score, and whether it hides it; from the request alone, by the words of docs/http.md. */
export function rulesOf(testCase: ConformanceCase, sizes: { heads: number; rows: number; keys: number }) {
  const { tensors, options } = requestOf(testCase);
  const isMultiHead = testCase.op === 'MultiheadAttention';
  const mask = tensors.attn_mask;
  const padding = tensors.key_padding_mask;
  const past = tensors.past_key?.shape.at(-2) ?? 0;
  const sent = isMultiHead ? (tensors.key.shape.at(-2) ?? 0) : sizes.keys;
  const lengths = options.key_lengths as number[] | undefined;
  const given = options.query_offset as number | number[] | undefined;
  const slopes = options.alibi_slopes as number[] | undefined;
  const window = (options.window ?? {}) as { left?: number; right?: number };
  const offset = (b: number) => (Array.isArray(given) ? given[b] : (given ?? past));
  const entry = (tensor: CaseTensor, place: number[]) => {
    // Axes line up from the right; an axis of one is repeated. Multi-head masks of three axes have batch · heads first.
    const { shape } = tensor;
    const folded = isMultiHead && shape.length === 3 ? [place[0] * sizes.heads + place[1], place[2], place[3]] : place;
    const own = folded.slice(folded.length - shape.length);
    const index = shape.reduce((sum, size, axis) => sum * size + (size === 1 ? 0 : own[axis]), 0);
    return tensor.data[index];
  };
  return {
    bias(b: number, h: number, i: number, j: number): number {
      const added = mask && mask.dtype !== 'bool' && j < sent ? Number(entry(mask, [b, h, i, j])) : 0;
      const padded = padding && padding.dtype !== 'bool' && j < sent ? Number(padding.data[paddingIndex(b, j)]) : 0;
      return added + padded - (slopes?.[h] ?? 0) * Math.abs(i + offset(b) - j);
    },
    sees(b: number, h: number, i: number, j: number): boolean {
      if (j >= sent) return true;
      if (mask?.dtype === 'bool' && Boolean(entry(mask, [b, h, i, j])) === isMultiHead) return false;
      if (padding?.dtype === 'bool' && padding.data[paddingIndex(b, j)]) return false;
      if (lengths !== undefined && j >= lengths[b]) return false;
      const position = i + offset(b);
      if (options.is_causal === true && j > position) return false;
      return (
        j >= position - (window.left ?? Number.POSITIVE_INFINITY) &&
        j <= position + (window.right ?? Number.POSITIVE_INFINITY)
      );
    },
  };
  function paddingIndex(b: number, j: number): number {
    return padding.shape.length === 1 ? j : b * sent + j;
  }
}

/** The first number that is not near: |got − want| ≤ 1e-4 · (1 + |want|), the room of float32 over sums of this length. */
export function farthest(got: Matrices, want: Matrices): string | undefined {
  if (got.data.length !== want.data.length) return `${got.data.length} numbers, expected ${want.data.length}`;
  for (const [i, w] of want.data.entries()) {
    const g = got.data[i];
    if (g === w || Math.abs(g - w) <= 1e-4 * (1 + Math.abs(w))) continue;
    return `number ${i} is ${g}, expected ${w}`;
  }
  return undefined;
}
