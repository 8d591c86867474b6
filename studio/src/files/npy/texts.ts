/** NumPy's arrays of texts, each padded with zeros to the same size. */
import { FileFault } from '../tensor.ts';

/** `<U`: code points of four bytes each. */
export function unicodeTexts(bytes: ArrayBuffer, count: number, size: number): string[] {
  const points = new Uint32Array(bytes);
  return Array.from({ length: count }, (_, index) => {
    const own = points.subarray((index * size) / 4, ((index + 1) * size) / 4);
    const end = own.findLastIndex((point) => point !== 0) + 1;
    const wrong = own.find((point) => point > 0x10ffff);
    if (wrong !== undefined) throw new FileFault(`Text ${index + 1} has a character that does not exist.`);
    return Array.from(own.subarray(0, end), (point) => String.fromCodePoint(point)).join('');
  });
}

/** `S`: bytes, read as UTF-8. */
export function byteTexts(bytes: ArrayBuffer, count: number, size: number): string[] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return Array.from({ length: count }, (_, index) => {
    const own = new Uint8Array(bytes, index * size, size);
    return decoder.decode(own.subarray(0, own.findLastIndex((byte) => byte !== 0) + 1));
  });
}
