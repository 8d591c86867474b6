/** The tensors of a request by their wire names, before they are a problem. */

import { pointerTo, RequestError } from '../../errors.ts';
import { widenHalves } from '../../tensor/half.ts';
import type { Memory } from '../../tensor/memory.ts';
import { type FloatTensor, type HalfTensor, type InputTensor, isHalfTensor, type Tensor } from '../../tensor/tensor.ts';

/** Each finite and of the dtype of the precision; masks may be boolean. */
export type NamedTensors = ReadonlyMap<string, Tensor>;

/** The same as they came: those of a float32 problem may be of halves. */
export type NamedInputs = ReadonlyMap<string, InputTensor>;

/** The same tensors with halves as float32, for those who read numbers themselves. */
export function widenTensors(tensors: NamedInputs, memory: Memory): NamedTensors {
  const wide = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) wide.set(name, isHalfTensor(tensor) ? widenTensor(tensor, memory) : tensor);
  return wide;
}

function widenTensor({ dtype, shape, data: patterns }: HalfTensor, memory: Memory): FloatTensor {
  const { buffer, byteOffset } = memory(4 * patterns.length);
  const data = new Float32Array(buffer, byteOffset, patterns.length);
  widenHalves(dtype, patterns, data);
  return { dtype: 'float32', shape, data };
}

/** A tensor that must be there and hold numbers, which its reader reads. */
export function floatTensor(tensors: NamedInputs, name: string): FloatTensor {
  const tensor = widenedTensor(tensors, name);
  if (tensor.dtype === 'bool') throw notNumbers(name);
  return tensor;
}

/** A tensor that must be there, and not of halves: these are widened before, or never read here. */
export function widenedTensor(tensors: NamedInputs, name: string): Tensor {
  const tensor = presentTensor(tensors, name);
  if (isHalfTensor(tensor)) throw new Error(`${name} has halves that nobody has widened`);
  return tensor;
}

/** A tensor that must be there and hold numbers, in any format. */
export function inputTensor(tensors: NamedInputs, name: string): FloatTensor | HalfTensor {
  const tensor = presentTensor(tensors, name);
  if (tensor.dtype === 'bool') throw notNumbers(name);
  return tensor;
}

function presentTensor(tensors: NamedInputs, name: string): InputTensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new RequestError('missing_field', `${name} is missing`, { pointer: pointerTo(name) });
  return tensor;
}

function notNumbers(name: string): RequestError {
  return new RequestError('invalid_dtype', `${name} must hold numbers, not booleans`, { pointer: pointerTo(name) });
}
