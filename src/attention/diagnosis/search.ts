/** What the tables of a diagnosis say so far: how far each trial is off, and which of them explains what was given. */
import { CANDIDATES, type Diagnosis, FIRST_OF_TRIPLES, SAMPLE_DIMS, SAMPLE_ROWS } from './diagnosis.ts';
import { rowWidth } from './dump.ts';
import { FORMATS, roundoff } from './rounding.ts';

/** Some changes together, by their numbers, and the root mean square that remains on the sample. */
export interface Trial {
  changes: readonly number[];
  remaining: number;
}

/** Rows of `singles` before those of changes: what is right, and the formats. */
export const FIRST_CHANGE = 1 + FORMATS.length;

export function sampleCount({ sample }: Diagnosis): number {
  const end = sample.indexOf(-1);
  return end < 0 ? SAMPLE_ROWS : end;
}

export function sampleDims({ dump }: Diagnosis): number {
  return Math.min(SAMPLE_DIMS, rowWidth(dump));
}

/** Root mean square of a line of `singles`. */
export function remainingOf(diagnosis: Diagnosis, line: number): number {
  const rows = sampleCount(diagnosis);
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += diagnosis.singles[line * SAMPLE_ROWS + row];
  return Math.sqrt(sum / (rows * sampleDims(diagnosis)));
}

/** How far the given output is off on the sample. */
export function observed(diagnosis: Diagnosis): number {
  return remainingOf(diagnosis, 0);
}

/** How far the arithmetic of each format would be off on the sample, by trying it. */
export function noiseOf(diagnosis: Diagnosis, format: number): number {
  return remainingOf(diagnosis, 1 + format);
}

/** Root mean square of what is right, on the sample. */
export function sizeOfRight(diagnosis: Diagnosis): number {
  const rows = sampleCount(diagnosis);
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += diagnosis.sizes[2 * row];
  return Math.sqrt(sum / (rows * sampleDims(diagnosis)));
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
  for (let row = 0; row < rows; row++) reach = Math.max(reach, diagnosis.sizes[2 * row + 1]);
  const inFloat32 = (UNITS + UNITS_OF_SCORE * reach) * roundoff('float32');
  return (inFloat32 + (diagnosis.format === 'float32' ? 0 : roundoff(diagnosis.format))) * sizeOfRight(diagnosis);
}

/** Whether anything has to be explained. */
export function isOff(diagnosis: Diagnosis): boolean {
  return !(observed(diagnosis) <= roundingTolerance(diagnosis));
}

function singles(diagnosis: Diagnosis): Trial[] {
  return Array.from({ length: diagnosis.changes }, (_, change) => ({
    changes: [change],
    remaining: remainingOf(diagnosis, FIRST_CHANGE + change),
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

/** What is tried on more rows: all that explains the sample, else the closest of one change and of two. */
export function candidates(diagnosis: Diagnosis): Trial[] {
  const found = explaining(diagnosis);
  if (found.length > 0) return found.slice(0, CANDIDATES);
  const closest = [...bestSingles(diagnosis).slice(0, CANDIDATES), ...bestPairs(diagnosis).slice(0, CANDIDATES / 2)];
  const most = observed(diagnosis) / 2;
  return closest.filter(({ remaining }) => remaining < most).slice(0, CANDIDATES);
}

/** How many explanations were tried. */
export function triedCount({ changes, pairs, triples }: Diagnosis): number {
  const count = (table: Float64Array) => table.reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : 1), 0);
  return changes + count(pairs) + count(triples);
}
