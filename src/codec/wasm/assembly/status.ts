// Why the module hands control back to the host, which knows these numbers from json-text.ts.

/** Nothing: a step inside the module succeeded. */
export const OK: i32 = 0;
/** The window is used up from `at` on; the host brings the next one and calls again. */
export const REFILL: i32 = 1;
/** A number longer than a whole window starts at `at`; the host reads it and calls `passNumber`. */
export const LONG_NUMBER: i32 = 2;
/** The name of a member of the watched object has been read, and its value starts at `at`. */
export const MEMBER: i32 = 3;
/** A value of the watched depth has ended. */
export const VALUE_END: i32 = 4;
/** The watched object or array itself has ended. */
export const CLOSED: i32 = 5;
/** The text has ended where it may. */
export const TEXT_END: i32 = 6;
/** The numbers read so far fill their region; the host takes them away and calls again. */
export const REGION_FULL: i32 = 7;
/** The byte at `at` cannot stand there, or the text ends there too early. */
export const BROKEN: i32 = 8;
/** Extents that no request needs; see json-text.ts. */
export const TOO_DEEP: i32 = 9;
export const TOO_MANY_ARRAYS: i32 = 10;
export const TOO_MANY_OBJECTS: i32 = 11;
export const TOO_MANY_ITEMS: i32 = 12;
/** An item of the watched array starts at `at`. */
export const ITEM: i32 = 13;
