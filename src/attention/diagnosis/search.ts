/** What the tables of a diagnosis say so far: how far each trial is off, and which of them explains what was given. */
import {
  affordableRows,
  CANDIDATES,
  type Diagnosis,
  FIRST_OF_PAIRS,
  FIRST_OF_TRIPLES,
  LEAST_CONFIRMED_ROWS,
  NOISE_ROWS,
  SAMPLE_DIMS,
  SAMPLE_ROWS,
  SIZES,
  trialCost,
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

/** Squares of larger numbers are beyond float64: what they leave is infinite, and more than any tolerance. */
const MOST_SIZE = 1e150;

/** Root mean square of what is right (0) or what was given (1), on the sample. */
function sizeOf(diagnosis: Diagnosis, which: 0 | 1): number {
  const rows = sampleCount(diagnosis);
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += diagnosis.sizes[SIZES * row + which];
  return Math.min(Math.sqrt(sum / (rows * sampleDims(diagnosis))), MOST_SIZE);
}

/** What rounds: numbers of the size of those that were given. Where all of these are 0, nothing has to be rounded. */
export function sizeOfGiven(diagnosis: Diagnosis): number {
  return sizeOf(diagnosis, 1);
}

/** Errors of float32: some units of the numbers, and more where scores are large, whose errors an exponential multiplies. */
const UNITS = 8;
const UNITS_OF_SCORE = 2;

/** What float32 arithmetic leaves, as a root mean square: a trial that leaves no more gives the numbers that were given. */
export function exactTolerance(diagnosis: Diagnosis): number {
  const rows = sampleCount(diagnosis);
  let reach = 0;
  for (let row = 0; row < rows; row++) reach = Math.max(reach, diagnosis.sizes[SIZES * row + 2]);
  const tolerance = (UNITS + UNITS_OF_SCORE * reach) * roundoff('float32') * sizeOfGiven(diagnosis);
  return Math.min(tolerance, Number.MAX_VALUE);
}

/** The same where all numbers that were given fit into a smaller format, in which they were probably computed, too. */
export function roundingTolerance(diagnosis: Diagnosis): number {
  const { format } = diagnosis;
  const exact = exactTolerance(diagnosis);
  if (format === 'float32') return exact;
  return exact + Math.max(roundoff(format) * sizeOfGiven(diagnosis), noiseOf(diagnosis, format));
}

/** Whether anything has to be explained: a number is beyond its tolerance, and not by float32 alone. */
export function isOff(diagnosis: Diagnosis): boolean {
  if (!diagnosis.rowsBeyond.some((count) => count > 0)) return false;
  return !(observed(diagnosis) <= exactTolerance(diagnosis));
}

/** Whether more has to be explained than that the numbers were rounded in the end. */
export function isFarOff(diagnosis: Diagnosis): boolean {
  return isOff(diagnosis) && !(observed(diagnosis) <= FAR * roundingTolerance(diagnosis));
}

/** What is so many times beyond rounding is not rounded alone. */
const FAR = 2;

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
export function bestPairs(diagnosis: Diagnosis, firsts = FIRST_OF_PAIRS): Trial[] {
  const { pairs, changes } = diagnosis;
  const trials: Trial[] = [];
  for (const first of orderOfFirsts(diagnosis).slice(0, firsts)) {
    for (let second = 0; second < changes; second++) {
      const remaining = pairs[first * changes + second];
      if (!Number.isNaN(remaining)) trials.push({ changes: [first, second], remaining });
    }
  }
  return trials.sort(byRemaining);
}

/** In which order changes are combined with all others. */
export function orderOfFirsts(diagnosis: Diagnosis): number[] {
  return bestSingles(diagnosis).map((trial) => trial.changes[0]);
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

/** The trials that explain the sample: to float32, or else, where more is off than rounding, to the format of what was given. */
function explainingOf(diagnosis: Diagnosis, trials: readonly Trial[]): readonly Trial[] {
  const exact = exactTolerance(diagnosis);
  const found = trials.filter(({ remaining }) => remaining <= exact);
  if (found.length > 0 || !isFarOff(diagnosis)) return found;
  const rounded = Math.max(roundingTolerance(diagnosis), inHalves(diagnosis));
  return trials.filter(({ remaining }) => remaining <= rounded);
}

/**
 * What may remain where all numbers fit into halves, and so were computed in these: wrong code may have scores whose rounding
 * leaves more than that of the right ones.
 */
function inHalves(diagnosis: Diagnosis): number {
  const { format } = diagnosis;
  if (format === 'float32') return 0;
  return Math.min(observed(diagnosis) / CLEARLY_LESS, MOST_OF_HALVES * noiseOf(diagnosis, format));
}

/** So many times what the right scores leave. */
const MOST_OF_HALVES = 8;

/** All that explains the sample, of the fewest changes that do. */
function explaining(diagnosis: Diagnosis): readonly Trial[] {
  for (const trials of [bestSingles, bestPairs, bestTriples]) {
    const found = explainingOf(diagnosis, trials(diagnosis));
    if (found.length > 0) return found;
  }
  return [];
}

/** Whether one change explains the sample, or two of which one is among the first that were combined with all others. */
export function isExplained(diagnosis: Diagnosis, firsts: number): boolean {
  if (explainingOf(diagnosis, bestSingles(diagnosis)).length > 0) return true;
  return firsts > 0 && explainingOf(diagnosis, bestPairs(diagnosis, firsts)).length > 0;
}

/** What leaves so many times less than was off may be right, if what remains is arithmetic in a smaller format. */
export const CLEARLY_LESS = 5;

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
  const { singles } = diagnosis;
  // A pair is no better than one of its changes where that leaves about as little.
  const helps = ({ changes, remaining }: Trial) => changes.every((change) => remaining < WORTH * singles[change]);
  const pairs = bestPairs(diagnosis).filter(helps);
  return [...bestSingles(diagnosis).slice(0, CANDIDATES), ...pairs.slice(0, CANDIDATES / 2)];
}

/** So much less a second change must leave. */
const WORTH = 0.5;

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

/** Whether all pairs were tried, where that was called for. */
export function isSearchComplete(diagnosis: Diagnosis): boolean {
  const { changes } = diagnosis;
  if (!isFarOff(diagnosis) || isExplained(diagnosis, FIRST_OF_PAIRS)) return true;
  return firstsOfPairs(diagnosis) >= changes;
}

/** How many changes are combined with all others. */
export function firstsOfPairs({ dump, budget, changes }: Diagnosis): number {
  return Math.min(FIRST_OF_PAIRS, changes, Math.ceil(budget / trialCost(dump, SAMPLE_DIMS) / changes));
}
