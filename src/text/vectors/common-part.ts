/**
 * "All but the top" (Mu & Viswanath, ICLR 2018): raw word vectors share a mean and a few directions that tell frequency, not
 * meaning. Without them, cosines tell words apart.
 */
export interface CommonPart {
  /** [dims] */
  mean: Float32Array;
  /** [directions, dims], orthogonal unit vectors */
  directions: Float32Array;
}

/** The most rounds of power iteration; GloVe needs some hundred. */
const MAX_ROUNDS = 10_000;
const CONVERGED = 1e-12;

/** The mean and the first `count` principal components of `vectors`, `[n, dims]`. */
export function commonPartOf(vectors: Float64Array, dims: number, count: number): CommonPart {
  const n = vectors.length / dims;
  const mean = new Float64Array(dims);
  for (let i = 0; i < vectors.length; i++) mean[i % dims] += vectors[i] / n;
  const covariance = covarianceOf(vectors, mean);
  const found: Float64Array[] = [];
  while (found.length < count) found.push(principalDirection(covariance, dims, found));
  return { mean: Float32Array.from(mean), directions: Float32Array.from(found.flatMap((u) => [...u])) };
}

/** Takes the common part out of a vector of `dims` numbers, in place; gives how far it went along each direction. */
export function removeCommonPart({ mean, directions }: CommonPart, vector: Float32Array | Float64Array): number[] {
  const dims = mean.length;
  const found: number[] = [];
  for (let k = 0; k < dims; k++) vector[k] -= mean[k];
  for (let start = 0; start < directions.length; start += dims) {
    let along = 0;
    for (let k = 0; k < dims; k++) along += vector[k] * directions[start + k];
    for (let k = 0; k < dims; k++) vector[k] -= along * directions[start + k];
    found.push(along);
  }
  return found;
}

function covarianceOf(vectors: Float64Array, mean: Float64Array): Float64Array {
  const dims = mean.length;
  const covariance = new Float64Array(dims * dims);
  for (let start = 0; start < vectors.length; start += dims) {
    for (let a = 0; a < dims; a++) {
      const x = vectors[start + a] - mean[a];
      for (let b = 0; b < dims; b++) covariance[a * dims + b] += x * (vectors[start + b] - mean[b]);
    }
  }
  return covariance;
}

/** The direction of most variance that is orthogonal to those found, by power iteration. */
function principalDirection(covariance: Float64Array, dims: number, found: readonly Float64Array[]): Float64Array {
  // Any start that is not orthogonal to the answer will do.
  let direction = unit(Float64Array.from({ length: dims }, (_, k) => Math.sin(k + 1)));
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = new Float64Array(dims);
    for (let a = 0; a < dims; a++) for (let b = 0; b < dims; b++) next[a] += covariance[a * dims + b] * direction[b];
    for (const other of found) {
      const along = dot(next, other);
      for (let k = 0; k < dims; k++) next[k] -= along * other[k];
    }
    unit(next);
    const change = 1 - Math.abs(dot(next, direction));
    direction = next;
    if (change < CONVERGED) break;
  }
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector));
  for (let k = 0; k < vector.length; k++) vector[k] /= length;
  return vector;
}
