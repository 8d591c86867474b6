/** Of each key over all queries: the largest score, and Σ e^(score − max). */
export interface Columns {
  max: Float64Array;
  sum: Float64Array;
}

/** @returns with the bytes that they take */
export function columnSums(
  rowOf: (row: number) => Float64Array,
  rows: number,
  keys: number,
): Columns & { byteLength: number } {
  const max = new Float64Array(keys).fill(Number.NEGATIVE_INFINITY);
  const sum = new Float64Array(keys);
  for (let row = 0; row < rows; row++) {
    const scores = rowOf(row);
    for (let j = 0; j < keys; j++) {
      const score = scores[j];
      if (score === Number.NEGATIVE_INFINITY) continue;
      if (score > max[j]) {
        sum[j] = sum[j] * Math.exp(max[j] - score) + 1;
        max[j] = score;
      } else sum[j] += Math.exp(score - max[j]);
    }
  }
  return { max, sum, byteLength: max.byteLength + sum.byteLength };
}
