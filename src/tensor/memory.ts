import type { Floats, Precision } from './tensor.ts';

/**
 * Gives memory for `bytes` bytes, aligned to 8; its content is arbitrary. Large requests get shared memory, so that several
 * threads can work on it; small ones plain memory.
 */
export type Memory = (bytes: number) => { buffer: ArrayBufferLike; byteOffset: number };

export function allocateFloats(memory: Memory, precision: Precision, length: number): Floats {
  if (precision === 'float64') return allocateFloat64(memory, length);
  const { buffer, byteOffset } = memory(length * 4);
  return new Float32Array(buffer, byteOffset, length);
}

export function allocateFloat64(memory: Memory, length: number): Float64Array {
  const { buffer, byteOffset } = memory(length * 8);
  return new Float64Array(buffer, byteOffset, length);
}
