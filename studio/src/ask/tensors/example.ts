/** Numbers to begin with: three queries, keys and values that can be worked out by hand. */
import { type Entry, entryOf } from './entry.ts';

const matrix = (role: string, rows: readonly (readonly number[])[]): Entry =>
  entryOf(
    { name: role, dtype: 'float64', shape: [rows.length, rows[0].length], values: Float64Array.from(rows.flat()) },
    role,
  );

export const example: readonly Entry[] = [
  matrix('query', [
    [1, 0],
    [0, 1],
    [1, 1],
  ]),
  matrix('key', [
    [1, 0],
    [0, 1],
    [1, 1],
  ]),
  matrix('value', [
    [1, 2],
    [3, 4],
    [5, 6],
  ]),
];
