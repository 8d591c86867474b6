/** A tensor in JSON: nested arrays, or `{shape, dtype, data}` with a flat list or base64. */
import { pointerTo, RequestError } from '../errors.ts';
import { elementCount, type Floats, type Tensor } from '../tensor/tensor.ts';
import { base64Length, decodeBase64 } from './base64.ts';
import { type Dtype, ITEM_BYTES, readDtype, tensorFromBytes } from './dtype.ts';
import {
  allocateFloats,
  checkNumbers,
  checkRank,
  floatTensor,
  positionOf,
  readShape,
  type TensorReading,
} from './elements.ts';
import type { TensorForm } from './tensor-request.ts';

const MEMBERS = ['shape', 'dtype', 'data'];

/** Reads the value of a tensor field. */
export function readTensor(value: unknown, reading: TensorReading): { tensor: Tensor; form: TensorForm } {
  if (Array.isArray(value)) return { tensor: readNested(value, reading), form: 'nested' };
  if (typeof value === 'object' && value !== null) return readShaped(value, reading);
  const detail = `${reading.field} must be an array of arrays of numbers, or an object with shape, dtype and data`;
  throw new RequestError('invalid_tensor', detail, { pointer: pointerTo(reading.field) });
}

function readNested(value: unknown[], reading: TensorReading): Tensor {
  const { field, budget } = reading;
  const shape = shapeOfFirst(value, field);
  const rows = rowsOf(value, shape, field);
  budget.take(elementCount(shape), pointerTo(field));
  return readRows({ rows, shape, locate: (index) => pointerTo(field, ...positionOf(index, shape)) }, reading);
}

/** The shape that the first element of each level claims; the rest is held against it. */
function shapeOfFirst(value: unknown[], field: string): number[] {
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0]) {
    checkRank(shape.length + 1, field, pointerTo(field));
    if (level.length === 0) {
      const pointer = pointerTo(field, ...shape.map(() => 0));
      throw new RequestError('empty_tensor', `${field} has an empty array`, { pointer });
    }
    shape.push(level.length);
  }
  return shape;
}

/** The innermost arrays of a nested array, in order; every array above and of them has the length of its axis. */
function rowsOf(value: unknown[], shape: readonly number[], field: string): unknown[][] {
  let rows: unknown[][] = [value];
  for (let axis = 1; axis < shape.length; axis++) {
    const next: unknown[][] = [];
    for (const row of rows) {
      for (const item of row) {
        if (!Array.isArray(item) || item.length !== shape[axis]) {
          throw unevenRow(item, pointerTo(field, ...positionOf(next.length, shape.slice(0, axis))), shape[axis]);
        }
        next.push(item);
      }
    }
    rows = next;
  }
  return rows;
}

function unevenRow(item: unknown, pointer: string, length: number): RequestError {
  if (Array.isArray(item)) {
    const detail = `The array at ${pointer} has ${item.length} elements, but the first one beside it has ${length}`;
    return new RequestError('ragged_array', detail, { pointer });
  }
  if (typeof item === 'number' || typeof item === 'boolean') {
    return new RequestError('ragged_array', `${pointer} must be an array, as the first one beside it is`, { pointer });
  }
  return new RequestError('invalid_tensor', `${pointer} must be an array of numbers`, { pointer });
}

/** A list of rows of equal length, and how to point at an element of them. */
interface Rows {
  rows: unknown[][];
  shape: readonly number[];
  locate: (index: number) => string;
}

function readRows(list: Rows, reading: TensorReading): Tensor {
  return reading.kind === 'mask' && typeof list.rows[0][0] === 'boolean'
    ? readBooleanRows(list, reading)
    : readFloatRows(list, reading);
}

function readFloatRows({ rows, shape, locate }: Rows, reading: TensorReading): Tensor {
  const { kind, precision, allocate } = reading;
  const floats = allocateFloats(allocate, precision, elementCount(shape));
  const copy = kind === 'mask' ? copyMaskRow : copyRow;
  let start = 0;
  for (const row of rows) {
    const odd = copy(row, floats, start);
    if (odd >= 0) {
      throw oddElement(row[odd], locate(start + odd), kind === 'mask' ? 'a number or "-Infinity"' : 'a number');
    }
    start += row.length;
  }
  const tensor = floatTensor(shape, floats);
  checkNumbers(tensor, reading, locate);
  return tensor;
}

/** Copies numbers; the index of the first element that is none, or −1. */
function copyRow(row: unknown[], into: Floats, start: number): number {
  for (let i = 0; i < row.length; i++) {
    const x = row[i];
    if (typeof x !== 'number') return i;
    into[start + i] = x;
  }
  return -1;
}

function copyMaskRow(row: unknown[], into: Floats, start: number): number {
  for (let i = 0; i < row.length; i++) {
    const x = row[i];
    if (typeof x === 'number') into[start + i] = x;
    else if (x === '-Infinity') into[start + i] = Number.NEGATIVE_INFINITY;
    else return i;
  }
  return -1;
}

function readBooleanRows({ rows, shape, locate }: Rows, { allocate }: TensorReading): Tensor {
  const { buffer, byteOffset } = allocate(elementCount(shape));
  const data = new Uint8Array(buffer, byteOffset, elementCount(shape));
  let start = 0;
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) {
      const x = row[i];
      if (typeof x !== 'boolean') throw oddElement(x, locate(start + i), 'true or false, as the first element is');
      data[start + i] = x ? 1 : 0;
    }
    start += row.length;
  }
  return { dtype: 'bool', shape, data };
}

function oddElement(element: unknown, pointer: string, expected: string): RequestError {
  const code = Array.isArray(element) ? 'ragged_array' : 'invalid_tensor';
  return new RequestError(code, `${pointer} must be ${expected}`, { pointer });
}

function readShaped(value: object, reading: TensorReading): { tensor: Tensor; form: TensorForm } {
  const { field } = reading;
  const members = new Map<string, unknown>(Object.entries(value));
  for (const member of members.keys()) {
    if (MEMBERS.includes(member)) continue;
    const detail = `${field} takes shape, dtype and data, and no other member`;
    throw new RequestError('unknown_field', detail, { pointer: pointerTo(field, member) });
  }
  const dtype = members.has('dtype') ? readDtype(members.get('dtype'), reading) : undefined;
  const shape = readShape(members.get('shape'), field);
  const data = members.get('data');
  if (typeof data === 'string') {
    return { tensor: readBase64(data, { dtype: dtype ?? 'float32', shape }, reading), form: 'base64' };
  }
  if (Array.isArray(data)) return { tensor: readFlat(data, { dtype, shape }, reading), form: 'flat' };
  const detail = `${field}.data must be a flat array of numbers or base64 text`;
  throw new RequestError('invalid_tensor', detail, { pointer: pointerTo(field, 'data') });
}

function readFlat(
  data: unknown[],
  { dtype, shape }: { dtype: Dtype | undefined; shape: readonly number[] },
  reading: TensorReading,
): Tensor {
  const { field, budget } = reading;
  const count = elementCount(shape);
  if (data.length !== count) {
    const detail = `${field}.data has ${data.length} elements, but its shape asks for ${count}`;
    throw new RequestError('invalid_tensor', detail, { pointer: pointerTo(field, 'data') });
  }
  budget.take(count, pointerTo(field));
  const list = { rows: [data], shape, locate: (index: number) => pointerTo(field, 'data', index) };
  if (dtype === undefined) return readRows(list, reading);
  return dtype === 'bool' ? readBooleanRows(list, reading) : readFloatRows(list, reading);
}

function readBase64(
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
  reading.budget.take(elementCount(shape), pointerTo(reading.field));
  // What a kernel can hold as it is gets decoded to where the kernel reads it.
  const inPlace = dtype === 'bool' || dtype === reading.precision;
  const { buffer, byteOffset } = inPlace ? reading.allocate(needed) : new Uint8Array(needed);
  const bytes = new Uint8Array(buffer, byteOffset, needed);
  if (!decodeBase64(text, bytes)) throw notBase64();
  return tensorFromBytes(bytes, { dtype, shape }, reading, () => pointer);
}
