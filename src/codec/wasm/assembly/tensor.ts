// Reads nested arrays of numbers, finds their shape on the way, and says what does not fit it.
// Everything is read to its end even so: whether the text is JSON at all comes before what it means.
import { CLOSE_ARRAY, COMMA, OPEN_ARRAY } from './characters';
import {
  UNFIT,
  areBooleans,
  beginElements,
  column,
  isLimitReached,
  readElements,
  skipElement,
  storeNumber,
  storedBytes,
  total,
} from './elements';
import {
  FAULT,
  FAULT_CHARACTER,
  FAULT_DEPTH,
  FAULT_LENGTH,
  FAULT_PATH,
  IS_BOOLEAN,
  RANK,
  SHAPE,
  STORED_BYTES,
  TOTAL,
  result,
  setResult,
} from './results';
import { OK, VALUE_END } from './status';
import {
  AFTER,
  FIRST_ITEM,
  VALUE,
  beginWalk,
  close,
  depth,
  open,
  passNumber as passOver,
  setState,
  state,
  walk,
} from './walk';
import { at, end, moveTo, skipSpace, unexpected } from './window';

const MAX_RANK: i32 = 4;
const UNKNOWN: i32 = -1;

// What can be wrong, in the order in which it is told; of the same kind the first. Between FAULT_EMPTY and FAULT_LIMIT
// stand the axes 1 to 3: an item there is no array, or none of the length of the first.
const FAULT_EMPTY: i32 = 0;
const FAULT_LIMIT: i32 = 4;
const FAULT_ELEMENT: i32 = 5;
const NO_FAULT: i32 = 6;

/** The rank, 0 until a first element is found. */
let rank: i32 = 0;
/** How many brackets of the tensor are open, and how many were before it. */
let level: i32 = 0;
let outside: i32 = 0;
/** The index of the current item in the open array of each level. */
const indices: usize = memory.data(16);
/** Whether a value is passed over, up to its end at `passDepth`. */
let isPassing: bool = false;
let passDepth: i32 = 0;

/** Starts with a new text, which may hold so many arrays, objects (names, objects and texts) and commas outside of tensors. */
export function begin(arrays: i32, objects: i32, items: i32): void {
  // The last text may have ended inside of a tensor.
  level = 0;
  isPassing = false;
  beginWalk(arrays, objects, items);
}

/**
 * Starts with the array at the next value. `wide` stores float64, `mask` allows booleans and "-Infinity", `list` takes a
 * flat list of any length, and no more than `most` elements are stored.
 */
export function beginTensor(wide: bool, mask: bool, list: bool, most: i32): void {
  rank = list ? 1 : 0;
  for (let axis = 0; axis < MAX_RANK; axis++) setResult(SHAPE + axis, UNKNOWN);
  setResult(FAULT, NO_FAULT);
  level = 0;
  outside = depth;
  isPassing = false;
  beginElements(wide, mask, most);
}

/** Reads on until the array has ended, or the host is needed. */
export function readTensor(): i32 {
  while (true) {
    let status = isPassing ? pass() : step();
    if (status == OK && level == 0 && state == AFTER) status = VALUE_END;
    if (status == OK) continue;
    setResult(RANK, rank);
    setResult(TOTAL, total);
    setResult(IS_BOOLEAN, <i32>areBooleans());
    setResult(STORED_BYTES, storedBytes());
    return status;
  }
}

/** Takes a number that the host has read, in a tensor or not. */
export function passNumber(value: f64): void {
  if (level == 0 || isPassing) {
    passOver();
    return;
  }
  storeNumber(value);
  setState(AFTER);
}

function step(): i32 {
  skipSpace();
  const character = <u32>load<u8>(at);
  if (state == AFTER) {
    if (character == CLOSE_ARRAY) return closeLevel();
    if (character != COMMA) return unexpected(at);
    setIndex(level - 1, index(level - 1) + 1);
    moveTo(at + 1);
    setState(VALUE);
    return OK;
  }
  if (character == OPEN_ARRAY && (rank == 0 || level < rank)) return openLevel();
  if (character == CLOSE_ARRAY && state == FIRST_ITEM) return closeLevel();
  return at == end ? unexpected(at) : item(character);
}

function openLevel(): i32 {
  if (level == MAX_RANK) {
    report(FAULT_EMPTY, OPEN_ARRAY, 0);
    return abandon();
  }
  setIndex(level, 0);
  level++;
  return open(FIRST_ITEM);
}

function closeLevel(): i32 {
  level--;
  const length = state == FIRST_ITEM ? 0 : index(level) + 1;
  close();
  const expected = result(SHAPE + level);
  if (expected == UNKNOWN) {
    setResult(SHAPE + level, length);
    if (length == 0 && rank == 0) {
      report(FAULT_EMPTY, CLOSE_ARRAY, 0);
      return abandon();
    }
  } else if (length != expected) report(level, OPEN_ARRAY, length);
  return OK;
}

/** Reads what is no array, or is one where an element must be. */
function item(character: u32): i32 {
  if (rank == 0) rank = level;
  if (level < rank) {
    report(level, character, 0);
    return passItem();
  }
  if (isLimitReached()) {
    report(FAULT_LIMIT, character, 0);
    skipElement();
    return passItem();
  }
  const status = readElements(character, index(level - 1));
  setIndex(level - 1, column);
  if (status != UNFIT) return status;
  report(FAULT_ELEMENT, character, 0);
  skipElement();
  return passItem();
}

/** Passes over an item that does not fit. */
function passItem(): i32 {
  isPassing = true;
  passDepth = depth;
  return OK;
}

/** Passes over all that is left of the tensor. */
function abandon(): i32 {
  level = 0;
  if (depth == outside) return OK;
  isPassing = true;
  passDepth = outside;
  return OK;
}

function pass(): i32 {
  const status = walk(passDepth);
  if (status != VALUE_END) return status;
  isPassing = false;
  return OK;
}

/** Notes a fault of the item that the indices of the open levels point at, unless one is known that tells more. */
function report(kind: i32, character: i32, length: i32): void {
  if (kind >= result(FAULT)) return;
  setResult(FAULT, kind);
  setResult(FAULT_DEPTH, level);
  setResult(FAULT_CHARACTER, character);
  setResult(FAULT_LENGTH, length);
  for (let axis = 0; axis < level; axis++) setResult(FAULT_PATH + axis, index(axis));
}

// @ts-ignore: decorator
@inline
function index(axis: i32): i32 {
  return load<i32>(indices + (<usize>axis << 2));
}

// @ts-ignore: decorator
@inline
function setIndex(axis: i32, value: i32): void {
  store<i32>(indices + (<usize>axis << 2), value);
}
