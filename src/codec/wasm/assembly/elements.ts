// The elements of a tensor: read from text and stored, one behind the other, in the region.
import { BACKSLASH, COMMA, LETTER_F, LETTER_T, MINUS, QUOTE, isDigit } from './characters';
import { REGION, REGION_BYTES } from './memory';
import { number, numberEnd, readNumber } from './number';
import { OK, REFILL, REGION_FULL } from './status';
import { AFTER, VALUE, isMinusInfinity, readWord, setState } from './walk';
import { at, end, endOfSpace, isLast, moveTo } from './window';

/** No reason to stop: the next value is not what an element may be. */
export const UNFIT: i32 = -1;

// What the elements may be.
const NUMBERS: i32 = 0;
/** Numbers or booleans, as the first one is. */
const MASK: i32 = 1;
/** Numbers and "-Infinity". */
const BIASES: i32 = 2;
const BOOLEANS: i32 = 3;

let kind: i32 = NUMBERS;
let isWide: bool = false;
/** No more elements than these are stored. */
let limit: i32 = 0;
/** Where the next element is stored. */
let next: usize = REGION;

/** How many elements there are. */
export let total: i32 = 0;
/** The index in its row of the last element that was read. */
export let column: i32 = 0;

export function beginElements(wide: bool, mask: bool, most: i32): void {
  kind = mask ? MASK : NUMBERS;
  isWide = wide;
  limit = most;
  total = 0;
  emptyRegion();
}

/** The host has taken the elements that lay in the region. */
export function emptyRegion(): void {
  next = REGION;
}

export function storedBytes(): i32 {
  return <i32>(next - REGION);
}

export function areBooleans(): bool {
  return kind == BOOLEANS;
}

export function isLimitReached(): bool {
  return total >= limit;
}

/** Counts an element that is not stored. */
export function skipElement(): void {
  total++;
}

/** Reads the element that starts with `character`, and of numbers also those that follow it in its row. */
export function readElements(character: u32, firstColumn: i32): i32 {
  column = firstColumn;
  if (next + 8 > REGION + <usize>REGION_BYTES) return REGION_FULL;
  const isWord = character == LETTER_T || character == LETTER_F;
  if (kind == MASK) kind = isWord ? BOOLEANS : BIASES;
  if (kind == BOOLEANS) return isWord ? readBoolean(character) : UNFIT;
  if (character == MINUS || isDigit(character)) return readNumbers();
  return character == QUOTE && kind == BIASES ? readMinusInfinity() : UNFIT;
}

function readBoolean(character: u32): i32 {
  const status = readWord(character);
  if (status != OK) return status;
  store<u8>(next++, <u8>(character == LETTER_T));
  total++;
  setState(AFTER);
  return OK;
}

/** Reads numbers up to the end of their row, of the window or of the region: nearly all the time goes by here. */
function readNumbers(): i32 {
  let p = at;
  const room = <i32>((REGION + <usize>REGION_BYTES - next) >> (isWide ? 3 : 2));
  const last = min(limit, total + room);
  while (true) {
    const status = readNumber(p);
    if (status != OK) {
      setState(VALUE);
      return status;
    }
    storeNumber(number);
    p = numberEnd;
    if (load<u8>(p) != COMMA) {
      setState(AFTER);
      break;
    }
    column++;
    p++;
    let character = <u32>load<u8>(p);
    if (character <= 0x20) {
      p = endOfSpace(p);
      character = load<u8>(p);
    }
    if ((character != MINUS && !isDigit(character)) || total == last) {
      setState(VALUE);
      break;
    }
  }
  moveTo(p);
  return OK;
}

// @ts-ignore: decorator
@inline
export function storeNumber(value: f64): void {
  if (isWide) {
    store<f64>(next, value);
    next += 8;
  } else {
    store<f32>(next, <f32>value);
    next += 4;
  }
  total++;
}

function readMinusInfinity(): i32 {
  // The longest spelling has an escape of six bytes for each of its nine characters.
  if (at + 56 > end && !isLast) return REFILL;
  const textEnd = endOfMinusInfinity();
  if (textEnd == 0) return UNFIT;
  storeNumber(-Infinity);
  moveTo(textEnd);
  setState(AFTER);
  return OK;
}

/** The end of the text at `at` if it means "-Infinity", in whatever spelling, or 0. */
function endOfMinusInfinity(): usize {
  if (isMinusInfinity()) return at + 11;
  const expected: usize = memory.data<u8>([45, 73, 110, 102, 105, 110, 105, 116, 121]);
  let p = at + 1;
  for (let i: usize = 0; i < 9; i++) {
    const character = <u32>load<u8>(expected + i);
    if (load<u8>(p) == BACKSLASH) {
      // All of it is ASCII, and none of it has an escape of its own: \u00XX.
      if (load<u32>(p) != 0x3030755c || hexValue(load<u8>(p, 4)) != character >> 4) return 0;
      if (hexValue(load<u8>(p, 5)) != (character & 15)) return 0;
      p += 6;
    } else if (load<u8>(p) == character) p++;
    else return 0;
  }
  return load<u8>(p) == QUOTE ? p + 1 : 0;
}

function hexValue(digit: u32): u32 {
  return isDigit(digit) ? digit & 15 : (digit | 0x20) - 0x61 < 6 ? (digit & 7) + 9 : 16;
}
