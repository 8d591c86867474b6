// A number of JSON (RFC 8259 section 6) → the float64 that JSON.parse gives for it.
import { LETTER_E, MINUS, PLUS, POINT, ZERO, isDigit } from './characters';
import { nearestDouble } from './eisel-lemire';
import { BROKEN, OK } from './status';
import { cutOff, end, isLast, moveTo } from './window';

/** The float64 nearest to the text of a number without a sign; the host's own reading, for the few that nothing else decides. */
// @ts-ignore: decorator
@external('host', 'readNumber')
declare function hostNumber(from: usize, to: usize): f64;

/** Powers of ten that a float64 holds exactly. */
const EXACT_POWERS: usize = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]);
const WHOLE_POWERS: usize = memory.data<u64>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000,
  10000000000000, 100000000000000, 1000000000000000, 10000000000000000,
]);
const MAX_EXACT_POWER: i32 = 22;
const MAX_EXACT_DIGITS: u64 = 1 << 53;
/** So many digits always fit 64 bits. */
const MAX_DIGITS: i32 = 19;
/** Beyond any exponent that matters, even behind a window full of digits. */
const MAX_EXPONENT: i32 = 1000000;
/** Loaded from its n-th byte on, it moves n of sixteen bytes to the end and puts zeros before them. */
const ALIGN: usize = memory.data<u8>([
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
  12, 13, 14, 15,
]);

/** out: the number that was read, and the place behind it. */
export let number: f64 = 0;
export let numberEnd: usize = 0;

/**
 * Reads the number at `start`.
 * @returns OK; BROKEN with `at` moved to the byte that is wrong; REFILL or LONG_NUMBER when it may go on behind the window
 */
// @ts-ignore: decorator
@inline
export function readNumber(start: usize): i32 {
  const isNegative = load<u8>(start) == MINUS;
  const first = start + <usize>isNegative;
  let p = first;
  let digit = <u32>load<u8>(p) - ZERO;
  if (digit > 9) return broken(start, p);
  let digits: u64 = digit;
  p++;
  let next = <u32>load<u8>(p);
  // A zero stands alone: what follows it is judged by whoever reads on. Most numbers have their point here.
  if (next != POINT && digit != 0) {
    for (digit = next - ZERO; digit <= 9; digit = next - ZERO) {
      digits = digits * 10 + digit;
      next = load<u8>(++p);
    }
  }
  let count = <i32>(p - first);
  let places = 0;
  if (next == POINT) {
    p++;
    // Up to sixteen digits at once, without a branch on how many there are.
    const values = i8x16.sub(v128.load(p), i8x16.splat(<i8>ZERO));
    const run = <i32>ctz(~i8x16.bitmask(i8x16.le_u(values, i8x16.splat(9))));
    if (run == 0) return broken(start, p);
    digits = digits * load<u64>(WHOLE_POWERS + (<usize>run << 3)) + valueOf(values, run);
    p += <usize>run;
    places = run;
    next = load<u8>(p);
    if (run == 16) {
      for (digit = next - ZERO; digit <= 9; digit = next - ZERO) {
        digits = digits * 10 + digit;
        places++;
        next = load<u8>(++p);
      }
    }
    count += places;
  }
  let power = 0;
  const mantissaEnd = p;
  if ((next | 0x20) == LETTER_E) {
    next = load<u8>(++p);
    const isSmall = next == MINUS;
    if (isSmall || next == PLUS) next = load<u8>(++p);
    if (!isDigit(next)) return broken(start, p);
    for (; isDigit(next); next = load<u8>(++p)) {
      if (power < MAX_EXPONENT) power = power * 10 + <i32>(next - ZERO);
    }
    if (isSmall) power = -power;
  }
  if (p == end && !isLast) return cutOff(start);
  numberEnd = p;
  const exponent = power - places;
  let size: f64;
  if (count > MAX_DIGITS) size = manyDigits(first, mantissaEnd, power, p);
  else if (digits <= MAX_EXACT_DIGITS && exponent >= -MAX_EXACT_POWER && exponent <= MAX_EXACT_POWER) {
    // Both are exact, so one operation rounds once (W. Clinger, How to Read Floating Point Numbers Accurately, 1990).
    const whole = <f64>(<i64>digits);
    size = exponent < 0 ? whole / exactPower(-exponent) : whole * exactPower(exponent);
  } else size = nearestDouble(digits, exponent);
  number = select<f64>(-size, size, isNegative);
  return OK;
}

// @ts-ignore: decorator
@inline
function exactPower(exponent: i32): f64 {
  return load<f64>(EXACT_POWERS + (<usize>exponent << 3));
}

/** The whole number that the first `count` of sixteen digits make. */
// @ts-ignore: decorator
@inline
function valueOf(digits: v128, count: i32): u64 {
  const aligned = i8x16.swizzle(digits, v128.load(ALIGN + <usize>count));
  // Neighbours join: 16 × 1 digit → 8 × 2 → 4 × 4 → 2 × 8.
  const twos = i16x8.add(
    i16x8.mul(v128.and(aligned, i16x8.splat(0xff)), i16x8.splat(10)),
    i16x8.shr_u(aligned, 8),
  );
  const fours = i32x4.dot_i16x8_s(twos, i32x4.splat(0x00010064));
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, fours), i32x4.splat(0x00012710));
  const both = <u64>i64x2.extract_lane(eights, 0);
  return (both & 0xffffffff) * 100000000 + (both >> 32);
}

function broken(start: usize, place: usize): i32 {
  if (place == end && !isLast) return cutOff(start);
  moveTo(place);
  return BROKEN;
}

/**
 * A number of so many digits that 64 bits may not hold them. Nineteen significant ones nearly always tell: when they and
 * the next whole number round to the same float64, so does all that lies between.
 */
function manyDigits(first: usize, mantissaEnd: usize, power: i32, numberEnd: usize): f64 {
  let digits: u64 = 0;
  let count = 0;
  let exponent = power;
  let isCut = false;
  let isFraction = false;
  for (let p = first; p < mantissaEnd; p++) {
    const digit = <u32>load<u8>(p) - ZERO;
    if (digit > 9) {
      isFraction = true;
      continue;
    }
    if (count == MAX_DIGITS) {
      if (digit != 0) isCut = true;
      if (!isFraction) exponent++;
      continue;
    }
    digits = digits * 10 + digit;
    if (digits != 0) count++;
    if (isFraction) exponent--;
  }
  const size = nearestDouble(digits, exponent);
  if (!isCut || size == nearestDouble(digits + 1, exponent)) return size;
  return hostNumber(first, numberEnd);
}
