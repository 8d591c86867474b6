import { codesFor, type Encoding } from './encoding.ts';

const SINUSOID_DIMS = 64;
const SINUSOID_BASE = 10_000;

/** How much of the score each position of distance takes: at temperature 0.1, half a unit, as the steepest of 8 ALiBi heads. */
export const ALIBI_SLOPE = 0.05;

/**
 * Near tokens look at each other: sines and cosines of the position (Vaswani et al. 2017), scaled to length 1. The score is
 * the mean of cos(distance / base^(2k/dims)), 1 at the same position.
 */
export const sinusoidalEncoding: Encoding = {
  dims: SINUSOID_DIMS,
  query: writeSinusoids,
  key: writeSinusoids,
};

/** Positions by ALiBi alone: q and k are zero, and the distance is taken off the score. */
export const noEncoding: Encoding = { dims: 1, query: () => {}, key: () => {} };

/** Each token looks at the one before it: k is a code of the position, q the code of the position before. */
export function previousTokenEncoding(length: number): Encoding {
  const codes = codesFor(length);
  return {
    dims: codes.dims,
    query: (row, into) => row > 0 && codes.write(row - 1, into),
    key: codes.write,
  };
}

function writeSinusoids(position: number, into: Float32Array): void {
  const size = 1 / Math.sqrt(SINUSOID_DIMS / 2);
  for (let k = 0; k < SINUSOID_DIMS; k += 2) {
    const angle = position / SINUSOID_BASE ** (k / SINUSOID_DIMS);
    into[k] = size * Math.sin(angle);
    into[k + 1] = size * Math.cos(angle);
  }
}
