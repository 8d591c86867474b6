/** What is lit, in words and with all digits. */
import type { SinglePage, Spot } from '../carry/single-page.ts';
import { MINUS_INFINITY, whole } from '../pictures/figures.ts';
import { ranked } from '../pictures/grid.ts';
import type { Sheet } from '../pictures/sheet.ts';

/** Of a row or a column so many numbers are told. */
const MOST_TOLD = 5;

/** The number of a cell; undefined where there is none (yet). */
export function numberAt({ blocks }: Sheet, row: number, column: number): number | undefined {
  const own = blocks.find(
    (block) =>
      row >= block.row &&
      row < block.row + block.rows &&
      column >= block.column &&
      column < block.column + block.columns,
  );
  return own?.values[(row - own.row) * own.columns + column - own.column];
}

/** The shortest decimal that reads back to the same float32. */
export function exact(value: number | undefined): string {
  if (value === undefined) return '–';
  if (value === Number.NEGATIVE_INFINITY) return MINUS_INFINITY;
  return Number.isFinite(value) ? whole(value).replace('-', '−') : String(value);
}

export function told({ rowWords, columnWords, matrices }: Omit<SinglePage, 'lit'>, { row, column }: Spot): string {
  const [{ sheet }] = matrices;
  const across = (at: number) => (sheet.isOfPairs ? `“${columnWords[at]}”` : `number ${at + 1}`);
  const down = (at: number) => `“${rowWords[at]}”`;
  const ofEach = (say: (sheet: Sheet) => string) =>
    matrices.map(({ title, sheet }) => (matrices.length > 1 ? `${title}: ${say(sheet)}` : say(sheet))).join('; ');
  if (row !== undefined && column !== undefined) {
    const place = `row ${row + 1} of ${sheet.rows}, column ${column + 1} of ${sheet.columns}`;
    return `${down(row)} → ${across(column)} ${ofEach((one) => saidOf(numberAt(one, row, column)))} (${place})`;
  }
  if (row !== undefined)
    return `${down(row)} → ${ofEach((one) => largest(one.columns, (i) => numberAt(one, row, i), across))}`;
  if (column !== undefined)
    return `${across(column)} ← ${ofEach((one) => largest(one.rows, (i) => numberAt(one, i, column), down))}`;
  return '';
}

const saidOf = (value: number | undefined) =>
  value === Number.NEGATIVE_INFINITY ? 'may not be seen' : value === undefined ? 'not there yet' : exact(value);

/** The largest first. */
function largest(count: number, at: (i: number) => number | undefined, name: (i: number) => string): string {
  const values = Float32Array.from({ length: count }, (_, i) => at(i) ?? Number.NEGATIVE_INFINITY);
  const names = ranked(values, MOST_TOLD).filter((i) => values[i] !== Number.NEGATIVE_INFINITY);
  return names.length === 0 ? 'nothing' : names.map((i) => `${name(i)} ${exact(values[i])}`).join(', ');
}
