/** Numbers as a smaller format holds them, rounded to nearest, ties to even (IEEE 754; bfloat16 and TF32 by their mantissas). */

export const FORMATS = ['float32', 'tf32', 'float16', 'bfloat16'] as const;
export type Format = (typeof FORMATS)[number];

/** Bits of the significand with the one that is not written. */
const BITS: Readonly<Record<Format, number>> = { float32: 24, tf32: 11, float16: 11, bfloat16: 8 };

/** The largest relative error of a number that is rounded. */
export function roundoff(format: Format): number {
  return 2 ** -BITS[format];
}

const HALF_MAX = 65504;
const HALF_LEAST_NORMAL = 2 ** -14;
const HALF_STEP = 2 ** -24;

/** Where an implementation keeps its numbers in a smaller format. */
export interface Rounding {
  inputs?: Format;
  /** query·key, before the scale. */
  products?: Format;
  scores?: Format;
  /** What the softmax reads. */
  maskedScores?: Format;
  /** e^(score − max), before the division. */
  exponentials?: Format;
  /** The sum of these as well. */
  sum?: Format;
  weights?: Format;
  /** The running sums of the products of query and key. */
  productSums?: Format;
  /** The running sums of weight·value, or of exponential·value that are divided at the end. */
  outputSums?: Format;
  dividesLast?: boolean;
  /** Whether exponentials are of scores less the largest one of a key, whatever sink there is. */
  ofKeys?: boolean;
  /** Whether what is divided at the end is rounded once more. */
  roundsQuotient?: boolean;
  output?: Format;
}

/** Rounds to a format: by Veltkamp's splitting in float64, with float16's range. */
export function rounder(format: Format): (x: number) => number {
  if (format === 'float32') return Math.fround;
  const factor = 2 ** (53 - BITS[format]) + 1;
  const cut = (x: number) => {
    const spread = factor * x;
    return spread - (spread - x);
  };
  if (format !== 'float16') return (x) => (Number.isFinite(x) ? cut(x) : x);
  return (x) => {
    const size = Math.abs(x);
    if (size < HALF_LEAST_NORMAL) return roundedEven(x / HALF_STEP) * HALF_STEP;
    if (size < HALF_MAX) return cut(x);
    return size >= HALF_MAX + 16 ? Math.sign(x) * Number.POSITIVE_INFINITY : Math.sign(x) * HALF_MAX;
  };
}

function roundedEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest !== 0.5) return rest < 0.5 ? down : down + 1;
  return down % 2 === 0 ? down : down + 1;
}

const asIs = (x: number): number => x;

/** The same where there may be nothing to round to. */
export function rounderOf(format: Format | undefined): (x: number) => number {
  return format === undefined ? asIs : rounder(format);
}
