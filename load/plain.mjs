// The textbook formula in float64 for single rows: what every answer is compared with.

/** softmax(q·kᵀ/√dim) v for query row `row` of one head; with `causal` it sees keys 0 to row. */
export function plainRow({ q, k, v, keys, dim, causal }, row) {
  const seen = causal ? Math.min(keys, row + 1) : keys;
  const scores = new Float64Array(seen);
  for (let j = 0; j < seen; j++) {
    let dot = 0;
    for (let x = 0; x < dim; x++) dot += q[row * dim + x] * k[j * dim + x];
    scores[j] = dot / Math.sqrt(dim);
  }
  const max = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  const output = new Float64Array(dim);
  for (let j = 0; j < seen; j++) {
    const weight = Math.exp(scores[j] - max);
    sum += weight;
    for (let x = 0; x < dim; x++) output[x] += weight * v[j * dim + x];
  }
  return output.map((x) => x / sum);
}

/** The largest difference between two rows; NaN counts as infinite. */
export function largestDifference(one, other) {
  let largest = one.length === other.length ? 0 : Number.POSITIVE_INFINITY;
  for (let x = 0; x < one.length; x++) {
    const difference = Math.abs(one[x] - other[x]);
    largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(largest, difference);
  }
  return largest;
}
