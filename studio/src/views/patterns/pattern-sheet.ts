/** Numbers of a pattern, or of what is between two, as a picture takes them. */
import type { Sheet } from '../../pictures/sheet.ts';

/** What is no number is hatched. */
export function sheetOf(
  { rows, columns }: { rows: number; columns: number },
  numbers: Float32Array,
  scale: Sheet['scale'],
): Sheet {
  const values = numbers.map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value));
  const most = scale === 'weights' ? 1 : largestOf(numbers.map(Math.abs)) || 1;
  return { rows, columns, blocks: [{ row: 0, column: 0, rows, columns, values }], isOfPairs: true, scale, most };
}

/** The largest that is finite, from 0. */
export function largestOf(values: Iterable<number>): number {
  let most = 0;
  for (const value of values) if (value > most && Number.isFinite(value)) most = value;
  return most;
}
