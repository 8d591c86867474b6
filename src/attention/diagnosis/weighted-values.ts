import type { Convention } from './convention.ts';
import { rounderOf } from './rounding.ts';
import type { Softmax } from './softmax.ts';
import type { Rows } from './vectors.ts';

/** Σ weight·value over the keys of a row: its first `dims` numbers. */
export function weightedValues(softmax: Softmax, values: Rows, convention: Convention, dims: number): Float64Array {
  const { blocks, rounding, softmaxOver } = convention;
  if (blocks !== undefined && !softmax.isEmpty && softmaxOver === 'keys') {
    return inBlocks(softmax, values, blocks, dims);
  }
  const output = new Float64Array(dims);
  const dividesLast = rounding.dividesLast === true && !softmax.isEmpty;
  const weights = dividesLast ? softmax.exponentials : softmax.weights;
  const { data } = values;
  const by = rounderOf(rounding.outputSums);
  const isExact = rounding.outputSums === undefined;
  for (let j = 0; j < weights.length; j++) {
    const weight = weights[j];
    if (weight === 0) continue;
    const start = values.start + j * values.stride;
    if (isExact) for (let x = 0; x < dims; x++) output[x] += weight * data[start + x];
    else for (let x = 0; x < dims; x++) output[x] = by(output[x] + weight * data[start + x]);
  }
  const byQuotient = rounderOf(rounding.roundsQuotient === true ? rounding.outputSums : undefined);
  if (dividesLast) for (let x = 0; x < dims; x++) output[x] = byQuotient(output[x] / softmax.sum);
  return output;
}

/** Online softmax (Milakov and Gimelshein 2018) that forgets to rescale what it has when the max grows. */
function inBlocks(
  { scores }: Softmax,
  values: Rows,
  { size, forgets }: { size: number; forgets: 'output' | 'both' },
  dims: number,
): Float64Array {
  const output = new Float64Array(dims);
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let from = 0; from < scores.length; from += size) {
    const to = Math.min(from + size, scores.length);
    let next = max;
    for (let j = from; j < to; j++) next = Math.max(next, scores[j]);
    if (next === Number.NEGATIVE_INFINITY) continue;
    if (forgets === 'output' && max !== Number.NEGATIVE_INFINITY) sum *= Math.exp(max - next);
    max = next;
    for (let j = from; j < to; j++) {
      const exponential = Math.exp(scores[j] - max);
      sum += exponential;
      const start = values.start + j * values.stride;
      for (let x = 0; x < dims; x++) output[x] += exponential * values.data[start + x];
    }
  }
  return output.map((total) => total / sum);
}
