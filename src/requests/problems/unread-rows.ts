/** Static caches hold garbage beyond their length: rows that nobody reads may hold anything. */

import type { NonFinite } from '../../codec/tensor-request.ts';
import { firstNonFiniteHalf } from '../../tensor/half.ts';
import { allocateFloats, type Memory } from '../../tensor/memory.ts';
import { type FloatTensor, firstNonFinite, type HalfTensor, isHalfTensor } from '../../tensor/tensor.ts';

/**
 * A copy of a tensor with zeros for the rows that are not read, so that nothing of them can reach an answer.
 * @param lengths the rows of each batch entry that are read; those after them are not
 * @param odd the fault of numbers that are not finite, if there are any
 * @throws RequestError `not_finite` for the first number that is read and not finite
 */
export function withoutUnreadRows<T extends FloatTensor | HalfTensor>(
  tensor: T,
  { lengths, odd, memory }: { lengths: readonly number[]; odd: NonFinite | undefined; memory: Memory },
): T {
  const { shape } = tensor;
  const [length, dim] = shape.length === 1 ? [1, shape[0]] : shape.slice(-2);
  // One batch entry that serves all is read as far as one of them reads it.
  const entries = shape.length === 4 ? shape[0] : 1;
  const read = entries === lengths.length ? lengths : [lengths.reduce((most, one) => Math.max(most, one), 0)];
  const heads = tensor.data.length / (entries * length * dim);
  const copy = emptyCopy(tensor, memory);
  for (let place = 0; place < entries * heads; place++) {
    const start = place * length * dim;
    const end = start + Math.min(length, Math.max(0, read[Math.floor(place / heads)])) * dim;
    const bad = odd === undefined ? -1 : firstOdd(tensor, start, end);
    if (odd !== undefined && bad >= 0) throw odd.fault(start + bad);
    copy.data.set(tensor.data.subarray(start, end), start);
  }
  return copy;
}

function emptyCopy<T extends FloatTensor | HalfTensor>(tensor: T, memory: Memory): T {
  if (!isHalfTensor(tensor)) {
    return { ...tensor, data: allocateFloats(memory, tensor.dtype, tensor.data.length).fill(0) };
  }
  const { buffer, byteOffset } = memory(2 * tensor.data.length);
  return { ...tensor, data: new Uint16Array(buffer, byteOffset, tensor.data.length).fill(0) };
}

function firstOdd(tensor: FloatTensor | HalfTensor, start: number, end: number): number {
  return isHalfTensor(tensor)
    ? firstNonFiniteHalf(tensor.dtype, tensor.data.subarray(start, end))
    : firstNonFinite(tensor.data.subarray(start, end));
}
