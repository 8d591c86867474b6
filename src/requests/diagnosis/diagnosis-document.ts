/** A diagnosis in the names of the wire. */
import { type Explanation, optionsOf } from '../../attention/diagnosis/causes.ts';
import { rowCount } from '../../attention/diagnosis/diagnosis.ts';
import type { ErrorFigures } from '../../attention/diagnosis/errors.ts';
import type { Change } from '../../attention/diagnosis/hypotheses/table.ts';
import type { Pattern } from '../../attention/diagnosis/pattern.ts';
import { isSearchComplete, sampleCount, triedCount } from '../../attention/diagnosis/search.ts';
import type { AxisErrors, WorstNumber } from '../../attention/diagnosis/where.ts';
import type { DiagnosisAnswer } from './diagnosis-answer.ts';
import type { Findings } from './findings.ts';
import { patternWords } from './pattern-words.ts';
import { patternsOf } from './patterns.ts';
import { summaryOf } from './summary.ts';

export type DiagnosisDocument = ReturnType<typeof diagnosisDocument>;

export function diagnosisDocument(answer: DiagnosisAnswer, findings: Findings) {
  const { diagnosis, tolerance, outputShape, width, kernel } = answer;
  const { verdict, errors, otherErrors, places, pattern, explained } = findings;
  const { dump, confirmedRows, exact } = diagnosis;
  const sizes = { rows: dump.problem.queryLength, columns: width };
  const words = patternWords(pattern, sizes);
  return {
    verdict: verdict.kind,
    summary: summaryOf(findings, words, tolerance),
    rounding: verdict.kind === 'rounding' ? { kind: verdict.format, ratio: short(verdict.ratio) } : null,
    tolerance,
    errors: Object.fromEntries(
      [['output', errors] as const, ...otherErrors].map(([name, figures]) => [name, figuresOf(figures)]),
    ),
    where: {
      pattern: words,
      ...whereOf(pattern, sizes, dump.projections !== undefined),
      worst: places.worst.map(worstOf),
      by_batch: places.batches.map(axisOf),
      by_head: dump.projections === undefined ? places.units.map(axisOf) : [],
      by_rows: places.rows.map(axisOf),
      by_columns: places.columns.map(axisOf),
      map: places.map.map((parts) => parts.map((error) => numberOf(short(error)))),
    },
    causes: explained.causes.map((cause) => ({ ...causeOf(cause), same_as: cause.sameAs })),
    closest: explained.closest.map(causeOf),
    partly: verdict.kind === 'different' && explained.partly !== undefined ? partOf(explained.partly) : null,
    ...patternsOf(answer, explained),
    meta: {
      kernel,
      /** What the given numbers were compared with. */
      reference: exact === undefined ? `${kernel}; float64 on the rows that are sampled` : 'float64',
      rows: rowCount(dump),
      rows_sampled: rowCount(dump) === 0 ? 0 : sampleCount(diagnosis),
      rows_confirmed: confirmedRows.length,
      tried: rowCount(dump) === 0 ? 0 : triedCount(diagnosis),
      is_search_complete: rowCount(dump) === 0 || isSearchComplete(diagnosis),
      shape: outputShape,
    },
  };
}

/** Six digits are enough for an error. */
function short(x: number): number {
  return Number.isFinite(x) ? Number(x.toPrecision(6)) : x;
}

function figuresOf(figures: ErrorFigures) {
  const { cosine, correlation } = figures;
  return {
    compared: figures.compared,
    beyond_tolerance: short(figures.beyondTolerance),
    max_absolute: short(figures.maxAbsolute),
    mean_absolute: short(figures.meanAbsolute),
    max_relative: short(figures.maxRelative),
    mean_relative: short(figures.meanRelative),
    root_mean_square: short(figures.rootMeanSquare),
    correlation: correlation === undefined ? null : short(correlation),
    cosine: cosine === undefined ? null : { min: short(cosine.min), mean: short(cosine.mean) },
    nan: figures.nan,
    infinite: figures.infinite,
  };
}

function axisOf({ from, to, rootMeanSquare, maxAbsolute, beyondTolerance }: AxisErrors) {
  return {
    from,
    to,
    root_mean_square: short(rootMeanSquare),
    max_absolute: short(maxAbsolute),
    beyond_tolerance: short(beyondTolerance),
  };
}

/** JSON has no number for what is not finite. */
export function numberOf(x: number): number | string {
  return Number.isFinite(x) ? x : String(x);
}

function worstOf({ index, given, right }: WorstNumber) {
  return { index, expected: numberOf(given), right: numberOf(right) };
}

function causeOf(cause: Explanation) {
  const [first] = cause.changes;
  return {
    names: cause.names,
    sentence: sentenceOf(cause),
    advice: cause.changes.map(({ hypothesis }) => hypothesis.advice).join(' '),
    remaining: { root_mean_square: numberOf(short(cause.rootMeanSquare)), ratio: numberOf(short(cause.ratio)) },
    request: first === undefined ? null : (optionsOf(cause) ?? null),
  };
}

function partOf(change: Change) {
  return {
    name: change.hypothesis.name,
    sentence: sentenceOf({ changes: [change] }),
    advice: change.hypothesis.advice,
  };
}

/** What the caller's code does, as a sentence. */
export function sentenceOf({ changes }: Pick<Explanation, 'changes'>): string {
  return `Your code ${changes.map(({ hypothesis }) => hypothesis.sentence).join(', and ')}.`;
}

interface Sizes {
  rows: number;
  columns: number;
}

/** The parts of a pattern that are more than words. */
function whereOf(pattern: Pattern, sizes: Sizes, isJoined: boolean) {
  const { batches, units, rows, columns } = pattern;
  return {
    kind: kindOf(pattern, sizes),
    ...(batches && { batch: batches }),
    ...(units && !isJoined && { heads: units }),
    ...(rows.kind === 'rows' && { rows: { from: rows.from, to: rows.to } }),
    ...(rows.kind === 'last_rows_of_blocks' && { block: rows.block, last_rows: rows.block - rows.from }),
    ...(rows.kind === 'rows_that_see_more' && { keys: rows.keys, ...(rows.rows && { rows: rows.rows }) }),
    ...(columns && { columns }),
  };
}

function kindOf({ isAnywhere, batches, units, rows, columns }: Pattern, sizes: Sizes): string {
  if (!isAnywhere) return 'none';
  const kinds = [
    ...(batches ? ['batch'] : []),
    ...(units ? ['heads'] : []),
    ...(rows.kind === 'all' ? [] : [rows.kind === 'rows' && rows.to === sizes.rows ? 'rows_from' : rows.kind]),
    ...(columns ? [columns.to === sizes.columns ? 'columns_from' : 'columns'] : []),
  ];
  if (kinds.length > 1) return rows.kind === 'scattered' ? 'scattered' : 'mixed';
  return kinds[0] ?? 'all';
}
