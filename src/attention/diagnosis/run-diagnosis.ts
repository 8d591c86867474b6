/** Runs the parts of a diagnosis, shard by shard. What comes before is read from the tables: any thread can go on. */
import { type Convention, rightConvention } from './convention.ts';
import {
  CANDIDATES,
  COMPARED_ROWS,
  CONFIRMING_CHAINS,
  type Diagnosis,
  type DiagnosisStage,
  placeOf,
  rowCount,
  SAMPLE_DIMS,
  SAMPLE_ROWS,
  trialCost,
} from './diagnosis.ts';
import { type Place, rowWidth } from './dump.ts';
import { type Change, changesOf } from './hypotheses/table.ts';
import { givenStart, rightRow, squaredError } from './residual.ts';
import { FORMATS } from './rounding.ts';
import { RowModel } from './row-model.ts';
import { takeSample } from './sample.ts';
import {
  bestPairs,
  bestSingles,
  candidates,
  FIRST_CHANGE,
  isExplainedBy,
  isOff,
  roundingTolerance,
  sampleCount,
  sampleDims,
} from './search.ts';

interface Shards {
  count: number;
  run(shard: number): void;
}

const NONE: Shards = { count: 0, run: () => {} };
/** Rows that are compared between two looks at the time. */
const ROWS_OF_SHARD = 16;
/** A softmax over queries needs all rows of a head: beyond so many multiply-adds it is not tried. */
const MOST_OF_HEAD = 20_000_000;

/** The shards of a chain. */
export function diagnosisShards({ part, diagnosis }: DiagnosisStage, chain: number): Shards {
  switch (part) {
    case 'compare':
      return comparing(diagnosis, chain);
    case 'sample':
      return { count: 1, run: () => takeSample(diagnosis) };
    case 'singles':
      return tryingSingles(diagnosis, chain);
    case 'pairs':
      return tryingPairs(diagnosis, chain);
    case 'triples':
      return tryingTriples(diagnosis, chain);
    case 'confirm':
      return confirming(diagnosis, chain);
  }
}

function comparing(diagnosis: Diagnosis, chain: number): Shards {
  const { dump, exact, rowErrors } = diagnosis;
  const model = new RowModel(dump);
  const right = rightConvention(dump);
  const from = chain * COMPARED_ROWS;
  const to = Math.min(from + COMPARED_ROWS, rowCount(dump));
  const run = (shard: number) => {
    const start = from + shard * ROWS_OF_SHARD;
    for (let index = start; index < Math.min(start + ROWS_OF_SHARD, to); index++) {
      const place = placeOf(dump, index);
      exact?.set(model.output(right, place), givenStart(diagnosis, place));
      rowErrors[index] = squaredError(dump.given.output, givenStart(diagnosis, place), rightRow(diagnosis, place));
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
  const { queryLength, keyLength, headDim } = dump.problem;
  const headCost = queryLength * keyLength * headDim;
  const error = (convention: Convention, place: Place) => {
    if (convention.softmaxOver === 'queries' && headCost > MOST_OF_HEAD) return Number.POSITIVE_INFINITY;
    return squaredError(dump.given.output, givenStart(diagnosis, place), model.output(convention, place, dims));
  };
  return { model, right: rightConvention(dump), changes: changesOf(dump), error };
}

/** The convention with some changes, in the order of the table. */
export function changed(right: Convention, changes: readonly Change[], numbers: readonly number[]): Convention {
  return numbers.toSorted((a, b) => a - b).reduce((convention, at) => changes[at].variant.apply(convention), right);
}

function tryingSingles(diagnosis: Diagnosis, chain: number): Shards {
  if (chain >= sampleCount(diagnosis)) return NONE;
  const { dump, singles, sizes } = diagnosis;
  const bench = benchOf(diagnosis);
  const place = placeOf(dump, diagnosis.sample[chain]);
  const dims = sampleDims(diagnosis);
  const run = (line: number) => {
    singles[line * SAMPLE_ROWS + chain] = errorOfLine(line);
  };
  const errorOfLine = (line: number) => {
    const { model, right } = bench;
    if (line >= FIRST_CHANGE) return bench.error(changed(right, bench.changes, [line - FIRST_CHANGE]), place);
    const own = model.output(right, place, dims);
    if (line === 0) {
      sizes[2 * chain] = own.reduce((sum, number) => sum + number * number, 0);
      sizes[2 * chain + 1] = largestScore(bench, diagnosis, place);
      return bench.error(right, place);
    }
    const format = FORMATS[line - 1];
    const rounding = { inputs: format, weights: format, output: format };
    return squaredError(own, 0, model.output({ ...right, rounding }, place, dims));
  };
  return { count: FIRST_CHANGE + diagnosis.changes, run };
}

function largestScore({ model, right }: Bench, { dump }: Diagnosis, { batch, unit, row }: Place): number {
  const heads = dump.projections === undefined ? [unit] : Array.from({ length: dump.problem.numHeads }, (_, h) => h);
  return Math.max(...heads.map((head) => model.largestScore(right, { batch, head, row })));
}

/** Root mean square of some changes together: over the sample where the first row does not rule them out. */
function tried(diagnosis: Diagnosis, bench: Bench, numbers: readonly number[], most: number): number {
  const convention = changed(bench.right, bench.changes, numbers);
  const dims = sampleDims(diagnosis);
  const rows = sampleCount(diagnosis);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    sum += bench.error(convention, placeOf(diagnosis.dump, diagnosis.sample[row]));
    // What is that far off on some rows cannot be right on all.
    if (Math.sqrt(sum / (rows * dims)) > most) return Math.sqrt(sum / ((row + 1) * dims));
  }
  return Math.sqrt(sum / (rows * dims));
}

function canCombine(changes: readonly Change[], numbers: readonly number[]): boolean {
  return new Set(numbers.map((at) => changes[at].hypothesis.name)).size === numbers.length;
}

/** How many combinations each chain of a part may try. */
function affordable({ dump, budget }: Diagnosis): number {
  return Math.floor(budget / trialCost(dump, SAMPLE_DIMS));
}

function tryingPairs(diagnosis: Diagnosis, chain: number): Shards {
  const { changes, pairs } = diagnosis;
  if (!isOff(diagnosis) || isExplainedBy(diagnosis, 1)) return NONE;
  if (chain * changes > affordable(diagnosis)) return NONE;
  const order = bestSingles(diagnosis).map((trial) => trial.changes[0]);
  const first = order[chain];
  const done = new Set(order.slice(0, chain + 1));
  const bench = benchOf(diagnosis);
  const most = roundingTolerance(diagnosis);
  const run = (second: number) => {
    if (done.has(second) || !canCombine(bench.changes, [first, second])) return;
    pairs[first * changes + second] = tried(diagnosis, bench, [first, second], most);
  };
  return { count: changes, run };
}

function tryingTriples(diagnosis: Diagnosis, chain: number): Shards {
  const { changes, triples } = diagnosis;
  if (!isOff(diagnosis) || isExplainedBy(diagnosis, 2)) return NONE;
  const pair = bestPairs(diagnosis)[chain];
  if (pair === undefined || chain * changes > affordable(diagnosis)) return NONE;
  const bench = benchOf(diagnosis);
  const most = roundingTolerance(diagnosis);
  const run = (third: number) => {
    const numbers = [...pair.changes, third];
    if (!canCombine(bench.changes, numbers)) return;
    triples[chain * changes + third] = tried(diagnosis, bench, numbers, most);
  };
  return { count: changes, run };
}

function confirming(diagnosis: Diagnosis, chain: number): Shards {
  const { dump, confirmed, confirmedRows } = diagnosis;
  const candidate = chain % CANDIDATES;
  const trial = isOff(diagnosis) ? candidates(diagnosis)[candidate] : undefined;
  if (trial === undefined) return NONE;
  const bench = benchOf(diagnosis);
  const convention = changed(bench.right, bench.changes, trial.changes);
  const rows = confirmedRows.length;
  const part = Math.floor(chain / CANDIDATES);
  const from = Math.floor((part * rows) / CONFIRMING_CHAINS);
  const to = Math.floor(((part + 1) * rows) / CONFIRMING_CHAINS);
  const run = (shard: number) => {
    const at = from + shard;
    const place = placeOf(dump, confirmedRows[at]);
    const output = bench.model.output(convention, place, rowWidth(dump));
    confirmed[candidate * rows + at] = squaredError(dump.given.output, givenStart(diagnosis, place), output);
  };
  return { count: to - from, run };
}
