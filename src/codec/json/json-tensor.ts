/** A tensor in JSON: nested arrays, or `{shape, dtype, data}` with a flat list or base64. */

import { pointerTo, RequestError } from '../../errors.ts';
import { allocateFloats } from '../../tensor/memory.ts';
import { elementCount, floatTensor, type Tensor } from '../../tensor/tensor.ts';
import { base64Length, decodeBase64 } from '../base64.ts';
import { type Dtype, ITEM_BYTES, readDtype, tensorFromBytes } from '../dtype.ts';
import { checkNumbers, readShape, type TensorReading } from '../elements.ts';
import type { TensorForm } from '../tensor-request.ts';
import { JsonElements } from './json-elements.ts';
import { type JsonText, textOf } from './json-text.ts';

const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;

/** A tensor, or what is wrong with it: that is told once the rest of the body is known to be JSON. */
export type ReadTensor = { tensor: Tensor; form: TensorForm } | RequestError;

/** Reads the value of a tensor field, which comes next in `text`, to its end. */
export function readTensor(text: JsonText, reading: TensorReading): ReadTensor {
  const first = text.peek();
  if (first === OPEN_ARRAY) {
    const elements = JsonElements.read(text, reading, 'nested');
    return orFault(() => ({ tensor: nestedTensor(elements, reading), form: 'nested' }));
  }
  if (first === OPEN_OBJECT) {
    const members = readShapedMembers(text, reading);
    return orFault(() => shapedTensor(members, reading));
  }
  const json = text.pass(1);
  if (reading.kind.single) return orFault(() => ({ tensor: singleTensor(JSON.parse(json), reading), form: 'nested' }));
  const detail = `${reading.field} must be an array of arrays of numbers, or an object with shape, dtype and data`;
  return new RequestError('invalid_tensor', detail, { pointer: pointerTo(reading.field) });
}

/** What is made, or the fault that says why not. */
export function orFault<T>(make: () => T): T | RequestError {
  try {
    return make();
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
}

/** A tensor of the one number that stands in its place. */
function singleTensor(value: unknown, reading: TensorReading): Tensor {
  const { field, budget, allocate, precision } = reading;
  const pointer = pointerTo(field);
  const number = value === '-Infinity' ? Number.NEGATIVE_INFINITY : value;
  if (typeof number !== 'number') {
    const detail = `${field} must be a number, a list of numbers, or an object with shape, dtype and data`;
    throw new RequestError('invalid_tensor', detail, { pointer });
  }
  budget.take(1, field);
  const tensor = floatTensor([1], allocateFloats(allocate, precision, 1).fill(number));
  checkNumbers(tensor, reading, () => pointer);
  return tensor;
}

function nestedTensor(elements: JsonElements, reading: TensorReading): Tensor {
  const { field, budget } = reading;
  elements.checkShape();
  budget.take(elements.total, field);
  elements.checkElements();
  return tensorOf(elements, elements.shape, reading);
}

/** The numbers of checked elements, in the memory of the request. */
function tensorOf(elements: JsonElements, shape: readonly number[], reading: TensorReading): Tensor {
  const { precision, allocate, kind } = reading;
  if (elements.isBoolean && !kind.booleans) throw elements.oddFirst(false);
  if (elements.isBoolean) {
    const { buffer, byteOffset } = allocate(elements.total);
    const data = new Uint8Array(buffer, byteOffset, elements.total);
    elements.copyInto(data);
    return { dtype: 'bool', shape, data };
  }
  const floats = allocateFloats(allocate, precision, elements.total);
  elements.copyInto(new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength));
  const tensor = floatTensor(shape, floats);
  checkNumbers(tensor, reading, (index) => elements.pointerTo(index));
  return tensor;
}

/** What an object says about a tensor, not yet understood; of a member that stands there twice the last. */
interface ShapedMembers {
  unknown: string | undefined;
  dtype: unknown;
  shape: unknown;
  data: JsonElements | string | undefined;
}

function readShapedMembers(text: JsonText, reading: TensorReading): ShapedMembers {
  const members: ShapedMembers = { unknown: undefined, dtype: undefined, shape: undefined, data: undefined };
  for (let name = text.nextMember(2); name !== undefined; name = text.nextMember(2)) {
    if (name === 'data' && text.peek() === OPEN_ARRAY) members.data = JsonElements.read(text, reading, 'flat');
    else {
      const json = text.pass(2);
      if (name === 'data') members.data = json.startsWith('"') ? textOf(json) : undefined;
      else if (name === 'dtype' || name === 'shape') members[name] = JSON.parse(json);
      else members.unknown ??= name;
    }
  }
  return members;
}

function shapedTensor(members: ShapedMembers, reading: TensorReading): ReadTensor {
  const { field } = reading;
  if (members.unknown !== undefined) {
    const detail = `${field} takes shape, dtype and data, and no other member`;
    throw new RequestError('unknown_field', detail, { pointer: pointerTo(field, members.unknown) });
  }
  const dtype = members.dtype == null ? undefined : readDtype(members.dtype, reading);
  const shape = readShape(members.shape, reading);
  const { data } = members;
  if (typeof data === 'string') {
    return { tensor: base64Tensor(data, { dtype: dtype ?? 'float32', shape }, reading), form: 'base64' };
  }
  if (data !== undefined) return { tensor: flatTensor(data, { dtype, shape }, reading), form: 'flat' };
  const detail = `${field}.data must be a flat array of numbers or base64 text`;
  throw new RequestError('invalid_tensor', detail, { pointer: pointerTo(field, 'data') });
}

/** Elements that were listed row by row. @throws RequestError where they are not as many as the shape asks for */
export function flatTensor(
  elements: JsonElements,
  { dtype, shape }: { dtype: Dtype | undefined; shape: readonly number[] },
  reading: TensorReading,
): Tensor {
  const { field, budget } = reading;
  const count = elementCount(shape);
  if (elements.total !== count) {
    const detail = `${field}.data has ${elements.total} elements, but its shape asks for ${count}`;
    throw new RequestError('invalid_tensor', detail, { pointer: pointerTo(field, 'data') });
  }
  budget.take(count, field);
  if (dtype !== undefined && (dtype === 'bool') !== elements.isBoolean) throw elements.oddFirst(dtype === 'bool');
  elements.checkElements();
  return tensorOf(elements, shape, reading);
}

function base64Tensor(
  text: string,
  { dtype, shape }: { dtype: Dtype; shape: readonly number[] },
  reading: TensorReading,
): Tensor {
  const pointer = pointerTo(reading.field, 'data');
  const notBase64 = () => {
    const detail = `${reading.field}.data must be base64 in the standard alphabet, with no other characters`;
    return new RequestError('invalid_tensor', detail, { pointer });
  };
  const found = base64Length(text);
  if (found === undefined) throw notBase64();
  const needed = elementCount(shape) * ITEM_BYTES[dtype];
  if (found !== needed) {
    const detail = `${reading.field}.data has ${found} bytes, but its shape and ${dtype} ask for ${needed}`;
    throw new RequestError('invalid_tensor', detail, { pointer });
  }
  reading.budget.take(elementCount(shape), reading.field);
  // What a kernel can hold as it is gets decoded to where the kernel reads it.
  const inPlace = dtype === 'bool' || dtype === reading.precision;
  const { buffer, byteOffset } = inPlace ? reading.allocate(needed) : new Uint8Array(needed);
  const bytes = new Uint8Array(buffer, byteOffset, needed);
  if (!decodeBase64(text, bytes)) throw notBase64();
  return tensorFromBytes(bytes, { dtype, shape }, reading, () => pointer);
}
