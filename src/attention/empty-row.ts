/**
 * A row in which nothing has weight: every key is hidden. This is how its softmax and its statistics say so; its weights and
 * its output are 0, and its lse, max + ln(sum), is −∞ by itself.
 */
export const EMPTY_ROW = { max: Number.NEGATIVE_INFINITY, sum: 0, maxKey: -1 } as const;

/**
 * Whether something has weight in a row, by its Σ exp(score − max). NaN has none here and has it in the fast kernels, where it
 * must show at the end of a row; it never comes here, as such a row is computed in float64 before anything reads its sum.
 */
export function hasWeight(sum: number): boolean {
  return sum > EMPTY_ROW.sum;
}

/** Whether a key has weight in a row, by the key that has most. */
export function hasKey(maxKey: number): boolean {
  return maxKey !== EMPTY_ROW.maxKey;
}
