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

/** How far two rows are apart, number by number; NaN counts as infinite. */
export function differences(one, other) {
  if (one.length !== other.length) throw new Error(`rows of ${one.length} and ${other.length} numbers`);
  return Array.from(one, (x, i) => {
    const difference = Math.abs(x - other[i]);
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  });
}

/** The largest difference between two rows. */
export function largestDifference(one, other) {
  return Math.max(...differences(one, other));
}
