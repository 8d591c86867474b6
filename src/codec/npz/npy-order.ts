/** Elements as another machine or language orders them → little-endian, row by row. */
import { elementCount, stridesOf } from '../../tensor/tensor.ts';

/** Turns the bytes of each element of `width` bytes around, in place. */
export function littleEndian(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}

/**
 * Elements that lie column by column (Fortran's order: the first axis is the closest) → row by row.
 * @param data elements of `width` bytes: 1, 2, 4 or 8
 * @param into as many bytes, aligned to `width`
 */
export function rowMajor(data: Uint8Array, shape: readonly number[], width: number, into: Uint8Array): void {
  // Eight bytes move as two words: as float64 an integer might be a NaN, whose bits nobody promises to keep.
  const wordBytes = Math.min(width, 4);
  const words = width / wordBytes;
  const from = wordsOf(data, wordBytes);
  const to = wordsOf(into, wordBytes);
  const strides = stridesOf(shape.toReversed()).reverse();
  const last = shape.length - 1;
  const [rowLength, rowStride] = last < 0 ? [1, 1] : [shape[last], strides[last]];
  const position = new Array<number>(Math.max(0, last)).fill(0);
  let source = 0;
  const count = elementCount(shape);
  for (let at = 0; at < count; at += rowLength) {
    for (let i = 0, element = source; i < rowLength; i++, element += rowStride) {
      for (let word = 0; word < words; word++) to[(at + i) * words + word] = from[element * words + word];
    }
    // To the next row: the odometer of all axes but the last.
    for (let axis = last - 1; axis >= 0; axis--) {
      source += strides[axis];
      if (++position[axis] < shape[axis]) break;
      source -= strides[axis] * shape[axis];
      position[axis] = 0;
    }
  }
}

function wordsOf(bytes: Uint8Array, wordBytes: number): Uint8Array | Uint16Array | Uint32Array {
  if (wordBytes === 1) return bytes;
  const { buffer, byteOffset } = bytes.byteOffset % wordBytes === 0 ? bytes : new Uint8Array(bytes);
  const length = bytes.byteLength / wordBytes;
  return wordBytes === 2 ? new Uint16Array(buffer, byteOffset, length) : new Uint32Array(buffer, byteOffset, length);
}
