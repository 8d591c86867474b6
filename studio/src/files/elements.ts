/** The numbers that tensors are made of: bytes → numbers. Machines that have browsers are little-endian. */
import { e4m3s, e5m2s, halfs } from './small-floats.ts';

export type Numbers = Float32Array | Float64Array;

export interface Element {
  /** As NumPy, or ml_dtypes, calls it. */
  dtype: string;
  /** In bytes. */
  size: number;
  /** Little-endian numbers that fill the bytes; integers of 64 bits beyond 2^53 come to the nearest. */
  decode(bytes: ArrayBuffer): Numbers;
}

function looked(bits: Uint8Array | Uint16Array, table: Float32Array): Float32Array {
  const values = new Float32Array(bits.length);
  for (let index = 0; index < bits.length; index++) values[index] = table[bits[index]];
  return values;
}

function bfloat16s(bytes: ArrayBuffer): Float32Array {
  const halves = new Uint16Array(bytes);
  const values = new Uint32Array(halves.length);
  for (let index = 0; index < halves.length; index++) values[index] = halves[index] << 16;
  return new Float32Array(values.buffer);
}

/** The upper half times 2^32 is exact, so that there is one rounding, as of any number. */
function longs(bytes: ArrayBuffer, upper: Int32Array | Uint32Array): Float64Array {
  const lower = new Uint32Array(bytes);
  const values = new Float64Array(lower.length / 2);
  for (let index = 0; index < values.length; index++) values[index] = upper[2 * index + 1] * 2 ** 32 + lower[2 * index];
  return values;
}

const element = (dtype: string, size: number, decode: Element['decode']): Element => ({ dtype, size, decode });

export const ELEMENTS = {
  float64: element('float64', 8, (bytes) => new Float64Array(bytes)),
  float32: element('float32', 4, (bytes) => new Float32Array(bytes)),
  float16: element('float16', 2, (bytes) => looked(new Uint16Array(bytes), halfs())),
  bfloat16: element('bfloat16', 2, bfloat16s),
  float8_e5m2: element('float8_e5m2', 1, (bytes) => looked(new Uint8Array(bytes), e5m2s())),
  float8_e4m3fn: element('float8_e4m3fn', 1, (bytes) => looked(new Uint8Array(bytes), e4m3s())),
  int64: element('int64', 8, (bytes) => longs(bytes, new Int32Array(bytes))),
  uint64: element('uint64', 8, (bytes) => longs(bytes, new Uint32Array(bytes))),
  int32: element('int32', 4, (bytes) => new Float64Array(new Int32Array(bytes))),
  uint32: element('uint32', 4, (bytes) => new Float64Array(new Uint32Array(bytes))),
  int16: element('int16', 2, (bytes) => new Float32Array(new Int16Array(bytes))),
  uint16: element('uint16', 2, (bytes) => new Float32Array(new Uint16Array(bytes))),
  int8: element('int8', 1, (bytes) => new Float32Array(new Int8Array(bytes))),
  uint8: element('uint8', 1, (bytes) => new Float32Array(new Uint8Array(bytes))),
  bool: element('bool', 1, (bytes) => Float32Array.from(new Uint8Array(bytes), (byte) => (byte === 0 ? 0 : 1))),
} as const satisfies Record<string, Element>;

/** Turns the bytes of each number around, in place: from big-endian to little-endian. */
export function swap(bytes: ArrayBuffer, size: number): ArrayBuffer {
  const all = new Uint8Array(bytes);
  if (size > 1) for (let at = 0; at < all.length; at += size) all.subarray(at, at + size).reverse();
  return bytes;
}
