/** What the numbers of a mask mean: which keys they hide, and whether they are booleans that came as numbers. */

import { ambiguousMask, bitsOf } from '../../codec/elements.ts';
import { pointerTo, RequestError } from '../../errors.ts';
import { allocateFloats, type Memory } from '../../tensor/memory.ts';
import { type Floats, type FloatTensor, floatTensor, type Tensor } from '../../tensor/tensor.ts';

export type MaskType = 'boolean' | 'additive';

/**
 * What is added to a score and is not above this hides its key, as −∞ does: finfo.min of float32 is −3.4028e38 and that of
 * bfloat16 −3.3895e38, and with these the libraries spell "hidden".
 */
export const HIDDEN = -3.38e38;

/** How a mask came. */
export interface MaskSource {
  /** JSON has one kind of number: 0 and 1 may be booleans or what is added. Other formats say which by their dtype. */
  isJson: boolean;
  memory: Memory;
}

/**
 * A mask with its meaning settled: booleans, or numbers that are added, of which those that hide are −∞.
 * @param type what the request says of it
 * @throws RequestError `ambiguous_mask`, `invalid_tensor`, `conflicting_options`
 */
export function settledMask(
  name: string,
  tensor: Tensor,
  type: MaskType | undefined,
  { isJson, memory }: MaskSource,
): Tensor {
  if (tensor.dtype === 'bool') {
    if (type !== 'additive') return tensor;
    const detail = `${name} holds booleans, which cannot be added: send numbers, or leave ${name}_type out`;
    throw new RequestError('conflicting_options', detail, { pointer: pointerTo(`${name}_type`) });
  }
  const areBits = type === 'boolean' || (isJson && type === undefined) ? bitsOf(tensor.data) : 'neither';
  if (type === 'boolean') {
    if (areBits !== 'neither') return asBooleans(tensor, memory);
    const detail = `${name}_type is "boolean", but ${name} holds numbers other than 0 and 1`;
    throw new RequestError('invalid_tensor', detail, { pointer: pointerTo(name) });
  }
  if (type === undefined && areBits === 'both') throw ambiguousMask(name);
  return withHiddenKeys(tensor, memory);
}

function asBooleans({ shape, data: numbers }: FloatTensor, memory: Memory): Tensor {
  const { buffer, byteOffset } = memory(numbers.length);
  const data = new Uint8Array(buffer, byteOffset, numbers.length);
  data.set(numbers);
  return { dtype: 'bool', shape, data };
}

/** The same tensor, unless it holds numbers that stand for −∞. A body is never written to. */
function withHiddenKeys(tensor: FloatTensor, memory: Memory): FloatTensor {
  const { data } = tensor;
  if (!data.some(standsForHidden)) return tensor;
  const copy = allocateFloats(memory, tensor.dtype, data.length);
  for (let i = 0; i < data.length; i++) copy[i] = data[i] <= HIDDEN ? Number.NEGATIVE_INFINITY : data[i];
  return floatTensor(tensor.shape, copy);
}

function standsForHidden(x: number): boolean {
  return x <= HIDDEN && x !== Number.NEGATIVE_INFINITY;
}

/** The least finite number; what two masks add up to can hide where neither does. */
export function leastFinite(data: Floats): number {
  let least = 0;
  for (let i = 0; i < data.length; i++) if (data[i] < least && data[i] !== Number.NEGATIVE_INFINITY) least = data[i];
  return least;
}
