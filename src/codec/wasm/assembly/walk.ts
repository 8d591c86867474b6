// Walks over JSON (RFC 8259), without recursion and from window to window, and judges every byte of it. Only what the host
// asks for is told: the members of one object, the ends of values.
import {
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  LETTER_F,
  LETTER_N,
  LETTER_T,
  LETTER_U,
  MINUS,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  isDigit,
} from './characters';
import { MAX_DEPTH, NESTING } from './memory';
import { numberEnd, readNumber } from './number';
import { NAME_END, NAME_START, setResult } from './results';
import {
  CLOSED,
  ITEM,
  MEMBER,
  OK,
  TEXT_END,
  TOO_DEEP,
  TOO_MANY_ARRAYS,
  TOO_MANY_ITEMS,
  TOO_MANY_OBJECTS,
  VALUE_END,
} from './status';
import { at, end, isLast, moveTo, offsetOf, skipSpace, unexpected } from './window';

// What may come next.
export const VALUE: i32 = 0;
/** A value, or the end of its array. */
export const FIRST_ITEM: i32 = 1;
/** After a value: a comma or a closing bracket, or outside of all brackets the end. */
export const AFTER: i32 = 2;
const NAME: i32 = 3;
const FIRST_NAME: i32 = 4;
const AFTER_NAME: i32 = 5;
/** The value of a member of the watched object, which is told before it is read. */
const MEMBER_VALUE: i32 = 6;
/** The rest of a text, which is a name or a value. */
const IN_NAME: i32 = 7;
const IN_TEXT: i32 = 8;
/** A number that the host has read. */
const PASSED: i32 = 9;

export let state: i32 = VALUE;
/** How many brackets are open. */
export let depth: i32 = 0;
/** Whether a text held anything beyond ASCII, so that its encoding is to be checked. */
let isWide: bool = false;

let arraysLeft: i32 = 0;
let objectsLeft: i32 = 0;
let itemsLeft: i32 = 0;

/** Starts with a new text. */
export function beginWalk(arrays: i32, objects: i32, items: i32): void {
  state = VALUE;
  depth = 0;
  isWide = false;
  arraysLeft = arrays;
  objectsLeft = objects;
  itemsLeft = items;
}

export function hasWideCharacters(): bool {
  return isWide;
}

// @ts-ignore: decorator
@inline
export function setState(next: i32): void {
  state = next;
}

/** The next byte that is no space; −1 when a window is needed, or the text is over. */
export function peek(): i32 {
  skipSpace();
  return at == end ? -1 : load<u8>(at);
}

/**
 * Walks on until a member of the object at depth `watched` begins its value, a value at that depth ends, or the object
 * itself does.
 */
export function walk(watched: i32): i32 {
  while (true) {
    const status = step();
    if (status != OK) return status;
    if (depth > watched) continue;
    if (depth < watched) return CLOSED;
    if (state == AFTER) return VALUE_END;
    if (state == VALUE && load<u8>(NESTING + <usize>depth) != 0) state = MEMBER_VALUE;
  }
}

/** Walks on until an item of the array at depth `watched` begins, or the array itself ends. */
export function walkItems(watched: i32): i32 {
  while (true) {
    if (depth == watched && (state == FIRST_ITEM || state == VALUE)) {
      const character = peek();
      if (character < 0) return unexpected(at);
      if (state == VALUE || character != CLOSE_ARRAY) {
        state = VALUE;
        return ITEM;
      }
    }
    const status = step();
    if (status != OK) return status;
    if (depth < watched) return CLOSED;
  }
}

/** Goes on behind a number that the host has read. */
export function passNumber(): void {
  state = PASSED;
}

/** Moves over one token. */
function step(): i32 {
  if (state == IN_TEXT || state == IN_NAME) return walkText();
  skipSpace();
  const character = <u32>load<u8>(at);
  switch (state) {
    case VALUE:
      return value(character);
    case FIRST_ITEM:
      return character == CLOSE_ARRAY ? close() : value(character);
    case AFTER:
      return after(character);
    case PASSED:
      state = AFTER;
      return OK;
    case AFTER_NAME:
      if (character != COLON) return unexpected(at);
      moveTo(at + 1);
      state = VALUE;
      return OK;
    case MEMBER_VALUE:
      if (at == end) return unexpected(at);
      state = VALUE;
      return MEMBER;
    default:
      if (character == CLOSE_OBJECT && state == FIRST_NAME) return close();
      if (character != QUOTE) return unexpected(at);
      setResult(NAME_START, offsetOf(at));
      return openText(IN_NAME);
  }
}

function value(character: u32): i32 {
  if (character == QUOTE) return openText(IN_TEXT);
  if (character == OPEN_ARRAY) {
    if (arraysLeft-- == 0) return TOO_MANY_ARRAYS;
    return open(FIRST_ITEM);
  }
  if (character == OPEN_OBJECT) {
    if (objectsLeft-- == 0) return TOO_MANY_OBJECTS;
    return open(FIRST_NAME);
  }
  const status = character == MINUS || isDigit(character) ? readNumber(at) : readWord(character);
  if (status != OK) return status;
  state = AFTER;
  if (character == MINUS || isDigit(character)) moveTo(numberEnd);
  return OK;
}

/** Opens an array or an object. */
export function open(next: i32): i32 {
  if (depth == MAX_DEPTH) return TOO_DEEP;
  depth++;
  store<u8>(NESTING + <usize>depth, <u8>(next == FIRST_NAME));
  moveTo(at + 1);
  state = next;
  return OK;
}

// @ts-ignore: decorator
@inline
export function close(): i32 {
  depth--;
  moveTo(at + 1);
  state = AFTER;
  return OK;
}

function after(character: u32): i32 {
  if (depth == 0) return at == end && isLast ? TEXT_END : unexpected(at);
  const isObject = load<u8>(NESTING + <usize>depth) != 0;
  if (character == (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) return close();
  if (character != COMMA) return unexpected(at);
  if (itemsLeft-- == 0) return TOO_MANY_ITEMS;
  moveTo(at + 1);
  state = isObject ? NAME : VALUE;
  return OK;
}

/** Reads true, false or null, and moves behind it. */
export function readWord(character: u32): i32 {
  // The letters after the first, the next one lowest.
  let rest: u32 = 0;
  if (character == LETTER_T) rest = 0x657572;
  else if (character == LETTER_F) rest = 0x65736c61;
  else if (character == LETTER_N) rest = 0x6c6c75;
  else return unexpected(at);
  let p = at + 1;
  for (; rest != 0; rest >>= 8, p++) {
    if (<u32>load<u8>(p) != (rest & 0xff)) return unexpected(p);
  }
  moveTo(p);
  return OK;
}

/** Whether the text that starts at `at` is "-Infinity", as it stands in masks, without any escape. */
export function isMinusInfinity(): bool {
  return load<u64>(at, 1) == 0x74696e69666e492d && load<u16>(at, 9) == 0x2279 && at + 11 <= end;
}

function openText(next: i32): i32 {
  if (!isMinusInfinity() && objectsLeft-- == 0) return TOO_MANY_OBJECTS;
  moveTo(at + 1);
  state = next;
  return OK;
}

/** Moves to the end of a text, sixteen bytes at a time where nothing in them is special. */
function walkText(): i32 {
  let p = at;
  while (true) {
    const bytes = v128.load(p);
    const special = i8x16.bitmask(
      v128.or(
        i8x16.lt_u(bytes, i8x16.splat(0x20)),
        v128.or(i8x16.eq(bytes, i8x16.splat(<i8>QUOTE)), i8x16.eq(bytes, i8x16.splat(<i8>BACKSLASH))),
      ),
    );
    if (i8x16.bitmask(bytes) != 0) isWide = true;
    if (special == 0) {
      p += 16;
      continue;
    }
    p += <usize>ctz(special);
    const character = <u32>load<u8>(p);
    if (character == QUOTE) {
      moveTo(p + 1);
      if (state == IN_NAME) {
        setResult(NAME_END, offsetOf(p + 1));
        state = AFTER_NAME;
      } else state = AFTER;
      return OK;
    }
    moveTo(p);
    if (character != BACKSLASH) return unexpected(p);
    const status = walkEscape();
    if (status != OK) return status;
    p = at;
  }
}

/** Moves over the escape at `at`, which is read as a whole or not at all. */
function walkEscape(): i32 {
  const letter = <u32>load<u8>(at, 1);
  if (letter != LETTER_U) {
    if (!isEscape(letter)) return unexpected(at + 1);
    moveTo(at + 2);
    return OK;
  }
  for (let digit: usize = 2; digit < 6; digit++) {
    if (!isHexDigit(load<u8>(at + digit))) return unexpected(at + digit);
  }
  moveTo(at + 6);
  return OK;
}

function isEscape(letter: u32): bool {
  switch (letter) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f:
    case 0x62:
    case LETTER_F:
    case LETTER_N:
    case 0x72:
    case LETTER_T:
      return true;
    default:
      return false;
  }
}

function isHexDigit(character: u32): bool {
  return isDigit(character) || (character | 0x20) - 0x61 < 6;
}
