// Eight query rows make a panel: they lie side by side in the lanes of two vectors, so that a softmax over keys is a walk
// down the panel without a single horizontal operation. Keys, and the columns of values, are multiplied in groups of six:
// 6 × 8 sums fill twelve of the sixteen vector registers of x86, and leave what two operands and a product need.
//
//   panel of rows     [n][8]        n = headDim for queries, keys for scores, valueDim for the output
//   group of six      [n / 6][k][6] n = keys for keys, valueDim for values; the last group is as narrow as what is left

/** Rows of a panel. */
export const LANES: i32 = 8;
/** Bytes of one line of a panel. */
export const LINE: usize = 32;
/** Keys, or columns of values, that the micro-kernel multiplies at once. */
export const GROUP: i32 = 6;
/** Terms that are summed in one go before they join what was summed before: keeps the rounding of long sums small. */
export const CHAIN: i32 = 256;
