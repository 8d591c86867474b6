// The stages of a score matrix, in the order in which they are computed; the caller knows them by these numbers.
export const SCORES: i32 = 0;
export const SOFTCAPPED: i32 = 1;
export const MASKED: i32 = 2;
export const WEIGHTS: i32 = 3;
