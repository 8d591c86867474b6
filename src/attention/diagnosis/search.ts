/** What the tables of a diagnosis say so far: how far each trial is off, and which of them explains what was given. */
import {
  affordableRows,
  CANDIDATES,
  type Diagnosis,
  FIRST_OF_TRIPLES,
  LEAST_CONFIRMED_ROWS,
  NOISE_ROWS,
  SAMPLE_DIMS,
  SAMPLE_ROWS,
  SIZES,
} from './diagnosis.ts';
import { rowWidth } from './dump.ts';
import { type Format, roundoff } from './rounding.ts';

/** Some changes together, by their numbers, and the root mean square that remains on the sample. */
export interface Trial {
  changes: readonly number[];
  remaining: number;
}

export function sampleCount({ sample }: Diagnosis): number {
  const end = sample.indexOf(-1);
  return end < 0 ? SAMPLE_ROWS : end;
}

export function sampleDims({ dump }: Diagnosis): number {
  return Math.min(SAMPLE_DIMS, rowWidth(dump));
}

function rootMeanSquare(sums: Float64Array, rows: number, dims: number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += sums[row];
  return Math.sqrt(sum / (rows * dims));
}

/** How far the given output is off on the sample. */
export function observed(diagnosis: Diagnosis): number {
  return rootMeanSquare(diagnosis.observed, sampleCount(diagnosis), sampleDims(diagnosis));
}

/**
 * How far the arithmetic of a format would be off: as bfloat16 was on the sample, and by its roundoff beside that one's; less
 * where what was given is smaller than what is right.
 */
export function noiseOf(diagnosis: Diagnosis, format: Format): number {
  const rows = Math.min(NOISE_ROWS, sampleCount(diagnosis));
  const inBfloat16 = rootMeanSquare(diagnosis.noise, rows, sampleDims(diagnosis));
  const size = Math.min(1, sizeOf(diagnosis, 1) / Math.max(Number.MIN_VALUE, sizeOf(diagnosis, 0)));
  return (inBfloat16 * size * roundoff(format)) / roundoff('bfloat16');
}

/** Root mean square of what is right (0) or what was given (1), on the sample. */
function sizeOf(diagnosis: Diagnosis, which: 0 | 1): number {
  const rows = sampleCount(diagnosis);
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += diagnosis.sizes[SIZES * row + which];
  return Math.sqrt(sum / (rows * sampleDims(diagnosis)));
}

/** What rounds: numbers of the size of those that were given. Where all of these are 0, nothing has to be rounded. */
export function sizeOfGiven(diagnosis: Diagnosis): number {
  return sizeOf(diagnosis, 1);
}

/** Errors of float32: some units of the numbers, and more where scores are large, whose errors an exponential multiplies. */
const UNITS = 8;
const UNITS_OF_SCORE = 2;

/**
 * What rounding in the format of the given output explains, as a root mean square: nothing above that is explained by a trial
 * that is right about the rest.
 */
export function roundingTolerance(diagnosis: Diagnosis): number {
  const rows = sampleCount(diagnosis);
  let reach = 0;
  for (let row = 0; row < rows; row++) reach = Math.max(reach, diagnosis.sizes[SIZES * row + 2]);
  const inFloat32 = (UNITS + UNITS_OF_SCORE * reach) * roundoff('float32');
  return (inFloat32 + (diagnosis.format === 'float32' ? 0 : roundoff(diagnosis.format))) * sizeOfGiven(diagnosis);
}

/** Whether anything has to be explained: a number is beyond its tolerance, and not by rounding alone. */
export function isOff(diagnosis: Diagnosis): boolean {
  if (!diagnosis.rowsBeyond.some((count) => count > 0)) return false;
  return !(observed(diagnosis) <= roundingTolerance(diagnosis));
}

function singles(diagnosis: Diagnosis): Trial[] {
  return Array.from({ length: diagnosis.changes }, (_, change) => ({
    changes: [change],
    remaining: diagnosis.singles[change],
  }));
}

const byRemaining = (a: Trial, b: Trial) => (a.remaining === b.remaining ? 0 : a.remaining < b.remaining ? -1 : 1);

/** Changes from the one that leaves the least. */
export function bestSingles(diagnosis: Diagnosis): Trial[] {
  return singles(diagnosis).sort(byRemaining);
}

/** Pairs that were tried, from the one that leaves the least. */
export function bestPairs({ pairs, changes }: Diagnosis): Trial[] {
  const trials: Trial[] = [];
  for (let at = 0; at < pairs.length; at++) {
    if (!Number.isNaN(pairs[at])) {
      trials.push({ changes: [Math.floor(at / changes), at % changes], remaining: pairs[at] });
    }
  }
  return trials.sort(byRemaining);
}

function bestTriples(diagnosis: Diagnosis): Trial[] {
  const { triples, changes } = diagnosis;
  const pairs = bestPairs(diagnosis).slice(0, FIRST_OF_TRIPLES);
  const trials: Trial[] = [];
  for (let at = 0; at < triples.length; at++) {
    if (Number.isNaN(triples[at])) continue;
    trials.push({ changes: [...pairs[Math.floor(at / changes)].changes, at % changes], remaining: triples[at] });
  }
  return trials.sort(byRemaining);
}

/** All that explains the sample to rounding, of the fewest changes that do. */
export function explaining(diagnosis: Diagnosis): Trial[] {
  const most = roundingTolerance(diagnosis);
  for (const trials of [bestSingles, bestPairs, bestTriples]) {
    const found = trials(diagnosis).filter(({ remaining }) => remaining <= most);
    if (found.length > 0) return found;
  }
  return [];
}

/** Whether something simpler than so many changes explains the sample. */
export function isExplainedBy(diagnosis: Diagnosis, changes: 1 | 2): boolean {
  const most = roundingTolerance(diagnosis);
  if (bestSingles(diagnosis)[0]?.remaining <= most) return true;
  return changes === 2 && bestPairs(diagnosis)[0]?.remaining <= most;
}

/** What leaves so many times less than was off may be right, if what remains is arithmetic in a smaller format. */
const CLEARLY_LESS = 5;

/** What is tried on more rows: all that explains the sample, else what comes close. */
export function candidates(diagnosis: Diagnosis): Trial[] {
  const found = explaining(diagnosis);
  if (found.length > 0) return found.slice(0, CANDIDATES);
  const most = observed(diagnosis) / CLEARLY_LESS;
  return closest(diagnosis)
    .filter(({ remaining }) => remaining <= most)
    .slice(0, CANDIDATES);
}

/** What leaves the least, of one change and of two. */
export function closest(diagnosis: Diagnosis): Trial[] {
  return [...bestSingles(diagnosis).slice(0, CANDIDATES), ...bestPairs(diagnosis).slice(0, CANDIDATES / 2)];
}

/** On how many of the chosen rows each of some candidates is confirmed. */
export function confirmedCount({ dump, budget, confirmedRows }: Diagnosis, trials: number): number {
  const share = Math.floor(affordableRows(dump, budget) / Math.max(1, trials));
  return Math.min(confirmedRows.length, Math.max(LEAST_CONFIRMED_ROWS, share));
}

/** How many explanations were tried. */
export function triedCount({ changes, pairs, triples }: Diagnosis): number {
  const count = (table: Float64Array) => table.reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : 1), 0);
  return changes + count(pairs) + count(triples);
}
