/** What the service answers, as numbers by batch entry and head. */
import { bytesOf } from '../../files/base64.ts';
import { countOf } from '../../files/tensor.ts';

type Numbers = Float32Array | Float64Array;

export const STATISTICS = ['entropy', 'max_weight', 'max_key', 'effective_keys', 'mean_distance'] as const;
export type Statistic = (typeof STATISTICS)[number];

export interface Answer {
  batch: number;
  heads: number;
  rows: number;
  /** Of the output. */
  width: number;
  /** Undefined where the weights were not asked for. */
  keys: number | undefined;
  /** [B, H, Lq, dv] */
  output: Numbers;
  /** [B, H, Lq, Lk] */
  weights: Numbers | undefined;
  /** scale·QKᵀ, and what the softmax reads of it: −∞ where nothing may be seen. */
  scores: Numbers | undefined;
  masked: Numbers | undefined;
  /** [B, H, Lq] */
  lse: Numbers | undefined;
  statistics: Partial<Record<Statistic, Numbers>>;
  kernel: string;
  scale: number;
}

/**
 * @param answer of POST /attention with `tensor_format: "base64"`
 * @throws TypeError for what is no such answer
 */
export function readAnswer(answer: unknown): Answer {
  const meta = member(answer, 'meta');
  const shape = member(meta, 'shape');
  if (!Array.isArray(shape) || shape.length !== 4) throw new TypeError('the answer has no shape');
  const [batch, heads, rows, width]: number[] = shape;
  const weights = tensor(answer, 'weights');
  const stats = member(answer, 'stats');
  return {
    batch,
    heads,
    rows,
    width,
    keys: weights?.shape[weights.shape.length - 1],
    output: tensor(answer, 'output')?.values ?? new Float32Array(0),
    weights: weights?.values,
    scores: tensor(answer, 'scores')?.values,
    masked: tensor(answer, 'masked_scores')?.values,
    lse: tensor(answer, 'lse')?.values,
    statistics: Object.fromEntries(STATISTICS.map((name) => [name, tensor(stats, name)?.values])),
    kernel: String(member(meta, 'kernel')),
    scale: Number(member(meta, 'scale')),
  };
}

/** A matrix of all heads: that of one, without a copy. */
export function ofHead(
  { heads }: Pick<Answer, 'heads'>,
  all: Numbers,
  { batch, head, count }: { batch: number; head: number; count: number },
): Numbers {
  const start = (batch * heads + head) * count;
  return all.subarray(start, start + count);
}

function tensor(answer: unknown, name: string): { shape: number[]; values: Numbers } | undefined {
  const one = member(answer, name);
  if (one === undefined) return undefined;
  const [shape, data] = [member(one, 'shape'), member(one, 'data')];
  if (!Array.isArray(shape) || typeof data !== 'string') throw new TypeError(`${name} is not in base64`);
  const { buffer } = bytesOf(data);
  const values = member(one, 'dtype') === 'float64' ? new Float64Array(buffer) : new Float32Array(buffer);
  if (values.length !== countOf(shape)) throw new TypeError(`${name} has not as many numbers as its shape says`);
  return { shape, values };
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
