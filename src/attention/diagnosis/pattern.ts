/** What is common to the places where numbers are off. */
import { visibleKeys } from '../positions.ts';
import { type Diagnosis, placeOf } from './diagnosis.ts';
import { rowWidth, unitCount } from './dump.ts';
import type { Places } from './where.ts';

export interface Range {
  from: number;
  /** The end, which is not in it. */
  to: number;
}

/** How rows that are off can be told from others. */
export type RowPattern =
  | { kind: 'all' }
  | ({ kind: 'rows' } & Range)
  /** The last rows of each block of so many, from row `from` of the block on. */
  | { kind: 'last_rows_of_blocks'; block: number; from: number }
  /** Only rows that see more keys than that. */
  | { kind: 'rows_that_see_more'; keys: number; rows: Range | undefined }
  | { kind: 'padded_rows' }
  | { kind: 'scattered'; count: number; of: number };

/** Where numbers are off; an axis that is not told has them everywhere. */
export interface Pattern {
  isAnywhere: boolean;
  batches: readonly number[] | undefined;
  units: readonly number[] | undefined;
  rows: RowPattern;
  columns: Range | undefined;
}

/** So large a share of what a pattern says must be off: a few numbers may be right by chance. */
const MOST_OF = 0.9;
const BLOCKS = [16, 32, 64, 128, 256];

export function patternOf(diagnosis: Diagnosis, { rowsOff, columnsOff }: Places): Pattern {
  const { dump } = diagnosis;
  const off: number[] = [];
  for (let index = 0; index < rowsOff.length; index++) if (rowsOff[index] === 1) off.push(index);
  const all = { batches: undefined, units: undefined, rows: { kind: 'all' } as const, columns: undefined };
  if (off.length === 0) return { isAnywhere: false, ...all };
  const places = off.map((index) => placeOf(dump, index));
  const batches = distinct(places.map(({ batch }) => batch));
  const units = distinct(places.map(({ unit }) => unit));
  const inside: number[] = [];
  const [ofBatches, ofUnits] = [new Set(batches), new Set(units)];
  for (let index = 0; index < rowsOff.length; index++) {
    const { batch, unit } = placeOf(dump, index);
    if (ofBatches.has(batch) && ofUnits.has(unit)) inside.push(index);
  }
  const isBatch = batches.length < dump.problem.batch;
  const isUnit = units.length < unitCount(dump);
  return {
    isAnywhere: true,
    batches: isBatch ? batches : undefined,
    units: isUnit ? units : undefined,
    rows: rowPattern(diagnosis, rowsOff, inside),
    columns: columnPattern(columnsOff, rowWidth(dump)),
  };
}

function distinct(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** A test of rows by their numbers fits where it holds for all that are off, and for hardly any other. */
function fits(off: Uint8Array, inside: readonly number[], is: (index: number) => boolean): boolean {
  let [said, found] = [0, 0];
  for (const index of inside) {
    if (is(index)) {
      said++;
      found += off[index];
    } else if (off[index] === 1) return false;
  }
  return found >= MOST_OF * said;
}

function rowPattern({ dump }: Diagnosis, off: Uint8Array, inside: readonly number[]): RowPattern {
  const { problem } = dump;
  const place = (index: number) => placeOf(dump, index);
  if (fits(off, inside, () => true)) return { kind: 'all' };
  const isPadded = (index: number) => place(index).row >= problem.queryLengths[place(index).batch];
  if (inside.some(isPadded) && fits(off, inside, isPadded)) return { kind: 'padded_rows' };
  const rows = inside.filter((index) => off[index] === 1).map((index) => place(index).row);
  const { from, to } = endsOf(rows);
  const range = { from, to: to + 1 };
  const isInRange = (index: number) => place(index).row >= range.from && place(index).row < range.to;
  const isRange = fits(off, inside, isInRange);
  const seen = seenMore({ dump }, off, inside);
  if (seen !== undefined) return { kind: 'rows_that_see_more', keys: seen, rows: isRange ? range : undefined };
  if (isRange) return { kind: 'rows', ...range };
  for (const block of BLOCKS) {
    if (problem.queryLength < 2 * block) break;
    const from = rows.reduce((least, row) => Math.min(least, row % block), block);
    if (from > 0 && fits(off, inside, (index) => place(index).row % block >= from)) {
      return { kind: 'last_rows_of_blocks', block, from };
    }
  }
  return { kind: 'scattered', count: rows.length, of: inside.length };
}

/** The least and the largest; a call does not take so many arguments. */
function endsOf(rows: readonly number[]): Range {
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const row of rows) [from, to] = [Math.min(from, row), Math.max(to, row)];
  return { from, to };
}

/** The number of keys above which rows are off, where some see more and some less. */
function seenMore({ dump }: Pick<Diagnosis, 'dump'>, off: Uint8Array, inside: readonly number[]): number | undefined {
  const { problem } = dump;
  const count = (index: number) => {
    const { batch, row } = placeOf(dump, index);
    const { start, end } = visibleKeys(problem, batch, row);
    return end - start;
  };
  let [mostRight, leastOff] = [0, Number.POSITIVE_INFINITY];
  for (const index of inside) {
    if (off[index] === 1) leastOff = Math.min(leastOff, count(index));
    else mostRight = Math.max(mostRight, count(index));
  }
  return mostRight > 0 && mostRight < leastOff ? mostRight : undefined;
}

/** The columns that are off, where there are others. */
function columnPattern(columnsOff: Float64Array, width: number): Range | undefined {
  const columns = [...columnsOff.keys()].filter((x) => columnsOff[x] > 0);
  const range = { from: columns[0], to: columns[columns.length - 1] + 1 };
  const isAll = columns.length >= MOST_OF * width;
  return isAll || columns.length < MOST_OF * (range.to - range.from) ? undefined : range;
}
