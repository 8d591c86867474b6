/** The weights of a head, as they should be and as the caller's code has them. */
import { conventionOf, type Explained } from '../../attention/diagnosis/causes.ts';
import { type Convention, rightConvention } from '../../attention/diagnosis/convention.ts';
import { trialCost } from '../../attention/diagnosis/diagnosis.ts';
import { RowModel } from '../../attention/diagnosis/row-model.ts';
import type { DiagnosisAnswer } from './diagnosis-answer.ts';

/** Rows and keys beyond these are not shown: nobody can tell them apart, and they would take long. */
const MOST_SHOWN = 128;
/** Of very long rows fewer are shown: all are computed at once, for so many multiply-adds. */
const MOST_COST = 20_000_000;

type Shown = number | string;

export function patternsOf({ diagnosis, shown }: DiagnosisAnswer, { causes }: Explained) {
  if (shown === undefined) return {};
  const { dump } = diagnosis;
  const { queryLength, keyLength } = dump.problem;
  const model = new RowModel(dump);
  const affordable = Math.max(1, Math.floor(MOST_COST / trialCost(dump, 0)));
  const rows = Math.min(queryLength, MOST_SHOWN, affordable);
  const keys = Math.min(keyLength, MOST_SHOWN);
  const matrix = (convention: Convention): Shown[][] =>
    Array.from({ length: rows }, (_, row) =>
      Array.from(model.weights(convention, { ...shown, row }).subarray(0, keys), rounded),
    );
  const [cause] = causes;
  const yours = cause && conventionOf(diagnosis, cause);
  return {
    patterns: {
      ...shown,
      right: matrix(rightConvention(dump)),
      yours: yours === undefined || yours.swapsAxes ? null : matrix(yours),
    },
  };
}

/** As many digits as float32 has. */
function rounded(weight: number): Shown {
  return Number.isFinite(weight) ? Number(weight.toPrecision(7)) : String(weight);
}
