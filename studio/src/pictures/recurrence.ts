/** The rows of a tile beside their running numbers: the online softmax as one sees it. */
import { short } from './figures.ts';
import type { CellsMark, Mark, Paint } from './mark.ts';
import { SHEET_LABEL } from './sheet.ts';

export interface RecurrenceRow {
  word: string;
  isLit: boolean;
  /** Of each column, as it was before this tile and as it is; undefined: not computed yet. */
  max: Running;
  rescale: Running;
  sum: Running;
  accumulator: Float32Array | undefined;
}

interface Running {
  before: number | undefined;
  now: number | undefined;
}

export interface RecurrenceSetting {
  rows: readonly RecurrenceRow[];
  /** The column that is worked on. */
  current: 'max' | 'rescale' | 'sum' | 'accumulator' | undefined;
  width: number;
  unit: number;
  measure(words: readonly string[]): number;
}

const PITCH = 26;
const HEAD = 28;
const COLUMN = 54;
const GAP = 10;
const MOST_WORD = 72;

export const recurrenceHeight = (rows: number, unit: number): number => (HEAD + rows * PITCH) * unit;

export function recurrence({ rows, current, width, unit, measure }: RecurrenceSetting): Mark[] {
  const word = Math.min(MOST_WORD * unit, measure(rows.map(({ word }) => word)));
  const size = SHEET_LABEL * unit;
  const right = (column: number) => word + (column + 1) * COLUMN * unit;
  const strip = right(2) + 1.5 * GAP * unit;
  const titles = [
    ['max', 'm', right(0)],
    ['rescale', '× α', right(1)],
    ['sum', 'sum ℓ', right(2)],
  ] as const;
  const headOf = (name: string) => (name === current ? 'light' : 'quiet') as Paint;
  const marks: Mark[] = titles.map(([name, text, x]) => {
    return { is: 'text', x, y: (HEAD / 2) * unit, text, size, anchor: 'end', paint: headOf(name) };
  });
  const over = { is: 'text', y: (HEAD / 2) * unit, size, anchor: 'start' } as const;
  marks.push({ ...over, x: strip, text: 'accumulator', paint: headOf('accumulator') });
  const most = Math.max(1e-30, ...rows.flatMap(({ accumulator }) => [...(accumulator ?? [])].map(Math.abs)));
  rows.forEach((row, i) => {
    const y = (HEAD + (i + 0.5) * PITCH) * unit;
    const shared = { is: 'text', y, size } as const;
    marks.push({ ...shared, x: word, text: row.word, anchor: 'end', paint: row.isLit ? 'light' : 'quiet' });
    for (const [name, , x] of titles) {
      const { now, before } = row[name];
      const value = now ?? before;
      if (value === undefined) continue;
      // What this tile has not touched yet is still what the one before it left.
      const paint = now === undefined ? 'quiet' : name === current ? 'light' : 'text';
      const text = value === 0 ? '0' : short(value);
      marks.push({ ...shared, x, text, anchor: 'end', paint });
    }
    if (row.accumulator !== undefined) marks.push(stripOf(row.accumulator, most, strip, y, width, unit));
  });
  return marks;
}

function stripOf(values: Float32Array, most: number, x: number, y: number, width: number, unit: number): CellsMark {
  const [height, cell] = [0.7 * PITCH * unit, (width - x) / values.length];
  const strengths = values.map((value) => value / most);
  const [rows, columns] = [1, values.length];
  return { is: 'cells', x, y: y - height / 2, cell, cellHeight: height, rows, columns, strengths, scale: 'signed' };
}
