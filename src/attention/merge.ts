import type { Floats } from '../tensor/tensor.ts';
import { hasWeight } from './empty-row.ts';

/** Softmax results of a number of rows over some of their keys: normalised output, max and sum of exp(score − max). */
export interface PartialRows {
  output: Floats;
  outputOffset: number;
  outputStride: number;
  max: Float64Array;
  sum: Float64Array;
  rowOffset: number;
}

/**
 * Merges `part` into `whole`, row by row, as if the softmax had run over the keys of both:
 * each output counts by its share of the joint sum (log-sum-exp merge, as in FlashDecoding). Rows that saw nothing weigh 0.
 */
export function mergeRows(whole: PartialRows, part: PartialRows, rows: number, valueDim: number): void {
  for (let r = 0; r < rows; r++) {
    const w = whole.rowOffset + r;
    const p = part.rowOffset + r;
    if (!hasWeight(part.sum[p])) continue;
    const max = Math.max(whole.max[w], part.max[p]);
    const wholeSum = hasWeight(whole.sum[w]) ? whole.sum[w] * Math.exp(whole.max[w] - max) : 0;
    const partSum = part.sum[p] * Math.exp(part.max[p] - max);
    const sum = wholeSum + partSum;
    const wholeShare = wholeSum / sum;
    const partShare = partSum / sum;
    const to = whole.outputOffset + r * whole.outputStride;
    const from = part.outputOffset + r * part.outputStride;
    for (let x = 0; x < valueDim; x++) {
      whole.output[to + x] = whole.output[to + x] * wholeShare + part.output[from + x] * partShare;
    }
    whole.max[w] = max;
    whole.sum[w] = sum;
  }
}
