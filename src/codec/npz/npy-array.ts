/** An array of NumPy: its header understood, and its elements as bytes. */
import { pointerTo, RequestError } from '../../errors.ts';
import { elementCount } from '../../tensor/tensor.ts';
import { notNpz } from './fault.ts';
import { type NpyDtype, readNpyDtype } from './npy-dtype.ts';
import { readNpyHeader } from './npy-header.ts';
import { littleEndian, rowMajor } from './npy-order.ts';

export interface NpyArray {
  /** The name of its field. */
  field: string;
  dtype: NpyDtype;
  shape: readonly number[];
  /** Whether the first axis is the one that lies closest together. */
  isFortran: boolean;
  /** The elements as they lie in the file. */
  data: Uint8Array;
}

/** NumPy's own limit is 64; what has more is no array that a request has. */
const MOST_DIMENSIONS = 64;

/**
 * @param bytes an .npy file
 * @throws RequestError `invalid_npz`, `invalid_dtype`, `invalid_rank`
 */
export function readNpyArray(bytes: Uint8Array, field: string): NpyArray {
  const { descr, isFortran, shape, dataStart } = readNpyHeader(bytes, field);
  const pointer = pointerTo(field);
  const dtype = readNpyDtype(descr, field);
  if (shape.length > MOST_DIMENSIONS) {
    throw new RequestError('invalid_rank', `${field} has ${shape.length} dimensions`, { pointer });
  }
  const found = bytes.length - dataStart;
  const needed = elementCount(shape) * dtype.width;
  if (found !== needed) {
    throw notNpz(`the data of ${field} have ${found} bytes, but its shape and dtype ask for ${needed}`, { pointer });
  }
  return { field, dtype, shape, isFortran, data: bytes.subarray(dataStart) };
}

/** Whether its elements must be moved to lie little-endian and row by row. */
export function isTurned({ dtype, shape, isFortran }: NpyArray): boolean {
  return (dtype.isBigEndian && dtype.width > 1) || (isFortran && shape.filter((dim) => dim > 1).length > 1);
}

/** Writes the elements into `into`, of as many bytes, row by row and little-endian. */
export function copyElements({ dtype, shape, isFortran, data }: NpyArray, into: Uint8Array): void {
  const isText = dtype.kind === 'texts';
  // Of a text each character is a number of its own.
  const width = isText ? Math.max(1, dtype.width) : dtype.width;
  if (isFortran && !isText) rowMajor(data, shape, width, into);
  else into.set(data);
  if (dtype.isBigEndian) littleEndian(into, isText ? 4 : width);
}
