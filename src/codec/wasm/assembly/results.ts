// What the host is told beside why the module stopped. It has these numbers in module.ts.
import { RESULTS } from './memory';

/** The range of the last name in the text, with its quotes. */
export const NAME_START: i32 = 0;
export const NAME_END: i32 = 1;
/** Of the last tensor: the rank, 0 when no element was found; how many elements; whether booleans; their bytes in the region. */
export const RANK: i32 = 2;
export const TOTAL: i32 = 3;
export const IS_BOOLEAN: i32 = 4;
export const STORED_BYTES: i32 = 5;
/** What is wrong with it, and of the item that is: how many indices lead to it, its first byte, its length as an array. */
export const FAULT: i32 = 6;
export const FAULT_DEPTH: i32 = 7;
export const FAULT_CHARACTER: i32 = 8;
export const FAULT_LENGTH: i32 = 9;
/** The length of each axis, and the indices of the item that is wrong, outermost first: four entries each. */
export const SHAPE: i32 = 10;
export const FAULT_PATH: i32 = 14;

// @ts-ignore: decorator
@inline
export function result(name: i32): i32 {
  return load<i32>(RESULTS + (<usize>name << 2));
}

// @ts-ignore: decorator
@inline
export function setResult(name: i32, value: i32): void {
  store<i32>(RESULTS + (<usize>name << 2), value);
}
