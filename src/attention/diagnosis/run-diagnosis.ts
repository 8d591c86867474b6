/** Runs the parts of a diagnosis, shard by shard. What comes before is read from the tables: any thread can go on. */
import type { Floats } from '../../tensor/tensor.ts';
import { type Convention, rightConvention } from './convention.ts';
import {
  CANDIDATES,
  COMPARED_ROWS,
  CONFIRMING_CHAINS,
  type Diagnosis,
  type DiagnosisStage,
  diagnosisChains,
  FIRST_OF_PAIRS,
  FIRST_PAIRS,
  MOST_COST_TOGETHER,
  NOISE_ROWS,
  placeOf,
  rowCount,
  rowsBehind,
  SAMPLE_ROWS,
  SIZES,
  trialCost,
} from './diagnosis.ts';
import { type Place, rowWidth } from './dump.ts';
import { beyondCount } from './errors.ts';
import { PRECISION_NAMES } from './hypotheses/precision.ts';
import { type Change, changesAt } from './hypotheses/table.ts';
import { givenStart, rightRow, squaredError } from './residual.ts';
import { RowModel } from './row-model.ts';
import { takeSample } from './sample.ts';
import {
  bestPairs,
  CLEARLY_LESS,
  candidates,
  confirmedCount,
  firstsOfPairs,
  isExplained,
  isFarOff,
  isOff,
  observed,
  orderOfFirsts,
  roundingTolerance,
  sampleCount,
  sampleDims,
  type Trial,
} from './search.ts';

interface Shards {
  count: number;
  run(shard: number): void;
}

const NONE: Shards = { count: 0, run: () => {} };
/** Rows that are compared between two looks at the time. */
const ROWS_OF_SHARD = 16;
/** Arithmetic that rounds after each operation. */
const ALL_IN_BFLOAT16 = {
  inputs: 'bfloat16',
  productSums: 'bfloat16',
  scores: 'bfloat16',
  maskedScores: 'bfloat16',
  exponentials: 'bfloat16',
  weights: 'bfloat16',
  outputSums: 'bfloat16',
  output: 'bfloat16',
} as const;
/** Beyond so many multiply-adds for a row a change is not tried, and with others not beyond MOST_COST_TOGETHER. */
const MOST_COST = 50_000_000;

/** The shards of a chain. */
export function diagnosisShards({ part, diagnosis }: DiagnosisStage, chain: number): Shards {
  switch (part) {
    case 'compare':
      return comparing(diagnosis, chain);
    case 'sample':
      return sampling(diagnosis);
    case 'singles':
      return tryingSingles(diagnosis, chain);
    case 'first_pairs':
      return tryingPairs(diagnosis, chain, 0);
    case 'pairs':
      return tryingPairs(diagnosis, FIRST_PAIRS + chain, FIRST_PAIRS);
    case 'triples':
      return tryingTriples(diagnosis, chain);
    case 'confirm':
      return confirming(diagnosis, chain);
  }
}

function comparing(diagnosis: Diagnosis, chain: number): Shards {
  const { dump, exact, rowErrors, rowsBeyond, tolerance } = diagnosis;
  const model = new RowModel(dump);
  const right = rightConvention(dump);
  const from = chain * COMPARED_ROWS;
  const to = Math.min(from + COMPARED_ROWS, rowCount(dump));
  const run = (shard: number) => {
    const first = from + shard * ROWS_OF_SHARD;
    for (let index = first; index < Math.min(first + ROWS_OF_SHARD, to); index++) {
      const place = placeOf(dump, index);
      exact?.set(model.output(right, place), givenStart(diagnosis, place));
      const [start, own] = [givenStart(diagnosis, place), rightRow(diagnosis, place)];
      rowErrors[index] = squaredError(dump.given.output, start, own);
      rowsBeyond[index] = beyondCount(dump.given.output, start, own, tolerance);
    }
  };
  return { count: Math.ceil((to - from) / ROWS_OF_SHARD), run };
}

/** A row of the sample, and what is tried on it. */
interface Bench {
  model: RowModel;
  right: Convention;
  changes: readonly Change[];
  /** Σ (given − tried)² of the row by some changes. */
  error(convention: Convention, place: Place): number;
}

function benchOf(diagnosis: Diagnosis): Bench {
  const { dump } = diagnosis;
  const model = new RowModel(dump);
  const dims = sampleDims(diagnosis);
  const error = (convention: Convention, place: Place) =>
    squaredError(dump.given.output, givenStart(diagnosis, place), model.output(convention, place, dims));
  return { model, right: rightConvention(dump), changes: changesAt(dump, diagnosis.places), error };
}

/** The convention with some changes, in the order of the table. */
function changed(right: Convention, changes: readonly Change[], numbers: readonly number[]): Convention {
  return numbers.toSorted((a, b) => a - b).reduce((convention, at) => changes[at].variant.apply(convention), right);
}

/** Chooses rows, and computes what is right of each of them. */
function sampling(diagnosis: Diagnosis): Shards {
  if (!diagnosis.rowsBeyond.some((count) => count > 0)) return NONE;
  const bench = benchOf(diagnosis);
  const run = (shard: number) => {
    if (shard === 0) takeSample(diagnosis);
    else if (shard <= sampleCount(diagnosis)) measureRow(diagnosis, bench, shard - 1);
  };
  return { count: 1 + SAMPLE_ROWS, run };
}

function measureRow(diagnosis: Diagnosis, bench: Bench, row: number): void {
  const { dump, sizes, noise } = diagnosis;
  const { model, right } = bench;
  const dims = sampleDims(diagnosis);
  const place = placeOf(dump, diagnosis.sample[row]);
  const own = model.output(right, place, dims);
  const start = givenStart(diagnosis, place);
  const given = dump.given.output.subarray(start, start + dims);
  sizes.set([squares(own), squares(given), largestScore(bench, diagnosis, place)], SIZES * row);
  diagnosis.observed[row] = squaredError(given, 0, own);
  if (row >= NOISE_ROWS) return;
  noise[row] = squaredError(own, 0, model.output({ ...right, rounding: ALL_IN_BFLOAT16 }, place, dims));
}

/** The sum of the squares of numbers. */
function squares(numbers: Floats): number {
  let sum = 0;
  for (const number of numbers) if (Number.isFinite(number)) sum += number * number;
  return sum;
}

/** Each chain has the changes of one remainder, so that all of them cost about the same. */
function tryingSingles(diagnosis: Diagnosis, chain: number): Shards {
  if (!isOff(diagnosis)) return NONE;
  const { changes, singles } = diagnosis;
  const chains = diagnosisChains({ kind: 'diagnose', part: 'singles', diagnosis });
  const bench = benchOf(diagnosis);
  const most = roundingTolerance(diagnosis);
  const run = (shard: number) => {
    const change = chain + shard * chains;
    singles[change] = tried(diagnosis, bench, [change], most);
  };
  return { count: Math.ceil((changes - chain) / chains), run };
}

function largestScore({ model, right }: Bench, { dump }: Diagnosis, { batch, unit, row }: Place): number {
  const heads = dump.projections === undefined ? [unit] : Array.from({ length: dump.problem.numHeads }, (_, h) => h);
  return Math.max(...heads.map((head) => model.largestScore(right, { batch, head, row })));
}

/** So many rows are looked at of each change, one that is far off and another; of several together one is enough. */
const LEAST_ROWS = 2;

/** What remains on some rows, as a part of what was off on them, of what was off on all. */
function comparable(diagnosis: Diagnosis, sum: number, rows: number): number {
  const before = diagnosis.observed.subarray(0, rows).reduce((total, one) => total + one, 0);
  if (rows === sampleCount(diagnosis) || !(before > 0) || before === Number.POSITIVE_INFINITY) {
    return Math.sqrt(sum / (rows * sampleDims(diagnosis)));
  }
  return Math.sqrt(sum / before) * observed(diagnosis);
}

/** Root mean square of some changes together: over the sample where the first row does not rule them out. */
function tried(diagnosis: Diagnosis, bench: Bench, numbers: readonly number[], most: number): number {
  const convention = changed(bench.right, bench.changes, numbers);
  const dims = sampleDims(diagnosis);
  const rows = sampleCount(diagnosis);
  const behind = rowsBehind(convention, diagnosis.dump);
  const cost = behind * trialCost(diagnosis.dump, dims);
  // The budget counts rows that stand alone, however long.
  if (behind > 1 && cost > (numbers.length === 1 ? MOST_COST : MOST_COST_TOGETHER)) return Number.POSITIVE_INFINITY;
  const least = numbers.length > 1 || cost > MOST_COST_TOGETHER ? 1 : LEAST_ROWS;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    sum += bench.error(convention, placeOf(diagnosis.dump, diagnosis.sample[row]));
    // What is that far off on some rows cannot be right on all.
    if (row + 1 >= least && Math.sqrt(sum / (rows * dims)) > most) return comparable(diagnosis, sum, row + 1);
  }
  return comparable(diagnosis, sum, rows);
}

/** Whether a change may explain what some others leave. */
function canFollow(diagnosis: Diagnosis, changes: readonly Change[], before: Trial, next: number): boolean {
  const { hypothesis } = changes[next];
  if (before.changes.some((at) => changes[at].hypothesis === hypothesis)) return false;
  // Less precise arithmetic explains no more than a little.
  const isPrecision = PRECISION_NAMES.has(hypothesis.name);
  return !isPrecision || before.remaining * CLEARLY_LESS <= observed(diagnosis);
}

/** @param before how many changes have been combined with all others in an earlier part */
function tryingPairs(diagnosis: Diagnosis, at: number, before: number): Shards {
  const { changes, pairs } = diagnosis;
  if (!isFarOff(diagnosis) || at >= firstsOfPairs(diagnosis) || isExplained(diagnosis, before)) return NONE;
  const order = orderOfFirsts(diagnosis);
  const first = order[at];
  const alone = { changes: [first], remaining: diagnosis.singles[first] };
  const done = new Set(order.slice(0, at + 1));
  const bench = benchOf(diagnosis);
  const most = roundingTolerance(diagnosis);
  const run = (second: number) => {
    if (done.has(second) || !canFollow(diagnosis, bench.changes, alone, second)) return;
    pairs[first * changes + second] = tried(diagnosis, bench, [first, second], most);
  };
  return { count: changes, run };
}

function tryingTriples(diagnosis: Diagnosis, chain: number): Shards {
  const { changes, triples } = diagnosis;
  if (!isFarOff(diagnosis) || isExplained(diagnosis, FIRST_OF_PAIRS)) return NONE;
  const pair = bestPairs(diagnosis)[chain];
  if (pair === undefined || chain >= firstsOfPairs(diagnosis)) return NONE;
  const bench = benchOf(diagnosis);
  const most = roundingTolerance(diagnosis);
  const run = (third: number) => {
    if (!canFollow(diagnosis, bench.changes, pair, third)) return;
    triples[chain * changes + third] = tried(diagnosis, bench, [...pair.changes, third], most);
  };
  return { count: changes, run };
}

function confirming(diagnosis: Diagnosis, chain: number): Shards {
  const { dump, confirmed, confirmedRows } = diagnosis;
  const candidate = chain % CANDIDATES;
  const trials = isOff(diagnosis) ? candidates(diagnosis) : [];
  const trial = trials[candidate];
  if (trial === undefined) return NONE;
  const bench = benchOf(diagnosis);
  const convention = changed(bench.right, bench.changes, trial.changes);
  const rows = confirmedCount(diagnosis, trials.length);
  const part = Math.floor(chain / CANDIDATES);
  const from = Math.floor((part * rows) / CONFIRMING_CHAINS);
  const to = Math.floor(((part + 1) * rows) / CONFIRMING_CHAINS);
  const run = (shard: number) => {
    const at = from + shard;
    const place = placeOf(dump, confirmedRows[at]);
    const output = bench.model.output(convention, place, rowWidth(dump));
    confirmed[candidate * confirmedRows.length + at] = squaredError(
      dump.given.output,
      givenStart(diagnosis, place),
      output,
    );
  };
  return { count: to - from, run };
}
