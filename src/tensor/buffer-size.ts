/** Sizes of shared buffers that are used again: whoever offers memory and whoever takes it must agree on them. */

/** The least bytes of a buffer that a thread serves requests from. */
export const CHUNK_BYTES = 1 << 20;

/** A buffer may be so many times larger than what it is taken for. */
export const MOST_WASTE = 2;

/** Sizes come in steps of an eighth of their power of two, so that buffers of like requests fit each other. */
export function sizeClass(bytes: number): number {
  const step = Math.max(4096, 2 ** (Math.floor(Math.log2(Math.max(1, bytes))) - 3));
  return Math.ceil(bytes / step) * step;
}
