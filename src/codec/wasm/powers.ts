/** Powers of five as the conversions between decimal and binary need them (see assembly/eisel-lemire.ts). */

/** The range in which digits below 2^64 times a power of ten are neither 0 nor infinite in float64. */
const LEAST_POWER = -342;
const GREATEST_POWER = 308;
const LEAST_ROUNDED_UP = -27;
const BITS = 128n;

/**
 * The leading 128 bits of 5^q for each q from −342 to 308, the upper 64 first. They are cut off, but for −27 ≤ q < 0
 * rounded up, as the proof of the method asks: there a product may lie exactly between two numbers.
 */
export function powersOfFive(): BigUint64Array<ArrayBuffer> {
  const halves = new BigUint64Array(2 * (GREATEST_POWER - LEAST_POWER + 1));
  for (let q = LEAST_POWER; q <= GREATEST_POWER; q++) {
    const bits = leadingBits(q);
    halves[2 * (q - LEAST_POWER)] = bits >> 64n;
    halves[2 * (q - LEAST_POWER) + 1] = bits;
  }
  return halves;
}

function leadingBits(q: number): bigint {
  const power = 5n ** BigInt(Math.abs(q));
  const length = BigInt(power.toString(2).length);
  if (q >= 0) return length <= BITS ? power << (BITS - length) : power >> (length - BITS);
  // 2^(length − 1) < 5^−q < 2^length, so the quotient has 128 bits.
  return (1n << (length + BITS - 1n)) / power + (q >= LEAST_ROUNDED_UP ? 1n : 0n);
}
