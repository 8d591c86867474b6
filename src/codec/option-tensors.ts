/** Options that hold a number for each batch entry or head, which a binary body may hold as tensors. */
import { pointerTo, RequestError } from '../errors.ts';
import { elementCount } from '../tensor/tensor.ts';
import type { HeaderEntry } from './safetensors-header.ts';

/** A number at a byte, little-endian. */
const READERS: Readonly<Record<string, readonly [bytes: number, read: (view: DataView, at: number) => number]>> = {
  F64: [8, (view, at) => view.getFloat64(at, true)],
  F32: [4, (view, at) => view.getFloat32(at, true)],
  I64: [8, (view, at) => Number(view.getBigInt64(at, true))],
  U64: [8, (view, at) => Number(view.getBigUint64(at, true))],
  I32: [4, (view, at) => view.getInt32(at, true)],
  U32: [4, (view, at) => view.getUint32(at, true)],
  I16: [2, (view, at) => view.getInt16(at, true)],
  U16: [2, (view, at) => view.getUint16(at, true)],
  I8: [1, (view, at) => view.getInt8(at)],
  U8: [1, (view, at) => view.getUint8(at)],
};
/** One for each head of each batch entry; more than any request has. */
export const MOST_NUMBERS = 65_536;

/**
 * The value of an option that came as a tensor: a number, a list, or a list of lists.
 * @throws RequestError `invalid_dtype`, `invalid_rank`, `invalid_safetensors`, `too_many_elements`
 */
export function optionOfTensor({ name, dtype, shape, start, end }: HeaderEntry, body: Uint8Array): unknown {
  const reader = Object.hasOwn(READERS, dtype) ? READERS[dtype] : undefined;
  if (reader === undefined) {
    const detail = `${name} must have one of the dtypes ${Object.keys(READERS).join(', ')}`;
    throw new RequestError('invalid_dtype', detail, { pointer: pointerTo(name) });
  }
  const dims = shape.map(Number);
  checkOptionShape(name, dims);
  const [bytes, read] = reader;
  const count = elementCount(dims);
  if (end - start !== count * bytes) {
    const detail = `The data of ${name} has ${end - start} bytes, but its shape and ${dtype} ask for ${count * bytes}`;
    throw new RequestError('invalid_safetensors', detail, { pointer: pointerTo(name) });
  }
  const view = new DataView(body.buffer, body.byteOffset + start, end - start);
  return optionOfItems(
    Array.from({ length: count }, (_, i) => read(view, i * bytes)),
    dims,
  );
}

/**
 * Refuses shapes that no option has, before anything of their size is allocated.
 * @throws RequestError `invalid_rank`, `too_many_elements`
 */
export function checkOptionShape(name: string, dims: readonly number[]): void {
  if (dims.length > 2) {
    const detail = `${name} has ${dims.length} dimensions; it needs 0 to 2`;
    throw new RequestError('invalid_rank', detail, { pointer: pointerTo(name) });
  }
  if (elementCount(dims) > MOST_NUMBERS || dims.some((dim) => dim > MOST_NUMBERS)) {
    const detail = `${name} holds more than ${MOST_NUMBERS} numbers`;
    throw new RequestError('too_many_elements', detail, { pointer: pointerTo(name) });
  }
}

/** A number (or what else an option holds), a list, or a list of lists. */
export function optionOfItems<T>(items: T[], dims: readonly number[]): T | T[] | T[][] {
  if (dims.length === 0) return items[0];
  if (dims.length === 1) return items;
  return Array.from({ length: dims[0] }, (_, row) => items.slice(row * dims[1], (row + 1) * dims[1]));
}
