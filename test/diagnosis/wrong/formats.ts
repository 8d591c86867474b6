/** Numbers rounded to what a floating-point format holds, to nearest, ties to even (IEEE 754-2019 section 4.3.1). */

export type Format = 'float16' | 'bfloat16' | 'tf32' | 'float32';

/** Bits of the significand with the hidden one, the exponent of the least normal number, and the largest number. */
const FORMATS: Record<Format, { bits: number; leastExponent: number; largest: number }> = {
  float16: { bits: 11, leastExponent: -14, largest: 65504 },
  bfloat16: { bits: 8, leastExponent: -126, largest: (2 - 2 ** -7) * 2 ** 127 },
  // NVIDIA's A100: the 10 bits of half, the exponents of single.
  tf32: { bits: 11, leastExponent: -126, largest: (2 - 2 ** -10) * 2 ** 127 },
  float32: { bits: 24, leastExponent: -126, largest: (2 - 2 ** -23) * 2 ** 127 },
};

export function rounded(number: number, to: Format): number {
  if (!Number.isFinite(number) || number === 0) return number;
  const { bits, leastExponent, largest } = FORMATS[to];
  let exponent = Math.floor(Math.log2(Math.abs(number)));
  // log2 may round up to the next whole number.
  if (2 ** exponent > Math.abs(number)) exponent--;
  const step = 2 ** (Math.max(exponent, leastExponent) - bits + 1);
  const result = toEven(number / step) * step;
  return Math.abs(result) > largest ? Math.sign(number) * Number.POSITIVE_INFINITY : result;
}

function toEven(number: number): number {
  const below = Math.floor(number);
  const rest = number - below;
  if (rest !== 0.5) return Math.round(number);
  return below % 2 === 0 ? below : below + 1;
}
