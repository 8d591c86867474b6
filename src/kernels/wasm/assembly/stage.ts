// Written by the build from kernel.ts; not to be changed by hand.
export const SCORES: i32 = 0;
export const SOFTCAPPED: i32 = 1;
export const MASKED_SCORES: i32 = 2;
export const WEIGHTS: i32 = 3;
