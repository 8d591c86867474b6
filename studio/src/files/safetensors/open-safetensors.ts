/** `.safetensors` → its tensors, and the texts of its metadata. */
import { type Bytes, partOf } from '../bytes.ts';
import type { FileTensor, Texts } from '../tensor.ts';
import { readSafetensorsHeader } from './header.ts';

const PRINTED = (byte: number): boolean =>
  (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 9;

/** By its header, which follows its length: eight letters would be the length of no file. */
export const isSafetensors = (head: Uint8Array): boolean => head[8] === 0x7b && !head.subarray(0, 8).every(PRINTED);

/** @throws FileFault where the file lies */
export async function openSafetensors(bytes: Bytes): Promise<(FileTensor | Texts)[]> {
  const { entries, metadata, dataStart } = await readSafetensorsHeader(bytes);
  const tensors = entries.map(({ name, element, shape, from, to }): FileTensor => {
    const own = partOf(bytes, dataStart + from, to - from);
    const read = async (start: number, end: number) =>
      element.decode(await own.read(start * element.size, end * element.size));
    return { name, dtype: element.dtype, shape, read };
  });
  return [...tensors, ...metadata.map(([name, text]) => textsOf(name, text))];
}

/** A list of texts, such as tokens, stands there as JSON: metadata knows but texts. */
function textsOf(name: string, text: string): Texts {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((one) => typeof one === 'string'))
      return { name, shape: [list.length], texts: list };
  } catch {
    // A text like others.
  }
  return { name, shape: [], texts: [text] };
}
