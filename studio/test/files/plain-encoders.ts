/** Bytes of tensors, one number at a time by DataView: what the studio's own code is held against. */

type Set = (view: DataView, at: number, value: number, isLittle: boolean) => void;

export interface Plain {
  npy: string;
  safetensors: string;
  size: number;
  set: Set;
}

/** Of whole numbers from 0 to 100, which all of them can hold. */
export const PLAIN: readonly Plain[] = [
  { npy: 'f8', safetensors: 'F64', size: 8, set: (view, at, value, isLittle) => view.setFloat64(at, value, isLittle) },
  { npy: 'f4', safetensors: 'F32', size: 4, set: (view, at, value, isLittle) => view.setFloat32(at, value, isLittle) },
  {
    npy: 'f2',
    safetensors: 'F16',
    size: 2,
    set: (view, at, value, isLittle) => view.setUint16(at, half(value), isLittle),
  },
  {
    npy: 'V2',
    safetensors: 'BF16',
    size: 2,
    set: (view, at, value, isLittle) => view.setUint16(at, upper(value), isLittle),
  },
  {
    npy: 'i8',
    safetensors: 'I64',
    size: 8,
    set: (view, at, value, isLittle) => view.setBigInt64(at, BigInt(value), isLittle),
  },
  { npy: 'i4', safetensors: 'I32', size: 4, set: (view, at, value, isLittle) => view.setInt32(at, value, isLittle) },
  { npy: 'i2', safetensors: 'I16', size: 2, set: (view, at, value, isLittle) => view.setInt16(at, value, isLittle) },
  { npy: 'i1', safetensors: 'I8', size: 1, set: (view, at, value) => view.setInt8(at, value) },
  {
    npy: 'u8',
    safetensors: 'U64',
    size: 8,
    set: (view, at, value, isLittle) => view.setBigUint64(at, BigInt(value), isLittle),
  },
  { npy: 'u4', safetensors: 'U32', size: 4, set: (view, at, value, isLittle) => view.setUint32(at, value, isLittle) },
  { npy: 'u2', safetensors: 'U16', size: 2, set: (view, at, value, isLittle) => view.setUint16(at, value, isLittle) },
  { npy: 'u1', safetensors: 'U8', size: 1, set: (view, at, value) => view.setUint8(at, value) },
];

/** A whole number of at most 11 bits: its exponent, and what is below its first bit. */
function half(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(value));
  return ((exponent + 15) << 10) | ((value / 2 ** exponent - 1) * 1024);
}

/** The upper half of a float32. */
function upper(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return view.getUint16(0);
}

export function dataOf(values: readonly number[], { size, set }: Plain, isLittle = true): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(values.length * size));
  for (const [index, value] of values.entries()) set(view, index * size, value, isLittle);
  return new Uint8Array(view.buffer);
}

export function plainNpy(header: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(`${header}\n`);
  const length = [text.length % 256, text.length >> 8];
  return joined([[0x93], new TextEncoder().encode('NUMPY'), [1, 0], length, text, data]);
}

/** With whatever header: also with one that lies. */
export function plainSafetensors(header: unknown, data = new Uint8Array(), length?: bigint): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const before = new DataView(new ArrayBuffer(8));
  before.setBigUint64(0, length ?? BigInt(text.length), true);
  return joined([new Uint8Array(before.buffer), text, data]);
}

function joined(parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((all, { length }) => all + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
