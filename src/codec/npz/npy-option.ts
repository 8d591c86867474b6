/** An option that came as an array of NumPy: a number, a truth or a text, or a list of them. */
import { isUtf8 } from 'node:buffer';
import { pointerTo, RequestError } from '../../errors.ts';
import { widenHalves } from '../../tensor/half.ts';
import { elementCount } from '../../tensor/tensor.ts';
import { isHalf } from '../dtype.ts';
import { checkOptionShape, optionOfItems } from '../option-tensors.ts';
import { spelled } from '../option-texts.ts';
import { notNpz } from './fault.ts';
import { copyElements, type NpyArray } from './npy-array.ts';
import type { NpyDtype } from './npy-dtype.ts';
import { integersOf } from './npy-integers.ts';

/**
 * The value of an option: what `item()` or `tolist()` would give. A text that stands alone is read as one in the
 * `__metadata__` of a safetensors file.
 * @throws RequestError `invalid_rank`, `too_many_elements`, `invalid_npz`, `invalid_tensor`
 */
export function optionOfArray(array: NpyArray): unknown {
  const { field, dtype, shape, data } = array;
  checkOptionShape(field, shape);
  // Memory of its own, as elements are aligned there, and texts cannot be decoded everywhere from shared memory.
  const bytes = new Uint8Array(data.length);
  copyElements(array, bytes);
  const count = elementCount(shape);
  if (dtype.kind === 'texts') {
    const texts = Array.from({ length: count }, (_, i) => textOf(bytes, i, dtype, field));
    return shape.length === 0 ? spelled(field, texts[0]) : optionOfItems(texts, shape);
  }
  if (dtype.kind === 'integers') return optionOfItems(Array.from(integersOf(bytes, dtype, count)), shape);
  if (dtype.dtype !== 'bool') return optionOfItems(Array.from(floatsOf(bytes, dtype.dtype, count)), shape);
  if (bytes.some((byte) => byte > 1)) {
    throw new RequestError('invalid_tensor', `${field} is boolean: each byte must be 0 or 1`, {
      pointer: pointerTo(field),
    });
  }
  return optionOfItems(
    Array.from(bytes, (byte) => byte === 1),
    shape,
  );
}

function floatsOf(bytes: Uint8Array, dtype: 'float64' | 'float32' | 'float16' | 'bfloat16', count: number) {
  if (dtype === 'float64') return new Float64Array(bytes.buffer, 0, count);
  if (dtype === 'float32') return new Float32Array(bytes.buffer, 0, count);
  const wide = new Float32Array(count);
  if (isHalf(dtype)) widenHalves(dtype, new Uint16Array(bytes.buffer, 0, count), wide);
  return wide;
}

/** Text `index` without the zeros that NumPy fills it up with. */
function textOf(bytes: Uint8Array, index: number, { isUnicode, width }: NpyDtype & { kind: 'texts' }, field: string) {
  const start = index * width;
  if (!isUnicode) {
    const own = Buffer.from(bytes.buffer, start, width);
    const length = own.findLastIndex((byte) => byte !== 0) + 1;
    if (!isUtf8(own.subarray(0, length))) {
      throw new RequestError('invalid_encoding', `${field} holds bytes that are not UTF-8`, {
        pointer: pointerTo(field),
      });
    }
    return own.toString('utf8', 0, length);
  }
  const characters = new Uint32Array(bytes.buffer, start, width / 4);
  const length = characters.findLastIndex((character) => character !== 0) + 1;
  const own = characters.subarray(0, length);
  if (own.some((character) => character > 0x10ffff)) {
    throw notNpz(`${field} holds a text with a character that Unicode does not have`, { pointer: pointerTo(field) });
  }
  return Array.from(own, (character) => String.fromCodePoint(character)).join('');
}
