import type { Floats } from '../../tensor/tensor.ts';
import type { Product } from '../product.ts';
import type { Projections } from './dump.ts';

interface Way {
  /** Which of the stacked weights is used: of query, key or value. */
  from: number;
  transposed: boolean;
  /** How often the bias is added. */
  bias: number;
}

const NAMES = ['query', 'key', 'value'];

/** A projection as an implementation does it: the numbers of `right`, with those of the products anew. */
export function projected(
  { inputs }: Projections,
  name: string,
  right: Floats,
  { from, transposed, bias }: Way,
): Floats {
  const data = Float64Array.from(right);
  const weights = inputs.find((product) => product.name === NAMES[from]);
  for (const product of inputs) {
    if (product.name !== name || weights === undefined) continue;
    const linear = { ...product, right: weights.right, bias: weights.bias, biasOffset: weights.biasOffset };
    for (let m = 0; m < product.rows; m++) {
      const into = product.into.offset + m * product.into.rowStride;
      for (let n = 0; n < product.columns; n++) data[into + n] = entry(linear, m, n, transposed, bias);
    }
  }
  return data;
}

/** Σ_k left[m, k]·right[n, k], or right[k, n] where the weights are transposed. */
function entry(
  { left, right, depth, bias, biasOffset }: Product,
  m: number,
  n: number,
  turned: boolean,
  times: number,
) {
  const row = left.offset + m * left.rowStride;
  let total = times * (bias?.[biasOffset + n] ?? 0);
  for (let k = 0; k < depth; k++) {
    total +=
      left.data[row + k] * right.data[right.offset + (turned ? k * right.rowStride + n : n * right.rowStride + k)];
  }
  return total;
}

/** The output projection of a row of joined heads. */
export function projectedOut(
  { output }: Projections,
  joined: Float64Array,
  { way, bias, dims }: { way: 'kept' | 'missing' | 'transposed'; bias: number; dims: number },
): Float64Array {
  if (way === 'missing') return joined.slice(0, dims);
  const left = { data: joined, offset: 0, rowStride: joined.length };
  return Float64Array.from({ length: dims }, (_, n) => entry({ ...output, left }, 0, n, way === 'transposed', bias));
}
