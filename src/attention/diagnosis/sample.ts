import { type Diagnosis, rowCount, SAMPLE_ROWS } from './diagnosis.ts';

/** Of the rows that are looked at closer, so many are those that are farthest off. */
const WORST_SHARE = 0.5;

/** Fills `into` with numbers of rows: those that are farthest off, and others evenly spread; each once, −1 behind them. */
export function chooseRows({ dump, rowErrors }: Diagnosis, into: Float64Array): void {
  const rows = rowCount(dump);
  const count = Math.min(rows, into.length);
  const chosen = new Set<number>();
  const worst = worstRows(rowErrors, Math.floor(count * WORST_SHARE));
  // By turns, so that the first of them are of both kinds, too.
  for (let k = 0; chosen.size < count; k++) {
    if (k < worst.length) chosen.add(worst[k]);
    if (chosen.size < count) addNext(chosen, Math.floor(rows * ((k * GOLDEN) % 1)), rows);
  }
  into.fill(-1);
  into.set([...chosen].slice(0, into.length));
}

/** Multiples of it, without their whole parts, are evenly spread, however many there are. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** The first row from `start` on that is not among the chosen. */
function addNext(chosen: Set<number>, start: number, rows: number): void {
  let row = start;
  while (chosen.has(row)) row = (row + 1) % rows;
  chosen.add(row);
}

/** The rows that are farthest off, that one first. */
function worstRows(errors: Float64Array, count: number): number[] {
  if (count === 0) return [];
  if (errors.length <= 65_536) {
    return Array.from(errors.keys())
      .sort((a, b) => compare(errors[b], errors[a]))
      .slice(0, count);
  }
  // Of very many rows the worst of each range: to sort them all would take as long as to compare them.
  const range = Math.ceil(errors.length / count);
  const worst = Array.from({ length: Math.ceil(errors.length / range) }, (_, part) =>
    worstOf(errors, part * range, range),
  );
  return worst.sort((a, b) => compare(errors[b], errors[a])).slice(0, count);
}

function worstOf(errors: Float64Array, start: number, length: number): number {
  let worst = start;
  for (let row = start; row < Math.min(start + length, errors.length); row++)
    if (errors[row] > errors[worst]) worst = row;
  return worst;
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Takes the sample. */
export function takeSample(diagnosis: Diagnosis): void {
  chooseRows(diagnosis, diagnosis.sample.subarray(0, SAMPLE_ROWS));
  chooseRows(diagnosis, diagnosis.confirmedRows);
}
