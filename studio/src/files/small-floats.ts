/** Floating-point numbers of 8 and 16 bits: all that there are, as tables. */

interface Format {
  exponentBits: number;
  mantissaBits: number;
  /** Whether the largest exponent is of infinities and NaN, as IEEE 754 has it; else of numbers, and the largest alone is NaN. */
  hasInfinity: boolean;
}

/** IEEE 754 binary16. */
const HALF: Format = { exponentBits: 5, mantissaBits: 10, hasInfinity: true };
/** OCP 8-bit floating point (2023): E5M2 is as IEEE 754, E4M3 has no infinities and ends at 448. */
const E5M2: Format = { exponentBits: 5, mantissaBits: 2, hasInfinity: true };
const E4M3: Format = { exponentBits: 4, mantissaBits: 3, hasInfinity: false };

function floatOf(bits: number, { exponentBits, mantissaBits, hasInfinity }: Format): number {
  const sign = bits >> (exponentBits + mantissaBits) === 0 ? 1 : -1;
  const most = 2 ** exponentBits - 1;
  const exponent = (bits >> mantissaBits) & most;
  const mantissa = bits & (2 ** mantissaBits - 1);
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 0) return sign * mantissa * 2 ** (1 - bias - mantissaBits);
  if (exponent === most && hasInfinity) return mantissa === 0 ? sign * Infinity : Number.NaN;
  if (exponent === most && mantissa === 2 ** mantissaBits - 1) return Number.NaN;
  return sign * (1 + mantissa / 2 ** mantissaBits) * 2 ** (exponent - bias);
}

function tableOf(format: Format): () => Float32Array {
  let table: Float32Array | undefined;
  return () => {
    const bits = 1 + format.exponentBits + format.mantissaBits;
    table ??= Float32Array.from({ length: 2 ** bits }, (_, index) => floatOf(index, format));
    return table;
  };
}

/** By their bits, the values; made when they are first needed. */
export const halfs = tableOf(HALF);
export const e5m2s = tableOf(E5M2);
export const e4m3s = tableOf(E4M3);
