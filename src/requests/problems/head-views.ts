/** Queries, keys and values as the heads that a problem reads: with the past before them, and one batch entry for all. */

import { RequestError } from '../../errors.ts';
import { allocateFloats } from '../../tensor/memory.ts';
import {
  type FloatTensor,
  type HalfTensor,
  type HeadsView,
  headsOf,
  type InputView,
  inputHeadsOf,
  isHalfTensor,
} from '../../tensor/tensor.ts';
import type { MaskSource } from './mask-meaning.ts';
import { floatTensor, type NamedInputs } from './named-tensors.ts';
import { agree, requireRank, sizesOf } from './sizes.ts';

export interface Past {
  key: FloatTensor;
  value: FloatTensor;
  length: number;
}

/** What a cache must agree with. */
export interface PastSizes {
  batch: number;
  heads: number;
  headDim: number;
  valueDim: number;
  rank: number;
}

/** Keys and values of earlier calls, if there are any. @throws RequestError */
export function readPast(tensors: NamedInputs, want: PastSizes): Past | undefined {
  if (!tensors.has('past_key') && !tensors.has('past_value')) return undefined;
  const key = floatTensor(tensors, 'past_key');
  const value = floatTensor(tensors, 'past_value');
  const length = sizesOf(key)[2];
  for (const [name, tensor, dim] of [
    ['past_key', key, want.headDim],
    ['past_value', value, want.valueDim],
  ] as const) {
    requireRank(name, tensor, want.rank, `key has ${want.rank}`);
    const sizes = sizesOf(tensor);
    agree(name, 'batch', sizes[0], want.batch, 'key');
    agree(name, 'number of heads', sizes[1], want.heads, 'key');
    agree(name, 'length', sizes[2], length, 'past_key');
    agree(name, 'head size', sizes[3], dim, name === 'past_key' ? 'key' : 'value');
  }
  return { key, value, length };
}

/** How the heads of a tensor are to be seen. */
export interface Viewing extends Pick<MaskSource, 'memory'> {
  /** Batch entries of the problem; a tensor of one serves all of them. */
  batch: number;
  /** Whether each entry needs numbers of its own: they are turned, or answered. */
  isOwn: boolean;
  maxElements: number;
}

/** A tensor as heads `[batch, H, L, d]`. @throws RequestError `too_many_elements` for what would be copied */
export function headsView(tensor: FloatTensor | HalfTensor, viewing: Viewing): InputView {
  const [entries, ...sizes] = sizesOf(tensor);
  const view = inputHeadsOf(tensor, [entries, ...sizes]);
  const { batch, isOwn } = viewing;
  if (entries === batch) return view;
  if (!isOwn) return { ...view, batchStride: 0 };
  if (isHalfTensor(tensor)) throw new Error('halves that are to be turned or answered were to be widened before');
  return joined(undefined, tensor, viewing);
}

/** The past before a tensor, of each batch entry `[batch, H, past + L, d]`. @throws RequestError as above */
export function joined(
  past: FloatTensor | undefined,
  tensor: FloatTensor,
  { batch, memory, maxElements }: Viewing,
): HeadsView {
  const [entries, heads, length, dim] = sizesOf(tensor);
  const before = (past === undefined ? 0 : sizesOf(past)[2]) * dim;
  const size = length * dim;
  const count = batch * heads * (before + size);
  if (entries !== batch && count > maxElements) {
    const detail = `repeated for each of the ${batch} batch entries, a tensor would hold ${count} numbers, and the limit is ${maxElements}`;
    throw new RequestError('too_many_elements', detail, { pointer: '/query' });
  }
  const data = allocateFloats(memory, tensor.dtype, count);
  for (let place = 0; place < batch * heads; place++) {
    const start = place * (before + size);
    if (past !== undefined) data.set(past.data.subarray(place * before, (place + 1) * before), start);
    const own = entries === batch ? place : place % heads;
    data.set(tensor.data.subarray(own * size, (own + 1) * size), start + before);
  }
  return headsOf(data, [batch, heads, before / dim + length, dim]);
}
