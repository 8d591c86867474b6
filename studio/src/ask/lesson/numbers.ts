/** Tensors as lists in lists, as the examples have them → numbers in a row. */
import type { Weights } from '../reading.ts';

/** All numbers, in their order; ±∞ are texts in JSON. */
export function listOf(tensor: unknown): Float32Array {
  return Float32Array.from([tensor].flat(4).map(Number));
}

/** The matrices of a tensor, such as one for each head; a list is a matrix of one row. */
export function matricesOf(tensor: unknown): Weights[] {
  if (!Array.isArray(tensor)) throw new Error('an example has a tensor that is no list');
  const [first] = tensor;
  if (!Array.isArray(first)) return [{ rows: 1, columns: tensor.length, values: listOf(tensor) }];
  if (Array.isArray(first[0])) return tensor.flatMap(matricesOf);
  return [{ rows: tensor.length, columns: first.length, values: listOf(tensor) }];
}
