// Numbers in nested arrays as JSON text.
import { CLOSE_ARRAY, COMMA, LETTER_E, MINUS, OPEN_ARRAY, PLUS, POINT, QUOTE, ZERO } from './characters';
import { SIZES } from './memory';
import { digits, exponent, findShortest } from './shortest';

/** Writes a float64 as text at `to` and gives the place behind it: the host has a printer of its own for these. */
// @ts-ignore: decorator
@external('host', 'writeNumber')
declare function hostWrite(value: f64, to: usize): usize;

const FLOAT32: i32 = 0;
const FLOAT64: i32 = 1;

const INFINITE: u32 = 0x7f800000;
/** Beyond these powers of ten JavaScript's String() turns to an exponent. */
const LEAST_PLAIN: i32 = -6;
const GREATEST_PLAIN: i32 = 20;
const ZEROS: u64 = 0x3030303030303030;
/** 0.000000 */
const SMALL: u64 = 0x3030303030302e30;

/** How many of `SIZES` there are. */
let axes: i32 = 0;
let width: i32 = 1;
/** The element that comes next, in all and in its row. */
let index: i32 = 0;
let column: i32 = 0;

/** Starts with a tensor of this rank, whose sizes the host has put in `SIZES`. */
export function beginWriting(rank: i32): void {
  axes = rank;
  width = rank == 0 ? 1 : load<i32>(SIZES);
  index = 0;
  column = 0;
}

/** Writes the next `count` elements, with the brackets around them. Returns the place behind them, or 0 when one is NaN. */
export function writeElements(from: usize, count: i32, kind: i32, to: usize): usize {
  let out = to;
  for (let i: usize = 0; i < <usize>count; i++) {
    if (index > 0) store<u8>(out++, COMMA);
    if (column == 0) out = writeBrackets(OPEN_ARRAY, out);
    if (kind == FLOAT32) {
      out = writeFloat32(load<u32>(from + (i << 2)), out);
      if (out == 0) return 0;
    } else if (kind == FLOAT64) out = hostWrite(load<f64>(from + (i << 3)), out);
    else out = writeBoolean(load<u8>(from + i), out);
    index++;
    if (++column == width) {
      column = 0;
      out = writeBrackets(CLOSE_ARRAY, out);
    }
  }
  return out;
}

/** Each array that starts or ends at this element has a bracket. */
function writeBrackets(bracket: u32, to: usize): usize {
  let out = to;
  for (let axis = 0; axis < axes; axis++) {
    if (index % load<i32>(SIZES + (<usize>axis << 2)) != 0) break;
    store<u8>(out++, bracket);
  }
  return out;
}

function writeBoolean(value: u32, to: usize): usize {
  // true, or fals and e.
  store<u32>(to, value != 0 ? 0x65757274 : 0x736c6166);
  if (value != 0) return to + 4;
  store<u8>(to, LETTER_E, 4);
  return to + 5;
}

/** Writes a float32 in its shortest form, as String() would; 0 for NaN. */
function writeFloat32(bits: u32, to: usize): usize {
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= INFINITE) return magnitude == INFINITE ? writeInfinity(bits != magnitude, to) : 0;
  store<u8>(to, MINUS);
  let out = to + <usize>(bits >> 31);
  if (magnitude == 0) {
    store<u8>(out, ZERO);
    return out + 1;
  }
  findShortest(magnitude);
  // Up to nine digits as bytes, the first one lowest, without zeros before them.
  const first = digits / 100000000;
  let low = eightDigits(digits - first * 100000000);
  let ninth: u32 = 0;
  let point: i32;
  if (first != 0) {
    ninth = <u32>(low >> 56);
    low = (low << 8) | first;
    point = exponent + 8;
  } else {
    const zeros = ctz(low) & ~7;
    low >>= zeros;
    point = exponent + 7 - <i32>(zeros >> 3);
  }
  const count = ninth != 0 ? 9 : 8 - <i32>(clz(low) >> 3);
  low |= ZEROS;
  ninth |= ZERO;

  if (point < 0 && point >= LEAST_PLAIN) {
    store<u64>(out, SMALL);
    out += <usize>(1 - point);
    store<u64>(out, low);
    store<u8>(out, ninth, 8);
    return out + <usize>count;
  }
  if (point < LEAST_PLAIN || point > GREATEST_PLAIN) return writeScientific(low, ninth, count, point, out);
  store<u64>(out, low);
  if (point + 1 >= count) {
    store<u8>(out, ninth, 8);
    v128.store(out, i64x2.splat(ZEROS), 9);
    return out + <usize>(point + 1);
  }
  // What stands behind the point moves by one.
  const tail = out + <usize>(point + 1);
  store<u64>(tail, low >> (<u64>(point + 1) << 3), 1);
  store<u8>(out, ninth, 9);
  store<u8>(tail, POINT);
  return out + <usize>(count + 1);
}

/** 1.2345e-7 */
function writeScientific(low: u64, ninth: u32, count: i32, power: i32, to: usize): usize {
  store<u8>(to, <u8>low);
  store<u8>(to, POINT, 1);
  store<u64>(to, low >> 8, 2);
  store<u8>(to, ninth, 9);
  let out = to + <usize>(count == 1 ? 1 : count + 1);
  store<u8>(out, LETTER_E);
  store<u8>(out, power < 0 ? MINUS : PLUS, 1);
  out += 2;
  const size = <u32>abs(power);
  if (size >= 10) store<u8>(out++, ZERO + size / 10);
  store<u8>(out, ZERO + (size % 10));
  return out + 1;
}

function writeInfinity(isNegative: bool, to: usize): usize {
  store<u8>(to, QUOTE);
  store<u8>(to, MINUS, 1);
  const out = to + 1 + <usize>isNegative;
  // Infinity
  store<u64>(out, 0x7974696e69666e49);
  store<u8>(out, QUOTE, 8);
  return out + 9;
}

/** The digits of a number below 10^8 in eight bytes, the first one lowest: halves, quarters and eighths side by side. */
// @ts-ignore: decorator
@inline
function eightDigits(whole: u32): u64 {
  const upper = whole / 10000;
  const fours = <u64>upper | (<u64>(whole - upper * 10000) << 32);
  // x / 100 for x below 10^4, x / 10 for x below 100, by multiplication and shift.
  const hundreds = ((fours * 10486) >> 20) & 0x0000007f0000007f;
  const twos = hundreds | ((fours - 100 * hundreds) << 16);
  const tens = ((twos * 103) >> 10) & 0x000f000f000f000f;
  return tens | ((twos - 10 * tens) << 8);
}
