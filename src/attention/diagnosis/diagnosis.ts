/** The tables of a diagnosis: what was compared and what was tried, in memory that all threads share. */
import { allocateFloat64, type Memory } from '../../tensor/memory.ts';
import { type Dump, type Place, rowWidth, unitCount } from './dump.ts';
import { changesOf } from './hypotheses/table.ts';
import { FORMATS, type Format } from './rounding.ts';

/** Rows that every change is tried on. */
export const SAMPLE_ROWS = 12;
/** Numbers of a row that are computed for that. */
export const SAMPLE_DIMS = 8;
/** Rows that a chain compares. */
export const COMPARED_ROWS = 256;
/** The best changes that are combined with all others, and the best pairs with a third. */
export const FIRST_OF_PAIRS = 64;
export const FIRST_OF_TRIPLES = 8;
/** How many explanations are tried on more than the sample. */
export const CANDIDATES = 16;
/** The parts of the rows that each of them is tried on. */
export const CONFIRMING_CHAINS = 2;
const MOST_CONFIRMED_ROWS = 4096;
const LEAST_CONFIRMED_ROWS = 32;
/** Up to so many multiply-adds all that is right is computed in float64. */
const EXACT_COST = 8_000_000;
/** Multiply-adds of float64 in a millisecond of a thread. */
const COST_OF_MS = 700_000;
/** What a row costs beside its products, in multiply-adds: exponentials of each key, and the call. */
const KEY_COST = 24;
const CALL_COST = 4000;

export interface Diagnosis {
  dump: Dump;
  /** The format that all numbers of the given output fit into. */
  format: Format;
  /** Multiply-adds that may be spent on pairs and triples. */
  budget: number;
  /** [rows, width]: what is right, in float64, where that is not too much. */
  exact: Float64Array | undefined;
  /** [rows]: Σ (given − right)²; Infinity where one of them is no number. */
  rowErrors: Float64Array;
  /** Numbers of the rows that are sampled; −1 where there are no more. */
  sample: Float64Array;
  /** [SAMPLE_ROWS, 2]: Σ right² and the largest score of each row. */
  sizes: Float64Array;
  /** [1 + formats + changes, SAMPLE_ROWS]: Σ (given − tried)² of what is right and of each change; of a format Σ (right − rounded)². */
  singles: Float64Array;
  changes: number;
  /** [changes, changes] and [FIRST_OF_TRIPLES, changes]: root mean square that remains; NaN: not tried. */
  pairs: Float64Array;
  triples: Float64Array;
  /** [CANDIDATES, confirmed rows]: as `singles`, over all numbers of a row. */
  confirmed: Float64Array;
  confirmedRows: Float64Array;
}

/** What is done one after another. */
export const PARTS = ['compare', 'sample', 'singles', 'pairs', 'triples', 'confirm'] as const;
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

/** What trying something on one row costs, in multiply-adds. */
export function trialCost({ problem, projections }: Dump, dims: number): number {
  const { keyLength, headDim, valueDim, numHeads } = problem;
  const isJoined = projections !== undefined;
  const head = keyLength * (headDim / 2 + (isJoined ? valueDim : dims) + KEY_COST);
  return CALL_COST + head * (isJoined ? numHeads : 1);
}

/** What computing all that is right costs, in multiply-adds. */
export function exactCost(dump: Dump): number {
  return rowCount(dump) * trialCost(dump, rowWidth(dump));
}

export function allocateDiagnosis(dump: Dump, format: Format, budgetMs: number, memory: Memory): Diagnosis {
  const rows = rowCount(dump);
  const changes = changesOf(dump).length;
  const budget = budgetMs * COST_OF_MS;
  const perRow = trialCost(dump, rowWidth(dump));
  const affordable = Math.floor((EXACT_COST + budget) / (2 * perRow));
  const confirmed = Math.min(rows, MOST_CONFIRMED_ROWS, Math.max(LEAST_CONFIRMED_ROWS, affordable));
  const table = (length: number, fill: number) => allocateFloat64(memory, length).fill(fill);
  return {
    dump,
    format,
    budget,
    exact: exactCost(dump) <= EXACT_COST ? table(rows * rowWidth(dump), 0) : undefined,
    rowErrors: table(rows, 0),
    sample: table(SAMPLE_ROWS, -1),
    sizes: table(2 * SAMPLE_ROWS, 0),
    singles: table((1 + FORMATS.length + changes) * SAMPLE_ROWS, 0),
    changes,
    pairs: table(changes * changes, Number.NaN),
    triples: table(FIRST_OF_TRIPLES * changes, Number.NaN),
    confirmed: table(CANDIDATES * confirmed, 0),
    confirmedRows: table(confirmed, -1),
  };
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
      return SAMPLE_ROWS;
    case 'pairs':
      return Math.min(FIRST_OF_PAIRS, diagnosis.changes);
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
      return SAMPLE_ROWS * changes * trialCost(dump, SAMPLE_DIMS);
    case 'confirm':
      return confirmedRows.length * trialCost(dump, rowWidth(dump));
    default:
      return budget / 2;
  }
}
