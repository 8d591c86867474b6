/** How large an answer would be: what is too large to be looked at as a whole is not asked for. */
import { type Entry, withRole } from './entry.ts';

/** Of all heads: as float32 these are 8 MB. The Matrix view shows larger ones by parts. */
const MOST_WEIGHTS = 2 ** 21;
/** Scores are two matrices more. */
const MOST_SCORES = 2 ** 18;

/** The cells of all patterns, [B, H, Lq, Lk]; 0 while there is no query or key. */
export function cellsOf(entries: readonly Entry[]): number {
  const [query, key] = [withRole(entries, 'query')?.shape, withRole(entries, 'key')?.shape];
  if (query === undefined || key === undefined) return 0;
  const past = withRole(entries, 'past_key')?.shape.at(-2) ?? 0;
  const rows = query.slice(0, -1).reduce((product, size) => product * size, 1);
  return rows * ((key.at(-2) ?? 0) + past);
}

/** What is asked for beside the output. */
export function shownOutputs(entries: readonly Entry[]): string[] {
  const cells = cellsOf(entries);
  return [
    'lse',
    'stats',
    ...(cells <= MOST_WEIGHTS ? ['weights'] : []),
    ...(cells <= MOST_SCORES ? ['scores', 'masked_scores'] : []),
  ];
}
