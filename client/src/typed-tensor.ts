/** Tensors as typed arrays, in place of lists of numbers. Typed arrays are in the byte order of the machine: little-endian. */
import { misuse } from './check.ts';
import { isObject } from './object.ts';

/** A tensor of a request: the elements in row-major order, and its dimensions. The dtype is that of the array. */
export type TypedTensor =
  | { shape: readonly number[]; dtype?: 'float32'; data: Float32Array }
  | { shape: readonly number[]; dtype?: 'float64'; data: Float64Array }
  /** The bits of half-precision numbers. */
  | { shape: readonly number[]; dtype: 'float16' | 'bfloat16'; data: Uint16Array }
  /** A mask: 0 or 1. */
  | { shape: readonly number[]; dtype?: 'bool'; data: Uint8Array };

/** A tensor of an answer. */
export interface TypedAnswerTensor {
  shape: number[];
  dtype: 'float32' | 'float64';
  data: Float32Array | Float64Array;
}

/** Bytes that no thread shares: `Uint8Array<ArrayBuffer>`, which TypeScript before 5.7 cannot say. */
export type OwnBytes = ReturnType<typeof Uint8Array.of>;

export type Dtype = NonNullable<TypedTensor['dtype']>;

/** Which arrays hold the elements of a dtype, by their names: an array of another frame is of another class. */
const ARRAYS: Record<Dtype, string> = {
  float32: 'Float32Array',
  float64: 'Float64Array',
  float16: 'Uint16Array',
  bfloat16: 'Uint16Array',
  bool: 'Uint8Array',
};

/**
 * @throws SpotlightError `invalid_argument` for one that is not what its shape and dtype say
 */
export function checkTyped(tensor: TypedTensor, pointer: string): void {
  const { shape, data } = tensor;
  if (!Array.isArray(shape) || !shape.every((size) => Number.isInteger(size) && size >= 0)) {
    throw misuse(`${pointer}/shape`, 'a list of integers of at least 0', shape);
  }
  const dtype = dtypeOf(tensor);
  if (!Object.hasOwn(ARRAYS, dtype))
    throw misuse(`${pointer}/dtype`, `one of ${Object.keys(ARRAYS).join(', ')}`, dtype);
  if (data[Symbol.toStringTag] !== ARRAYS[dtype]) {
    const expects = tensor.dtype === undefined ? 'a Float32Array, Float64Array or Uint8Array' : `a ${ARRAYS[dtype]}`;
    throw misuse(`${pointer}/data`, expects, data);
  }
  const length = shape.reduce((count, size) => count * size, 1);
  if (data.length !== length) throw misuse(`${pointer}/data`, `of ${length} elements, as shape says`, data);
}

export function isTypedTensor(value: unknown): value is TypedTensor {
  return isObject(value) && 'data' in value && ArrayBuffer.isView(value.data);
}

export function dtypeOf({ dtype, data }: TypedTensor): Dtype {
  if (dtype !== undefined) return dtype;
  if (data[Symbol.toStringTag] === 'Float32Array') return 'float32';
  return data[Symbol.toStringTag] === 'Float64Array' ? 'float64' : 'bool';
}

export function bytesOf({ data }: TypedTensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The form of a typed tensor in JSON: shape, dtype and base64. */
export function inBase64(tensor: TypedTensor): { shape: number[]; dtype: Dtype; data: string } {
  return { shape: [...tensor.shape], dtype: dtypeOf(tensor), data: base64(bytesOf(tensor)) };
}

const ALPHABET = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PAD = 0x3d;

/**
 * Base64 (RFC 4648). Written as bytes and read as text at the end: btoa takes text alone, and making that of bytes is seven
 * times slower than all of this.
 */
function base64(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    // Behind the end there are zeros.
    const bits = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text[at++] = ALPHABET[bits >> 18];
    text[at++] = ALPHABET[(bits >> 12) & 63];
    text[at++] = ALPHABET[(bits >> 6) & 63];
    text[at++] = ALPHABET[bits & 63];
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  text.fill(PAD, text.length - missing);
  return new TextDecoder().decode(text);
}

/** Numbers in nested arrays, −∞ among them. */
export type Numbers = number | Numbers[];

/** Turns the texts that stand for −∞ in JSON into numbers, in place where there is an array; other things are left alone. */
export function withNumbers(value: unknown): unknown {
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) if (typeof item !== 'number') value[index] = withNumbers(item);
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) Reflect.set(value, name, withNumbers(member));
  }
  return value;
}
