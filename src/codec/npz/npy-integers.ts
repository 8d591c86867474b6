/** Integers of NumPy as numbers, each the nearest float64: exact up to 2^53, as in JSON. */
import type { NpyDtype } from './npy-dtype.ts';

/**
 * @param bytes little-endian, aligned to the width
 * @returns the numbers, or a view of them as they lie
 */
export function integersOf(
  { buffer, byteOffset }: Uint8Array,
  { isSigned, width }: NpyDtype & { kind: 'integers' },
  count: number,
): ArrayLike<number> & Iterable<number> {
  if (width === 1)
    return isSigned ? new Int8Array(buffer, byteOffset, count) : new Uint8Array(buffer, byteOffset, count);
  if (width === 2)
    return isSigned ? new Int16Array(buffer, byteOffset, count) : new Uint16Array(buffer, byteOffset, count);
  if (width === 4)
    return isSigned ? new Int32Array(buffer, byteOffset, count) : new Uint32Array(buffer, byteOffset, count);
  const low = new Uint32Array(buffer, byteOffset, 2 * count);
  const high = isSigned ? new Int32Array(buffer, byteOffset, 2 * count) : low;
  // The product is exact, so the sum is rounded once.
  return Float64Array.from({ length: count }, (_, i) => high[2 * i + 1] * 2 ** 32 + low[2 * i]);
}
