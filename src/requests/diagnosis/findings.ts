/** What a diagnosis has found, once all its tables are there. */
import { type Explained, explained } from '../../attention/diagnosis/causes.ts';
import { rightConvention } from '../../attention/diagnosis/convention.ts';
import { type Diagnosis, exactCost, placeOf, rowCount, SAMPLE_ROWS } from '../../attention/diagnosis/diagnosis.ts';
import { type ErrorFigures, ErrorSums, type Tolerance } from '../../attention/diagnosis/errors.ts';
import { type Pattern, patternOf } from '../../attention/diagnosis/pattern.ts';
import { givenStart, rightRow } from '../../attention/diagnosis/residual.ts';
import { RowModel } from '../../attention/diagnosis/row-model.ts';
import { chooseRows } from '../../attention/diagnosis/sample.ts';
import { type Verdict, verdictOf } from '../../attention/diagnosis/verdict.ts';
import { type Places, placesOf } from '../../attention/diagnosis/where.ts';
import type { Floats } from '../../tensor/tensor.ts';

export interface Findings {
  verdict: Verdict;
  errors: ErrorFigures;
  /** Of weights, lse and scores, where these were given. */
  otherErrors: ReadonlyMap<string, ErrorFigures>;
  places: Places;
  pattern: Pattern;
  explained: Explained;
}

const NOTHING: Explained = { causes: [], closest: [], partly: undefined };

export function findingsOf(diagnosis: Diagnosis, tolerance: Tolerance): Findings {
  const errors = outputErrors(diagnosis, tolerance);
  const places = placesOf(diagnosis, tolerance);
  const found: Explained = rowCount(diagnosis.dump) === 0 ? NOTHING : explained(diagnosis);
  const verdict = verdictOf(diagnosis, errors, found);
  return {
    verdict,
    errors,
    otherErrors: errorsOfOthers(diagnosis, tolerance),
    places,
    pattern: patternOf(diagnosis, places),
    explained: verdict.kind === 'match' ? NOTHING : found,
  };
}

function outputErrors(diagnosis: Diagnosis, tolerance: Tolerance): ErrorFigures {
  const { dump } = diagnosis;
  const sums = new ErrorSums(tolerance);
  for (let index = 0; index < rowCount(dump); index++) {
    const place = placeOf(dump, index);
    sums.addRow(dump.given.output, givenStart(diagnosis, place), rightRow(diagnosis, place));
  }
  return sums.figures();
}

/** Beyond that many multiply-adds only sampled rows of the other tensors are compared. */
const MOST_COST = 8_000_000;

function errorsOfOthers(diagnosis: Diagnosis, tolerance: Tolerance): Map<string, ErrorFigures> {
  const { dump } = diagnosis;
  const { given, problem } = dump;
  const { numHeads, keyLength, queryLength } = problem;
  const errors = new Map<string, ErrorFigures>();
  // What is padding is in no figure: nobody says what stands there.
  const rows = comparedRows(diagnosis).filter(([batch, , row]) => row < problem.queryLengths[batch]);
  const model = new RowModel(dump);
  const right = rightConvention(dump);
  const compare = (
    name: string,
    numbers: Floats | undefined,
    width: number,
    rightOf: (at: number[]) => ArrayLike<number>,
  ) => {
    if (numbers === undefined) return;
    const sums = new ErrorSums(tolerance);
    for (const [batch, head, row] of rows) {
      sums.addRow(numbers, ((batch * numHeads + head) * queryLength + row) * width, rightOf([batch, head, row]));
    }
    errors.set(name, sums.figures());
  };
  const at = ([batch, head, row]: number[]) => ({ batch, head, row });
  compare('lse', given.lse, 1, (place) => [model.logSumExp(right, at(place))]);
  compare('scores', given.scores, keyLength, (place) =>
    model.scores.scaled(right, at(place)).subarray(0, problem.keyLengths[place[0]]),
  );
  const isMean = given.weights !== undefined && given.weights.length < rowsOfHeads(diagnosis) * keyLength;
  if (isMean) errors.set('weights', meanWeightErrors(diagnosis, model, tolerance));
  else compare('weights', given.weights, keyLength, (place) => model.weights(right, at(place)));
  return errors;
}

function rowsOfHeads({ dump: { problem } }: Diagnosis): number {
  return problem.batch * problem.numHeads * problem.queryLength;
}

/** Weights as their mean over heads, as nn.MultiheadAttention gives them. */
function meanWeightErrors(diagnosis: Diagnosis, model: RowModel, tolerance: Tolerance): ErrorFigures {
  const { dump } = diagnosis;
  const { numHeads, keyLength, queryLength } = dump.problem;
  const sums = new ErrorSums(tolerance);
  const right = rightConvention(dump);
  for (const [batch, head, row] of comparedRows(diagnosis)) {
    if (head > 0 || dump.given.weights === undefined) continue;
    const mean = new Float64Array(keyLength);
    for (let h = 0; h < numHeads; h++) {
      const weights = model.weights(right, { batch, head: h, row });
      for (let j = 0; j < keyLength; j++) mean[j] += weights[j] / numHeads;
    }
    sums.addRow(dump.given.weights, (batch * queryLength + row) * keyLength, mean);
  }
  return sums.figures();
}

/** [batch, head, row] of all rows, or of those that are sampled. */
function comparedRows(diagnosis: Diagnosis): number[][] {
  const { dump } = diagnosis;
  const { numHeads, queryLength, batch } = dump.problem;
  const heads = Array.from({ length: numHeads }, (_, head) => head);
  if (exactCost(dump) <= MOST_COST) {
    return Array.from({ length: batch }, (_, b) => b).flatMap((b) =>
      heads.flatMap((head) => Array.from({ length: queryLength }, (_, row) => [b, head, row])),
    );
  }
  // Where all of the output is right nothing was sampled.
  const sample = new Float64Array(SAMPLE_ROWS);
  chooseRows(diagnosis, sample);
  return Array.from(
    sample.filter((index) => index >= 0),
    (index) => placeOf(dump, index),
  ).flatMap(({ batch: b, unit, row }) =>
    (dump.projections === undefined ? [unit] : heads).map((head) => [b, head, row]),
  );
}
