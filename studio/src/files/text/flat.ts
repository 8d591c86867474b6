/** Tensors as the service writes them: `{ shape, dtype, data }`, the data a list or base64. */
import { bytesOf } from '../base64.ts';
import { ELEMENTS } from '../elements.ts';
import { countOf, FileFault, shapeText, type Tensor } from '../tensor.ts';
import { Leaves, numberAt, said } from './leaves.ts';

interface Flat {
  shape: readonly number[];
  dtype?: unknown;
  data: readonly unknown[] | string;
}

export const isFlat = (value: unknown): value is Flat =>
  typeof value === 'object' &&
  value !== null &&
  'shape' in value &&
  Array.isArray(value.shape) &&
  value.shape.every((size) => Number.isSafeInteger(size) && size >= 0) &&
  'data' in value &&
  (Array.isArray(value.data) || typeof value.data === 'string');

/** @throws FileFault where the data is not as its shape and its dtype say */
export function flatOf(name: string, { shape, dtype, data }: Flat): Tensor {
  const own =
    typeof data === 'string'
      ? decoded(name, dtype, data)
      : { dtype: typeof dtype === 'string' ? dtype : dtypeOf(data), values: listed(name, data) };
  if (countOf(shape) === own.values.length) return { name, shape, ...own };
  const counts = `${countOf(shape)} numbers, the data ${own.values.length}`;
  throw new FileFault(`${said(name)}the shape ${shapeText(shape)} has ${counts}.`);
}

function listed(name: string, data: readonly unknown[]): Float64Array {
  const shape = [data.length];
  return Float64Array.from(data, (leaf, index) => numberAt(leaf, { name, shape }, index));
}

function dtypeOf(data: readonly unknown[]): string {
  const leaves = new Leaves();
  leaves.see(data);
  return leaves.dtype;
}

/** Little-endian (RFC 4648); without a dtype they are of float32, as the service takes them. */
function decoded(name: string, dtype: unknown, data: string): Pick<Tensor, 'dtype' | 'values'> {
  const wanted = dtype ?? 'float32';
  const element = Object.values(ELEMENTS).find((one) => one.dtype === wanted);
  if (element === undefined)
    throw new FileFault(
      `${said(name)}the data is base64, and its dtype ${JSON.stringify(dtype)?.slice(0, 40)} is not known here: float32, float64 and bool are.`,
    );
  const bytes = bytesIn(name, data);
  const over = bytes.byteLength % element.size;
  if (over > 0)
    throw new FileFault(
      `${said(name)}the data has ${bytes.byteLength} bytes, and numbers of ${element.dtype} have ${element.size} each.`,
    );
  return { dtype: element.dtype, values: element.decode(bytes.buffer) };
}

function bytesIn(name: string, data: string): Uint8Array<ArrayBuffer> {
  try {
    return bytesOf(data);
  } catch {
    throw new FileFault(`${said(name)}the data is a text, and no base64.`);
  }
}
