/** A tensor that came as an array of NumPy. */
import { pointerTo, RequestError } from '../../errors.ts';
import { allocateFloats } from '../../tensor/memory.ts';
import { elementCount, floatTensor, type InputTensor, type Tensor } from '../../tensor/tensor.ts';
import { binaryTensor, type Dtype, staysAsItIs } from '../dtype.ts';
import { ambiguousMask, bitsOf, readShape, type TensorReading } from '../elements.ts';
import { copyElements, isTurned, type NpyArray } from './npy-array.ts';
import type { NpyDtype } from './npy-dtype.ts';
import { integersOf } from './npy-integers.ts';

/** Where the bytes of an array lie, and whether the request has said what the numbers of the field are. */
export interface Origin {
  /** Whether they lie in the body, which is kept as long as the request is. */
  isBody: boolean;
  hasMaskType: boolean;
}

/**
 * Checked tensor of an array: its own bytes where they lie in the body, aligned, as kernels hold them (see dtype.ts). Integers
 * become numbers as those of JSON do.
 * @throws RequestError `invalid_dtype`, `invalid_rank`, `too_many_elements`, `not_finite`, `invalid_tensor`, `ambiguous_mask`
 */
export function tensorOfArray(array: NpyArray, reading: TensorReading, { isBody, hasMaskType }: Origin): InputTensor {
  const { field, kind, budget } = reading;
  const { dtype, data } = array;
  if (dtype.kind === 'texts') {
    const detail = `${field} must be an array of numbers, not of texts`;
    throw new RequestError('invalid_dtype', detail, { pointer: pointerTo(field) });
  }
  const dims = [...array.shape];
  // NumPy saves a single number without any dimension.
  const shape = readShape(kind.single && dims.length === 0 ? [1] : dims, reading);
  if (dtype.kind === 'numbers') {
    if (dtype.dtype === 'bool' && !kind.booleans) {
      const detail = `${field} must hold numbers; only masks can be bool`;
      throw new RequestError('invalid_dtype', detail, { pointer: pointerTo(field) });
    }
    // Before memory is taken; it is counted where the tensor is made.
    budget.require(elementCount(shape), field);
    const bytes = isBody && !isTurned(array) ? data : moved(array, { dtype: dtype.dtype, isBody }, reading);
    return binaryTensor(bytes, { dtype: dtype.dtype, shape }, reading);
  }
  budget.take(elementCount(shape), field);
  const tensor = floatsOfIntegers({ ...array, dtype }, shape, reading);
  if (kind.booleans && !hasMaskType && bitsOf(tensor.data) === 'both') throw ambiguousMask(field);
  return tensor;
}

/** The elements row by row and little-endian: in memory of the request where the tensor will be these bytes. */
function moved(
  array: NpyArray,
  { dtype, isBody }: { dtype: Dtype; isBody: boolean },
  reading: TensorReading,
): Uint8Array {
  const { data } = array;
  const isKept = staysAsItIs(dtype, reading);
  if (!isKept && !isBody && !isTurned(array)) return data;
  const { buffer, byteOffset } = isKept ? reading.allocate(data.length) : new Uint8Array(data.length);
  const bytes = new Uint8Array(buffer, byteOffset, data.length);
  copyElements(array, bytes);
  return bytes;
}

function floatsOfIntegers(
  array: NpyArray & { dtype: NpyDtype & { kind: 'integers' } },
  shape: readonly number[],
  { precision, allocate }: TensorReading,
): Exclude<Tensor, { dtype: 'bool' }> {
  const { dtype, data } = array;
  const isReady = !isTurned(array) && data.byteOffset % dtype.width === 0;
  const bytes = isReady ? data : new Uint8Array(data.length);
  if (!isReady) copyElements(array, bytes);
  const count = elementCount(shape);
  const floats = allocateFloats(allocate, precision, count);
  floats.set(integersOf(bytes, dtype, count));
  return floatTensor(shape, floats);
}
