// Where everything lies in the module's memory, which has its full size from the start and never grows.

/** A piece of the text that is read, or the numbers that are about to be written; behind it, room for loads that overrun. */
export const WINDOW: usize = 0x10000;
export const WINDOW_BYTES: i32 = 0x10000;
/** Numbers that were read and wait for their tensor, or the text that was written. */
export const REGION: usize = 0x30000;
export const REGION_BYTES: i32 = 0x100000;
/** 5^q in 128 bits for q from `LEAST_POWER` to 308, the upper 64 bits first; the host fills it in. */
export const POWERS: usize = 0x140000;
/** For each open bracket, by depth, whether it is one of an object. */
export const NESTING: usize = 0x148000;
export const MAX_DEPTH: i32 = 1000;
/** What the host is told beside why the module stopped: 32-bit integers, numbered in results.ts. */
export const RESULTS: usize = 0x149100;
/** What the host and `write.ts` share about a tensor: how many elements the arrays of each axis hold, innermost first. */
export const SIZES: usize = 0x149000;
