/** A tensor on the page, and what it is in the request. */
import { countOf, type FileTensor, type Tensor } from '../../files/tensor.ts';

export interface Entry {
  name: string;
  dtype: string;
  shape: readonly number[];
  /** The path of its role; undefined: it is not sent. */
  role: string | undefined;
  /** Undefined while they are still in their file, which is read once they are wanted. */
  values: Tensor['values'] | undefined;
  file: FileTensor | undefined;
}

/** An entry whose numbers are there. */
export type Loaded = Entry & { values: Tensor['values'] };

export const isLoaded = (entry: Entry): entry is Loaded => entry.values !== undefined;

export const entryOf = (tensor: Tensor, role: string | undefined): Loaded => ({ ...tensor, role, file: undefined });

/** The one that has a role; undefined where none has. */
export const withRole = (entries: readonly Entry[], role: string): Entry | undefined =>
  entries.find((entry) => entry.role === role);

/** Numbers with a role of their own are exact in their file's precision; what was typed is in float64. */
export const valuesOf = (dtype: string, numbers: readonly number[]): Tensor['values'] =>
  NARROW.has(dtype) ? Float32Array.from(numbers) : Float64Array.from(numbers);

const NARROW: ReadonlySet<string> = new Set(['float32', 'float16', 'bfloat16', 'bool']);

/** With one number changed; all that is not changed is shared. */
export function edited(entry: Loaded, index: number, value: number): Loaded {
  const values = entry.values.slice();
  values[index] = value;
  return { ...entry, values };
}

/** Lists in lists, as a shape has them; of no dimensions, the number alone. */
export function nested<Leaf>(shape: readonly number[], leaf: (index: number) => Leaf): unknown {
  const [size, ...inner] = shape;
  if (size === undefined) return leaf(0);
  const stride = countOf(inner);
  return Array.from({ length: size }, (_, i) => nested(inner, (index) => leaf(i * stride + index)));
}
