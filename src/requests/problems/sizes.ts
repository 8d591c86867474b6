/** The sizes of the tensors of an attention, and how they must agree. */
import { pointerTo, RequestError } from '../../errors.ts';
import type { InputTensor } from '../../tensor/tensor.ts';

/** Sizes of a tensor as `[batch, heads, length, dim]`. */
export type Sizes = readonly [batch: number, heads: number, length: number, dim: number];

export function sizesOf({ shape }: Pick<InputTensor, 'shape'>): Sizes {
  const missing = 4 - shape.length;
  const size = (axis: number) => (axis < missing ? 1 : shape[axis - missing]);
  return [size(0), size(1), size(2), size(3)];
}

/**
 * The sizes of query, key and value, which agree: a batch of 1 is repeated, and queries may have a multiple of the heads.
 * @throws RequestError `invalid_rank`, `empty_tensor`, `shape_mismatch`
 */
export function agreedSizes(tensors: Record<'query' | 'key' | 'value', Pick<InputTensor, 'shape'>>) {
  const rank = tensors.query.shape.length;
  const keyRank = Math.max(2, rank);
  for (const name of ['key', 'value'] as const) requireRank(name, tensors[name], keyRank, `query has ${rank}`);
  for (const name of ['query', 'key', 'value'] as const) requireHeads(name, tensors[name]);
  if (rank === 2 && tensors.query.shape[0] === 0) {
    const detail = 'query is one matrix without a row, which asks nothing; batches and heads may be without queries';
    throw new RequestError('empty_tensor', detail, { pointer: '/query' });
  }
  const query = sizesOf(tensors.query);
  const key = sizesOf(tensors.key);
  const value = sizesOf(tensors.value);
  const batch = [query, key, value].map(([entries]) => entries).find((entries) => entries !== 1) ?? 1;
  agree('key', 'batch', key[0], key[0] === 1 ? 1 : batch, 'query');
  agree('value', 'batch', value[0], value[0] === 1 ? 1 : batch, query[0] === 1 ? 'key' : 'query');
  agree('key', 'head_dim', key[3], query[3], 'query');
  agree('value', 'number of heads', value[1], key[1], 'key');
  if (key[2] === 0) agree('key', 'length', 0, value[2], 'value');
  agree('value', 'length', value[2], key[2], 'key');
  if (query[1] % key[1] !== 0) {
    const detail = `query has ${query[1]} heads, which is no multiple of the ${key[1]} heads of key`;
    throw new RequestError('shape_mismatch', detail, { pointer: '/query' });
  }
  return { rank, keyRank, batch, query, key, value };
}

/** @throws RequestError `invalid_rank` */
export function requireRank(name: string, { shape }: Pick<InputTensor, 'shape'>, rank: number, because: string): void {
  if (shape.length === rank) return;
  const detail = `${name} has ${shape.length} dimensions, but ${because}: ${name} needs ${rank}`;
  throw new RequestError('invalid_rank', detail, { pointer: pointerTo(name) });
}

/**
 * Batch entries, queries and keys may be none; a head must be there, and hold numbers.
 * @throws RequestError `empty_tensor`
 */
function requireHeads(name: string, { shape }: Pick<InputTensor, 'shape'>): void {
  const [, heads, , dim] = sizesOf({ shape });
  if (heads > 0 && dim > 0) return;
  const detail = `${name} has shape [${shape.join(', ')}]: a batch and a length may be 0, a number of heads and a head_dim may not`;
  throw new RequestError('empty_tensor', detail, { pointer: pointerTo(name) });
}

/** @throws RequestError `shape_mismatch` */
export function agree(name: string, what: string, got: number, want: number, other: string): void {
  if (got === want) return;
  throw new RequestError('shape_mismatch', `${name} has ${what} ${got}, but ${other} has ${want}`, {
    pointer: pointerTo(name),
  });
}

/** The shape of an answer in the rank of the request: leading axes of `[B, H, L, …]` fall away as they did in `query`. */
export function inRank(rank: number, shape: readonly number[]): number[] {
  return shape.slice(4 - rank);
}
