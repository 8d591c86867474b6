// Binary to decimal: the shortest decimal that rounds to a float32, and of those the nearest to it.
//
// R. Giulietti, The Schubfach way to render doubles (2020), for float32. With 10^k the largest power of ten that is no
// longer than the interval of decimals that round to x, that interval holds at most one multiple of 10^(k+1), and at
// least one of 10^k.
import { POWERS } from './memory';

const LEAST_POWER: i32 = -342;
const FRACTION_BITS: i32 = 23;
const BIAS: i32 = 150;

/** out: x = digits · 10^exponent, where digits may end in zeros. */
export let digits: u32 = 0;
export let exponent: i32 = 0;

/** Finds the decimal of the positive, finite float32 with these bits. */
// @ts-ignore: decorator
@inline
export function findShortest(bits: u32): void {
  const fraction = bits & ((1 << FRACTION_BITS) - 1);
  const biased = <i32>(bits >> FRACTION_BITS);
  // x = c · 2^q.
  const c: u32 = biased == 0 ? fraction : fraction | (1 << FRACTION_BITS);
  const q = max(biased, 1) - BIAS;
  // Below a power of two the numbers are half as far apart.
  const isPower = fraction == 0 && biased > 1;
  // floor(log10 of the interval's length), and floor(log2 10^-k) + 1 + q.
  const k = (q * 1262611 - (isPower ? 524031 : 0)) >> 22;
  const shift = q + ((-k * 1741647) >> 19) + 1;
  const power = powerOfTen(-k);
  // x and the ends of its interval, in quarters of 10^k.
  const lower = scaled(power, (c * 4 - (isPower ? 1 : 2)) << shift) + (c & 1);
  const middle = scaled(power, (c * 4) << shift);
  const upper = scaled(power, (c * 4 + 2) << shift) - (c & 1);
  const below = middle >> 2;
  const tens = below / 10;
  // Selections rather than branches: which decimal it is changes from number to number, and cannot be predicted.
  const isTensDown = lower <= tens * 40;
  const isTensUp = (tens + 1) * 40 <= upper;
  const isDown = lower <= below * 4;
  const isUp = (below + 1) * 4 <= upper;
  // Both, or neither: the nearer one, and of two that are equally near the larger, as toPrecision does.
  const isNextNearer = middle >= below * 4 + 2;
  digits = select(
    (tens + <u32>isTensUp) * 10,
    below + <u32>select(isUp, isNextNearer, isDown != isUp),
    isTensDown != isTensUp,
  );
  exponent = k;
}

/** 10^e · 2^(63 − floor(log2 10^e)), rounded up to a whole number. */
function powerOfTen(e: i32): u64 {
  const power = POWERS + (<usize>(e - LEAST_POWER) << 4);
  return load<u64>(power) + <u64>(load<u64>(power, 8) != 0);
}

/** power · factor / 2^64, where the lowest bit also stands for all that is below it: "rounded to odd". */
function scaled(power: u64, factor: u32): u32 {
  const lower = (power & 0xffffffff) * factor;
  const upper = (power >> 32) * factor + (lower >> 32);
  return <u32>(upper >> 32) | <u32>((upper & 0xffffffff) > 1);
}
