/** Numbers as JSON text: the shortest decimal that reads back to the same number. */

/** 10^0 to 10^46: from the ninth digit of the smallest normal float32 to the first of the largest. */
const POWERS_OF_TEN = Array.from({ length: 47 }, (_, exponent) => Number(`1e${exponent}`));
const MAX_EXACT_POWER = 22;
const SMALLEST_NORMAL = 2 ** -126;
const ZERO = 0x30;
const POINT = 0x2e;
const PLUS = 0x2b;
const MINUS = 0x2d;
const LETTER_E = 0x65;

/** Room that any number may need: a float64 has 17 digits, a sign, a point and an exponent of five characters. */
export const MAX_NUMBER_BYTES = 32;

const floatOf = new Float32Array(1);
const bitsOf = new Uint32Array(floatOf.buffer);

/** Writes `x`, which is a float32, at `at` and returns the index behind it. */
export function writeFloat32(x: number, bytes: Uint8Array, at: number): number {
  const magnitude = x < 0 ? -x : x;
  // Also false for NaN.
  if (!(magnitude >= SMALLEST_NORMAL && magnitude < Number.POSITIVE_INFINITY)) return writeRareFloat32(x, bytes, at);

  // Six to nine significant digits: six always survive a normal float32, nine always tell it (IEEE 754 section 5.12.2).
  floatOf[0] = magnitude;
  let exponent = Math.floor(((bitsOf[0] >>> 23) - 127) * Math.LOG10E * Math.LN2);
  if (magnitude >= tenTo(exponent + 1)) exponent++;
  for (let k = 5 - exponent; k <= 8 - exponent; k++) {
    const digits = k >= 0 ? Math.round(magnitude * POWERS_OF_TEN[k]) : Math.round(magnitude / POWERS_OF_TEN[-k]);
    const decimal = k >= 0 ? digits / POWERS_OF_TEN[k] : digits * POWERS_OF_TEN[-k];
    if (Math.fround(decimal) !== magnitude) continue;
    // Two exact doubles give the double nearest to digits / 10^k, which is what reading the text gives. Powers above
    // 10^22 are not exact: there, only reading tells.
    if (Math.abs(k) > MAX_EXACT_POWER && Math.fround(Number(`${digits}e${-k}`)) !== magnitude) continue;
    if (x < 0) bytes[at++] = MINUS;
    return writeDecimal(digits, k, bytes, at);
  }
  return writeRareFloat32(x, bytes, at);
}

/** Writes a float64. */
export function writeFloat64(x: number, bytes: Uint8Array, at: number): number {
  if (x === 0 || !Number.isFinite(x)) return writeSpecial(x, bytes, at);
  return writeAscii(String(x), bytes, at);
}

function tenTo(exponent: number): number {
  return exponent >= 0 ? POWERS_OF_TEN[exponent] : 1 / POWERS_OF_TEN[-exponent];
}

/** Writes digits · 10^−k without trailing zeros, in the notation of JavaScript's own String(). */
function writeDecimal(digits: number, k: number, bytes: Uint8Array, at: number): number {
  // An int32: at most 10^9, and the remainder of a double would take as long as all the rest.
  let whole = digits | 0;
  let places = k;
  while (whole % 10 === 0) {
    whole = (whole / 10) | 0;
    places--;
  }
  let count = 1;
  while (whole >= POWERS_OF_TEN[count]) count++;
  const exponent = count - 1 - places;
  if (exponent < -6 || exponent > 20) return writeScientific(whole, { count, exponent }, bytes, at);
  if (places <= 0) {
    bytes.fill(ZERO, at + count, at + count - places);
    writeDigits(whole, count, bytes, at);
    return at + count - places;
  }
  if (places < count) {
    const scale = POWERS_OF_TEN[places];
    const integer = (whole / scale) | 0;
    writeDigits(integer, count - places, bytes, at);
    bytes[at + count - places] = POINT;
    writeDigits(whole - integer * scale, places, bytes, at + count - places + 1);
    return at + count + 1;
  }
  bytes[at] = ZERO;
  bytes[at + 1] = POINT;
  writeDigits(whole, places, bytes, at + 2);
  return at + 2 + places;
}

/** 12345 with an exponent of −7 is 1.2345e-7. */
function writeScientific(
  whole: number,
  { count, exponent }: { count: number; exponent: number },
  bytes: Uint8Array,
  at: number,
): number {
  writeDigits(whole, count, bytes, at + 1);
  bytes[at] = bytes[at + 1];
  bytes[at + 1] = POINT;
  let end = count === 1 ? at + 1 : at + count + 1;
  bytes[end++] = LETTER_E;
  bytes[end++] = exponent < 0 ? MINUS : PLUS;
  const size = Math.abs(exponent);
  const exponentDigits = size < 10 ? 1 : 2;
  writeDigits(size, exponentDigits, bytes, end);
  return end + exponentDigits;
}

/** Writes a whole number in exactly `count` digits, with zeros before it. */
function writeDigits(whole: number, count: number, bytes: Uint8Array, at: number): void {
  let rest = whole;
  for (let i = at + count - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0;
    bytes[i] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
}

/** Zeros, infinities, and the numbers below the normal ones, which have fewer than six digits. */
function writeRareFloat32(x: number, bytes: Uint8Array, at: number): number {
  if (x === 0 || !Number.isFinite(x)) return writeSpecial(x, bytes, at);
  let precision = 1;
  while (precision < 9 && Math.fround(Number(x.toPrecision(precision))) !== x) precision++;
  return writeAscii(String(Number(x.toPrecision(precision))), bytes, at);
}

/** Zeros, of which JSON can tell both, and what JSON has no number for. */
function writeSpecial(x: number, bytes: Uint8Array, at: number): number {
  if (x === 0) return writeAscii(Object.is(x, -0) ? '-0' : '0', bytes, at);
  if (Number.isNaN(x)) throw new Error('an answer holds NaN');
  return writeAscii(x > 0 ? '"Infinity"' : '"-Infinity"', bytes, at);
}

function writeAscii(text: string, bytes: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}
