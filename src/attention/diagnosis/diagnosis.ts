/** The tables of a diagnosis: what was compared and what was tried, in memory that all threads share. */
import { allocateFloat64, type Memory } from '../../tensor/memory.ts';
import type { Convention } from './convention.ts';
import { type Dump, type Place, rowWidth, unitCount } from './dump.ts';
import type { Tolerance } from './errors.ts';
import { changesOf } from './hypotheses/table.ts';
import type { Format } from './rounding.ts';

/** Rows that every change is tried on. */
export const SAMPLE_ROWS = 12;
/** Numbers of a row that are computed for that. */
export const SAMPLE_DIMS = 8;
/** Rows that a chain compares. */
export const COMPARED_ROWS = 256;
/** Rows that are computed in a smaller format, to see what its arithmetic leaves. */
export const NOISE_ROWS = 4;
/** Numbers that are kept of the size of a row. */
export const SIZES = 3;
/** Chains that the changes are shared out to. */
const SINGLES_CHAINS = 8;
/** The best changes that are combined with all others, and the best pairs with a third. */
export const FIRST_OF_PAIRS = 512;
/** Of these, those that are combined first: mostly one of them is among the changes that are looked for. */
export const FIRST_PAIRS = 8;
export const FIRST_OF_TRIPLES = 8;
/** How many explanations are tried on more than the sample. */
export const CANDIDATES = 16;
/** The parts of the rows that each of them is tried on. */
export const CONFIRMING_CHAINS = 2;
const MOST_CONFIRMED_ROWS = 4096;
export const LEAST_CONFIRMED_ROWS = 32;
/** Up to so many multiply-adds all that is right is computed in float64. */
const EXACT_COST = 8_000_000;
/** Multiply-adds of float64 in a millisecond of a thread. */
const COST_OF_MS = 700_000;
/** A row that costs more multiply-adds is not computed for what is only a guess. */
export const MOST_COST_TOGETHER = 400_000;
/** What a row costs beside its products, in multiply-adds: exponentials of each key, and the call. */
const KEY_COST = 80;
const CALL_COST = 4000;
/** Offsets and lengths of each batch entry go to the thread with every task, and changes are made of them. */
const ENTRY_COST = 40;

export interface Diagnosis {
  dump: Dump;
  /** The format that all numbers of the given output fit into. */
  format: Format;
  /** What counts as the same. */
  tolerance: Tolerance;
  /** Multiply-adds that may be spent on pairs and triples, and half as many on confirming what explains the numbers. */
  budget: number;
  /** [rows, width]: what is right, in float64, where that is not too much. */
  exact: Float64Array | undefined;
  /** [rows]: Σ (given − right)²; Infinity where one of them is no number. */
  rowErrors: Float64Array;
  /** [rows]: numbers that are beyond the tolerance. */
  rowsBeyond: Float64Array;
  /** Numbers of the rows that are sampled; −1 where there are no more. */
  sample: Float64Array;
  /** [SAMPLE_ROWS, SIZES]: Σ right², Σ given² and the largest score of each row. */
  sizes: Float64Array;
  /** [SAMPLE_ROWS]: Σ (given − right)² over the numbers that are sampled. */
  observed: Float64Array;
  /** [NOISE_ROWS]: Σ (right − rounded)², of arithmetic in bfloat16. */
  noise: Float64Array;
  /** [changes]: root mean square that remains of each change. */
  singles: Float64Array;
  changes: number;
  /** [changes, 2]: where each stands in the table of hypotheses. */
  places: Float64Array;
  /** [changes, changes] and [FIRST_OF_TRIPLES, changes]: root mean square that remains; NaN: not tried. */
  pairs: Float64Array;
  triples: Float64Array;
  /** [CANDIDATES, confirmed rows]: Σ (given − tried)² over all numbers of a row. */
  confirmed: Float64Array;
  confirmedRows: Float64Array;
}

/** What is done one after another. */
export const PARTS = ['compare', 'sample', 'singles', 'first_pairs', 'pairs', 'triples', 'confirm'] as const;
export type Part = (typeof PARTS)[number];

export interface DiagnosisStage {
  kind: 'diagnose';
  part: Part;
  diagnosis: Diagnosis;
}

export function rowCount(dump: Dump): number {
  return dump.problem.batch * unitCount(dump) * dump.problem.queryLength;
}

/** Where row number `index` of an answer stands. */
export function placeOf(dump: Dump, index: number): Place {
  const { queryLength } = dump.problem;
  const head = Math.floor(index / queryLength);
  const units = unitCount(dump);
  return { batch: Math.floor(head / units), unit: head % units, row: index % queryLength };
}

/** What trying something on one row costs, in multiply-adds: the row, and what comes with each task. */
export function trialCost(dump: Dump, dims: number): number {
  return rowCost(dump, dims) + ENTRY_COST * dump.problem.batch;
}

function rowCost({ problem, projections }: Dump, dims: number): number {
  const { keyLength, headDim, valueDim, numHeads } = problem;
  const isJoined = projections !== undefined;
  const head = keyLength * (headDim / 2 + (isJoined ? valueDim : dims) + KEY_COST);
  return CALL_COST + head * (isJoined ? numHeads : 1);
}

/** From how many rows of scores one of the answer comes: a softmax over queries and means over heads need more than one. */
export function rowsBehind({ softmaxOver, averaged, swapsAxes }: Convention, { problem }: Dump): number {
  const { numHeads, queryLength } = problem;
  const length = swapsAxes ? Math.max(numHeads, queryLength) : queryLength;
  return (softmaxOver === 'queries' ? length : 1) * (averaged === 'nothing' ? 1 : numHeads);
}

/** What computing all that is right costs, in multiply-adds. */
export function exactCost(dump: Dump): number {
  return rowCount(dump) * rowCost(dump, rowWidth(dump));
}

export function allocateDiagnosis(
  dump: Dump,
  { format, tolerance, budgetMs }: Pick<Diagnosis, 'format' | 'tolerance'> & { budgetMs: number },
  memory: Memory,
): Diagnosis {
  const rows = rowCount(dump);
  const found = changesOf(dump).flat();
  const changes = found.length / 2;
  const budget = budgetMs * COST_OF_MS;
  const confirmed = Math.min(rows, MOST_CONFIRMED_ROWS, Math.max(LEAST_CONFIRMED_ROWS, affordableRows(dump, budget)));
  const table = (length: number, fill: number) => allocateFloat64(memory, length).fill(fill);
  const places = table(found.length, 0);
  places.set(found);
  return {
    dump,
    format,
    tolerance,
    budget,
    exact: exactCost(dump) <= EXACT_COST ? table(rows * rowWidth(dump), 0) : undefined,
    rowErrors: table(rows, 0),
    rowsBeyond: table(rows, 0),
    sample: table(SAMPLE_ROWS, -1),
    sizes: table(SIZES * SAMPLE_ROWS, 0),
    observed: table(SAMPLE_ROWS, 0),
    noise: table(NOISE_ROWS, 0),
    singles: table(changes, Number.POSITIVE_INFINITY),
    changes,
    places,
    pairs: table(changes * changes, Number.NaN),
    triples: table(FIRST_OF_TRIPLES * changes, Number.NaN),
    confirmed: table(CANDIDATES * confirmed, 0),
    confirmedRows: table(confirmed, -1),
  };
}

/** On how many rows an explanation can be confirmed. */
export function affordableRows(dump: Dump, budget: number): number {
  return Math.floor((EXACT_COST + budget) / (2 * trialCost(dump, rowWidth(dump))));
}

/** The stages of a diagnosis, after those that compute what is right. */
export function diagnosisStages(diagnosis: Diagnosis): DiagnosisStage[] {
  if (rowCount(diagnosis.dump) === 0) return [];
  return PARTS.map((part) => ({ kind: 'diagnose', part, diagnosis }));
}

/** How many chains a part has. */
export function diagnosisChains({ part, diagnosis }: DiagnosisStage): number {
  switch (part) {
    case 'compare':
      return Math.ceil(rowCount(diagnosis.dump) / COMPARED_ROWS);
    case 'sample':
      return 1;
    case 'singles':
      return Math.min(SINGLES_CHAINS, diagnosis.changes);
    case 'first_pairs':
      return Math.min(FIRST_PAIRS, diagnosis.changes);
    case 'pairs':
      return Math.max(0, Math.min(FIRST_OF_PAIRS, diagnosis.changes) - FIRST_PAIRS);
    case 'triples':
      return FIRST_OF_TRIPLES;
    case 'confirm':
      return CANDIDATES * CONFIRMING_CHAINS;
  }
}

/** About what a part costs, in multiply-adds of float64. */
export function diagnosisCost({ part, diagnosis }: DiagnosisStage): number {
  const { dump, exact, changes, budget, confirmedRows } = diagnosis;
  switch (part) {
    case 'compare':
      return exact === undefined ? rowCount(dump) * rowWidth(dump) : exactCost(dump);
    case 'sample':
      return rowCount(dump);
    case 'singles':
      return 3 * changes * trialCost(dump, SAMPLE_DIMS);
    case 'confirm':
      return confirmedRows.length * trialCost(dump, rowWidth(dump));
    default:
      return budget / 2;
  }
}
