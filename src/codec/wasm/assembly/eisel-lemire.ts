// Decimal to binary: the float64 nearest to digits · 10^exponent.
//
// D. Lemire, Number Parsing at a Gigabyte per Second (2021), after M. Eisel; that the product needs no more than 128 bits
// of the power of five for digits below 2^64 is proven by N. Mushtak and D. Lemire, Fast Number Parsing Without
// Fallback (2022).
import { POWERS } from './memory';

const LEAST_POWER: i32 = -342;
const GREATEST_POWER: i32 = 308;
const FRACTION_BITS: i32 = 52;
/** Of the product's upper 64 bits: the leading one, which may be missing, the fraction, and one bit to round by. */
const SPARE_BITS: i32 = 64 - FRACTION_BITS - 3;
const BIAS: i32 = 1023;
const INFINITE_EXPONENT: i32 = 2047;

let high: u64 = 0;
let low: u64 = 0;

/** a · b in 128 bits. */
function multiply(a: u64, b: u64): void {
  const a0 = a & 0xffffffff,
    a1 = a >> 32,
    b0 = b & 0xffffffff,
    b1 = b >> 32;
  const p00 = a0 * b0;
  const middle = a1 * b0 + (p00 >> 32);
  const more = a0 * b1 + (middle & 0xffffffff);
  high = a1 * b1 + (middle >> 32) + (more >> 32);
  low = (more << 32) | (p00 & 0xffffffff);
}

/** The float64 nearest to digits · 10^exponent, ties to even; 0 or ∞ beyond the range. */
export function nearestDouble(digits: u64, exponent: i32): f64 {
  if (digits == 0 || exponent < LEAST_POWER) return 0;
  if (exponent > GREATEST_POWER) return Infinity;
  const shift = <i32>clz(digits);
  const normal = digits << shift;
  const power = POWERS + (<usize>(exponent - LEAST_POWER) << 4);
  multiply(normal, load<u64>(power));
  let upper = high,
    lower = low;
  // All ones below the bits that matter: only the lower half of the power tells whether they carry.
  const undecided: u64 = 0xffffffffffffffff >> (FRACTION_BITS + 3);
  if ((upper & undecided) == undecided) {
    multiply(normal, load<u64>(power, 8));
    lower += high;
    if (high > lower) upper++;
  }
  const leading = <i32>(upper >> 63);
  let fraction = upper >> (leading + SPARE_BITS);
  // floor(exponent · log2 10) = exponent + floor(exponent · log2 5), exact in this range.
  let binary = (((152170 + 65536) * exponent) >> 16) + 63 + leading - shift + BIAS;
  if (binary <= 0) {
    // Below the normal numbers.
    if (-binary + 1 >= 64) return 0;
    fraction >>= -binary + 1;
    fraction = (fraction + (fraction & 1)) >> 1;
    // Rounding up may make it normal; its leading one is then the exponent 1.
    return reinterpret<f64>(fraction);
  }
  // Exactly between two numbers, which only powers of five that fit 64 bits can be: to even, so not up.
  if (lower <= 1 && exponent >= -4 && exponent <= 23 && (fraction & 3) == 1) {
    if (fraction << (leading + SPARE_BITS) == upper) fraction &= ~1;
  }
  fraction = (fraction + (fraction & 1)) >> 1;
  if (fraction >= <u64>2 << FRACTION_BITS) {
    fraction = <u64>1 << FRACTION_BITS;
    binary++;
  }
  if (binary >= INFINITE_EXPONENT) return Infinity;
  return reinterpret<f64>((fraction & ~(<u64>1 << FRACTION_BITS)) | (<u64>binary << FRACTION_BITS));
}
