/** Numbers as nested arrays, to be compared with what others read. */
import { countOf, type FileTensor } from '../../src/files/tensor.ts';

export async function nestedOf(tensor: FileTensor): Promise<unknown> {
  return nest(Array.from(await tensor.read(0, countOf(tensor.shape))), tensor.shape);
}

export function nest(values: readonly unknown[], shape: readonly number[]): unknown {
  const [size, ...rest] = shape;
  if (size === undefined) return values[0];
  const each = countOf(rest);
  return Array.from({ length: size }, (_, index) => nest(values.slice(index * each, (index + 1) * each), rest));
}
