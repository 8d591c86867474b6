/** Bytes of a file, or of a part of it, that are read when they are asked for. */
import { FileFault } from './tensor.ts';

export interface Bytes {
  readonly size: number;
  /**
   * Those from `start` to `end`, the end excluded, in memory of their own.
   * @throws FileFault where there are none, or the file went away
   */
  read(start: number, end: number): Promise<ArrayBuffer>;
}

/** Thousands with commas, as file sizes are long numbers. */
export const figure = (count: number): string => count.toLocaleString('en-US');

/** So many bytes, in words: `1 byte`, `7 bytes`. */
export const bytesText = (count: number): string => `${figure(count)} ${count === 1 ? 'byte' : 'bytes'}`;

export const missing = (count: number, why: string): FileFault =>
  new FileFault(`${bytesText(count)} ${count === 1 ? 'is' : 'are'} missing: ${why}`);

export function bytesOf(blob: Blob): Bytes {
  return {
    size: blob.size,
    read: async (start, end) => {
      if (end > blob.size) throw missing(end - blob.size, `the file has ${bytesText(blob.size)}.`);
      try {
        return await blob.slice(start, end).arrayBuffer();
      } catch {
        throw new FileFault('The file can no longer be read: it was changed or moved since it was opened.');
      }
    },
  };
}

/** A part of bytes, as bytes of their own. */
export const partOf = (bytes: Bytes, from: number, size: number): Bytes => ({
  size,
  read: (start, end) => bytes.read(from + start, from + end),
});
