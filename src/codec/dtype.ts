/** The number formats that a tensor's bytes can have, and how they become the numbers that kernels hold. */

import { pointerTo, RequestError } from '../errors.ts';
import { widenHalves } from '../tensor/half.ts';
import { allocateFloats } from '../tensor/memory.ts';
import {
  elementCount,
  type Floats,
  floatTensor,
  type HalfDtype,
  type HalfTensor,
  type InputTensor,
  type Tensor,
} from '../tensor/tensor.ts';
import { checkNumbers, positionOf, type TensorReading } from './elements.ts';

export type Dtype = 'float64' | 'float32' | HalfDtype | 'bool';

export const ITEM_BYTES: Readonly<Record<Dtype, number>> = { float64: 8, float32: 4, float16: 2, bfloat16: 2, bool: 1 };

const SAFETENSORS_NAMES: ReadonlyMap<string, Dtype> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['BOOL', 'bool'],
]);
const NAMES: ReadonlyMap<string, Dtype> = new Map([
  ...SAFETENSORS_NAMES,
  ...Array.from(SAFETENSORS_NAMES.values(), (dtype): [string, Dtype] => [dtype, dtype]),
]);

export function isHalf(dtype: Dtype): dtype is HalfDtype {
  return dtype === 'float16' || dtype === 'bfloat16';
}

/** The dtype that a JSON body names, in PyTorch's or safetensors' spelling. */
export function readDtype(name: unknown, { field, kind }: Pick<TensorReading, 'field' | 'kind'>): Dtype {
  return knownDtype(typeof name === 'string' ? NAMES.get(name) : undefined, field, kind);
}

/** The dtype that the header of a safetensors file names. */
export function readSafetensorsDtype(name: string, { field, kind }: Pick<TensorReading, 'field' | 'kind'>): Dtype {
  return knownDtype(SAFETENSORS_NAMES.get(name), field, kind);
}

function knownDtype(dtype: Dtype | undefined, field: string, kind: TensorReading['kind']): Dtype {
  const pointer = pointerTo(field, 'dtype');
  if (dtype === undefined) {
    const detail = `${field} must have one of the dtypes float32 (F32), float64 (F64), float16 (F16), bfloat16 (BF16) and bool (BOOL)`;
    throw new RequestError('invalid_dtype', detail, { pointer });
  }
  if (dtype === 'bool' && !kind.booleans) {
    throw new RequestError('invalid_dtype', `${field} must hold numbers; only masks can be bool`, { pointer });
  }
  return dtype;
}

/** Whether the bytes of a tensor are what a kernel holds: nothing is widened or narrowed when it is read. */
export function staysAsItIs(dtype: Dtype, { kind, precision }: Pick<TensorReading, 'kind' | 'precision'>): boolean {
  if (isHalf(dtype)) return precision === 'float32' && !kind.minusInfinity;
  return dtype === 'bool' || dtype === precision;
}

/**
 * Bytes that lie in a body, of exactly the size that shape and dtype ask for → a checked tensor. Aligned float32 stays where it
 * is. So do halves of a float32 request, but for those of a mask: whoever opens it has them widened where they are loaded, or all at once.
 * @throws RequestError `too_many_elements`, `not_finite`, `invalid_tensor`
 */
export function binaryTensor(
  bytes: Uint8Array,
  { dtype, shape }: { dtype: Dtype; shape: readonly number[] },
  reading: TensorReading,
): InputTensor {
  const { field, budget } = reading;
  budget.take(elementCount(shape), field);
  const locate = (index: number) => pointerTo(field, ...positionOf(index, shape));
  return isHalf(dtype) && staysAsItIs(dtype, reading)
    ? halvesFromBytes(bytes, { dtype, shape }, reading, locate)
    : tensorFromBytes(bytes, { dtype, shape }, reading, locate);
}

/**
 * Little-endian bytes → a checked tensor. Bytes that are already what a kernel holds, and aligned, become the tensor
 * as they are, with no copy; others are widened or narrowed into allocated memory.
 */
export function tensorFromBytes(
  bytes: Uint8Array,
  { dtype, shape }: { dtype: Dtype; shape: readonly number[] },
  reading: TensorReading,
  locate: (index: number) => string,
): Tensor {
  const tensor: Tensor =
    dtype === 'bool' ? { dtype, shape, data: bytes } : floatTensor(shape, floatsOf(bytes, dtype, shape, reading));
  checkNumbers(tensor, reading, locate);
  return tensor;
}

/** Little-endian bytes → a checked tensor of halves: the bytes themselves, or a copy where they are not aligned. */
export function halvesFromBytes(
  bytes: Uint8Array,
  { dtype, shape }: { dtype: HalfDtype; shape: readonly number[] },
  reading: TensorReading,
  locate: (index: number) => string,
): HalfTensor {
  const place = bytes.byteOffset % 2 === 0 ? bytes : copied(bytes, reading);
  const tensor = { dtype, shape, data: new Uint16Array(place.buffer, place.byteOffset, elementCount(shape)) };
  checkNumbers(tensor, reading, locate);
  return tensor;
}

function copied(bytes: Uint8Array, { allocate }: TensorReading): Uint8Array {
  const { buffer, byteOffset } = allocate(bytes.length);
  const copy = new Uint8Array(buffer, byteOffset, bytes.length);
  copy.set(bytes);
  return copy;
}

function floatsOf(
  bytes: Uint8Array,
  dtype: Exclude<Dtype, 'bool'>,
  shape: readonly number[],
  { precision, allocate }: TensorReading,
): Floats {
  const count = elementCount(shape);
  const aligned = bytes.byteOffset % ITEM_BYTES[dtype] === 0;
  if (dtype === precision && !aligned) {
    const floats = allocateFloats(allocate, precision, count);
    new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength).set(bytes);
    return floats;
  }
  const { buffer, byteOffset } = aligned ? bytes : new Uint8Array(bytes);
  if (dtype === precision) {
    return dtype === 'float64'
      ? new Float64Array(buffer, byteOffset, count)
      : new Float32Array(buffer, byteOffset, count);
  }
  const floats = allocateFloats(allocate, precision, count);
  if (isHalf(dtype)) widenHalves(dtype, new Uint16Array(buffer, byteOffset, count), floats);
  else if (dtype === 'float64') floats.set(new Float64Array(buffer, byteOffset, count));
  else floats.set(new Float32Array(buffer, byteOffset, count));
  return floats;
}
