import type { AttentionProblem } from './problem.ts';

/**
 * The keys `[start, end)` that query `row` may see by position alone: causal, window and padding, before any mask.
 * Both ends never decrease from one row to the next (but for padded rows, which see nothing), so the keys that a range of
 * rows sees run from the start of its first row to the end of its last visible one.
 */
export function visibleKeys(problem: AttentionProblem, batch: number, row: number): { start: number; end: number } {
  if (row >= problem.queryLengths[batch]) return { start: 0, end: 0 };
  const position = row + problem.offsets[batch];
  const right = problem.causal ? Math.min(0, problem.window.right) : problem.window.right;
  const start = Math.max(0, position - problem.window.left);
  const end = Math.min(problem.keyLengths[batch], position + right + 1);
  return end > start ? { start, end } : { start: 0, end: 0 };
}

/** The smallest range of keys that holds all that rows `[rowStart, rowEnd)` may see by position; empty when they see nothing. */
export function visibleKeysOfRows(
  problem: AttentionProblem,
  batch: number,
  rowStart: number,
  rowEnd: number,
): { start: number; end: number } {
  const { causal, window, offsets, keyLengths, queryLengths } = problem;
  const right = causal ? Math.min(0, window.right) : window.right;
  // Rows before `first` stand so far before the keys that they see none of them, rows after `last` so far behind.
  const first = Math.max(rowStart, -offsets[batch] - right);
  const last = Math.min(rowEnd, queryLengths[batch], keyLengths[batch] + window.left - offsets[batch]) - 1;
  if (first > last) return { start: 0, end: 0 };
  const { start } = visibleKeys(problem, batch, first);
  const { end } = visibleKeys(problem, batch, last);
  return end > start ? { start, end } : { start: 0, end: 0 };
}
