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
/**
 * For a point behind digit −6 to 8, in what order the characters of a number stand: 0 to 8 are its digits, 9 is the point
 * and 10 a zero.
 */
const ARRANGEMENTS: usize = memory.data<u8>([
  10, 9, 10, 10, 10, 10, 10, 0, 1, 2, 3, 4, 5, 6, 7, 8,
  10, 9, 10, 10, 10, 10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 16,
  10, 9, 10, 10, 10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 16,
  10, 9, 10, 10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 16, 16,
  10, 9, 10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 16, 16, 16,
  10, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 16, 16, 16, 16,
  0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 16, 16, 16, 16, 16, 16,
  0, 1, 9, 2, 3, 4, 5, 6, 7, 8, 16, 16, 16, 16, 16, 16,
  0, 1, 2, 9, 3, 4, 5, 6, 7, 8, 16, 16, 16, 16, 16, 16,
  0, 1, 2, 3, 9, 4, 5, 6, 7, 8, 16, 16, 16, 16, 16, 16,
  0, 1, 2, 3, 4, 9, 5, 6, 7, 8, 16, 16, 16, 16, 16, 16,
  0, 1, 2, 3, 4, 5, 9, 6, 7, 8, 16, 16, 16, 16, 16, 16,
  0, 1, 2, 3, 4, 5, 6, 9, 7, 8, 16, 16, 16, 16, 16, 16,
  0, 1, 2, 3, 4, 5, 6, 7, 9, 8, 16, 16, 16, 16, 16, 16,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 16, 16, 16, 16, 16, 16,
]);

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
  let next = from;
  for (let left = count; left > 0; ) {
    if (index > 0) store<u8>(out++, COMMA);
    if (column == 0) out = writeBrackets(OPEN_ARRAY, out);
    // The rest of the row, as far as it is there.
    const run = min(left, width - column);
    for (let i = 0; i < run; i++) {
      if (i > 0) store<u8>(out++, COMMA);
      if (kind == FLOAT32) {
        out = writeFloat32(load<u32>(next), out);
        next += 4;
        if (out == 0) return 0;
      } else if (kind == FLOAT64) {
        out = hostWrite(load<f64>(next), out);
        next += 8;
      } else out = writeBoolean(load<u8>(next++), out);
    }
    left -= run;
    index += run;
    column += run;
    if (column == width) {
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
  // Nine digits: numbers that are not below the normal ones have seven to nine.
  let whole = digits;
  let point = exponent + 8;
  while (whole < 10000000) {
    whole *= 10;
    point--;
  }
  const isEight = whole < 100000000;
  whole = select(whole * 10, whole, isEight);
  point -= <i32>isEight;
  const isSeven = whole < 100000000;
  whole = select(whole * 10, whole, isSeven);
  point -= <i32>isSeven;
  const first = whole / 100000000;
  const others = eightDigits(whole - first * 100000000);
  const count = 9 - <i32>(clz(others) >> 3);
  if (point < LEAST_PLAIN || point > GREATEST_PLAIN) return writeScientific(first, others, count, point, out);
  const characters = i64x2.replace_lane(
    i64x2.splat(first | (others << 8) | ZEROS),
    1,
    (others >> 56) | (<u64>POINT << 8) | 0x300030,
  );
  if (point > 8) {
    v128.store(out, characters);
    v128.store(out, i64x2.splat(ZEROS), 9);
    return out + <usize>(point + 1);
  }
  const arrangement = v128.load(ARRANGEMENTS + (<usize>(point - LEAST_PLAIN) << 4));
  v128.store(out, i8x16.swizzle(characters, arrangement));
  const ones = point + 1;
  return out + <usize>select(count + 1 - min(point, 0), ones, count > ones);
}

/** 1.2345e-7 */
function writeScientific(first: u32, others: u64, count: i32, power: i32, to: usize): usize {
  store<u8>(to, ZERO + first);
  store<u8>(to, POINT, 1);
  store<u64>(to, others | ZEROS, 2);
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
