/** Which misunderstandings explain what was given, from the tables of a diagnosis. */
import { rightConvention } from './convention.ts';
import type { Diagnosis } from './diagnosis.ts';
import { rowWidth } from './dump.ts';
import { PRECISION_NAMES } from './hypotheses/precision.ts';
import { type Change, changesAt } from './hypotheses/table.ts';
import { partlyExplained } from './partly.ts';
import { roundoff } from './rounding.ts';
import {
  CLEARLY_LESS,
  candidates,
  closest,
  confirmedCount,
  noiseOf,
  observed,
  roundingTolerance,
  sizeOfGiven,
  type Trial,
} from './search.ts';

/** Some changes that give the numbers that were given, or come close. */
export interface Explanation {
  names: readonly string[];
  changes: readonly Change[];
  /** What remains on the rows that it was confirmed on. */
  rootMeanSquare: number;
  /** What remains beside what was off without it. */
  ratio: number;
  /** Others that cannot be told apart from it on these numbers. */
  sameAs: readonly (readonly string[])[];
}

export interface Explained {
  causes: readonly Explanation[];
  closest: readonly Explanation[];
  /** Where nothing explains all numbers: what gives all rows that are off. */
  partly: Change | undefined;
}

/** On rows that were not in the sample a little more may remain. */
const MARGIN = 4;
const MOST_NOISE = 1.5;
/** What remains of explanations that are alike differs by no more than that, or is nothing but the last digit. */
const ALIKE = 4;
const MOST_CLOSEST = 3;
/** What leaves more than that of the error is not worth a word. */
const CLOSE = 0.5;

export function isPrecision({ names }: Pick<Explanation, 'names'>): boolean {
  return names.every((name) => PRECISION_NAMES.has(name));
}

/** Explanations, the best first. */
export function explained(diagnosis: Diagnosis): Explained {
  const all = changesAt(diagnosis.dump, diagnosis.places);
  const before = observed(diagnosis);
  const trials = candidates(diagnosis);
  const rows = confirmedCount(diagnosis, trials.length);
  const found = trials.map((trial, at) => explanationOf(trial, all, confirmedRemaining(diagnosis, at, rows), before));
  const most = MARGIN * roundingTolerance(diagnosis);
  const exact = found.filter(({ rootMeanSquare }) => rootMeanSquare <= most);
  const accepted = exact.length > 0 ? exact : found.filter((one) => isClear(one, diagnosis, before));
  const floor = 2 * roundoff('float32') * sizeOfGiven(diagnosis);
  const causes = grouped(accepted, floor);
  if (causes.length > 0) return { causes, closest: [], partly: undefined };
  return { causes, closest: closestOf(diagnosis, all, found, before), partly: partlyExplained(diagnosis) };
}

/** What explains a part, as far as it was tried. */
function closestOf(
  diagnosis: Diagnosis,
  all: readonly Change[],
  found: readonly Explanation[],
  before: number,
): Explanation[] {
  // What fits numbers that are all 0 says nothing.
  if (sizeOfGiven(diagnosis) === 0) return [];
  const names = new Set(found.map((one) => String(one.names)));
  const others = closest(diagnosis)
    .map((trial) => explanationOf(trial, all, trial.remaining, before))
    .filter((one) => one.names.length === 1 && !names.has(String(one.names)));
  return byNames([...found, ...others].filter(({ ratio }) => ratio <= CLOSE)).slice(0, MOST_CLOSEST);
}

function explanationOf({ changes }: Trial, all: readonly Change[], remaining: number, before: number): Explanation {
  const own = changes.toSorted((a, b) => a - b).map((at) => all[at]);
  const names = own.map(({ hypothesis }) => hypothesis.name);
  return { names, changes: own, rootMeanSquare: remaining, ratio: remaining / before, sameAs: [] };
}

/** Root mean square over the rows on which a candidate was confirmed. */
function confirmedRemaining({ dump, confirmed, confirmedRows }: Diagnosis, candidate: number, rows: number): number {
  let sum = 0;
  for (let at = 0; at < rows; at++) sum += confirmed[candidate * confirmedRows.length + at];
  return Math.sqrt(sum / (rows * rowWidth(dump)));
}

/** Whether what remains is no more than arithmetic in a smaller format leaves, and far less than before. */
function isClear({ rootMeanSquare, names }: Explanation, diagnosis: Diagnosis, before: number): boolean {
  if (!(before >= CLEARLY_LESS * rootMeanSquare)) return false;
  return rootMeanSquare <= MOST_NOISE * noiseOf(diagnosis, 'bfloat16') || isPrecision({ names });
}

/** One for each list of names, the one that leaves the least; those that leave as little as the best stand beside it. */
function grouped(found: readonly Explanation[], floor: number): Explanation[] {
  const own = byNames(found);
  if (own.length === 0) return [];
  const least = Math.max(floor, ALIKE * own[0].rootMeanSquare);
  const alike = own.filter(({ rootMeanSquare }) => rootMeanSquare <= least);
  const rest = own.filter(({ rootMeanSquare }) => rootMeanSquare > least);
  const [first, ...others] = alike.toSorted(byTable);
  return [{ ...first, sameAs: others.map(({ names }) => names) }, ...rest];
}

function byNames(found: readonly Explanation[]): Explanation[] {
  const best = new Map<string, Explanation>();
  for (const one of found.toSorted((a, b) => a.rootMeanSquare - b.rootMeanSquare)) {
    if (!best.has(String(one.names))) best.set(String(one.names), one);
  }
  return [...best.values()];
}

/** As the table has them: what is commonest first; and those that options can say. */
function byTable(a: Explanation, b: Explanation): number {
  return rank(a) - rank(b);
}

function rank({ changes }: Explanation): number {
  return changes.every(({ variant }) => variant.options !== undefined) ? 0 : 1;
}

/** The options that a request needs to give what was given; none where options cannot say it. */
export function optionsOf({ changes }: Explanation): Readonly<Record<string, unknown>> | undefined {
  const options: Record<string, unknown> = {};
  for (const { variant } of changes) {
    if (variant.options === undefined) return undefined;
    Object.assign(options, variant.options);
  }
  return options;
}

/** The convention of an explanation. */
export function conventionOf(diagnosis: Pick<Diagnosis, 'dump'>, { changes }: Pick<Explanation, 'changes'>) {
  return changes.reduce((convention, { variant }) => variant.apply(convention), rightConvention(diagnosis.dump));
}
