/** The weights of a head, as they should be and as the caller's code has them. */
import { conventionOf, type Explained } from '../../attention/diagnosis/causes.ts';
import { type Convention, rightConvention } from '../../attention/diagnosis/convention.ts';
import { RowModel } from '../../attention/diagnosis/row-model.ts';
import type { DiagnosisAnswer } from './diagnosis-answer.ts';

/** Rows and keys beyond these are not shown: nobody can tell them apart, and they would take long. */
const MOST_SHOWN = 128;

type Shown = number | string;

export function patternsOf({ diagnosis, shown }: DiagnosisAnswer, { causes }: Explained) {
  if (shown === undefined) return {};
  const { dump } = diagnosis;
  const { queryLength, keyLength } = dump.problem;
  const model = new RowModel(dump);
  const rows = Math.min(queryLength, MOST_SHOWN);
  const keys = Math.min(keyLength, MOST_SHOWN);
  const matrix = (convention: Convention): Shown[][] =>
    Array.from({ length: rows }, (_, row) =>
      Array.from(model.weights(convention, { ...shown, row }).subarray(0, keys), rounded),
    );
  const [cause] = causes;
  return {
    patterns: {
      ...shown,
      right: matrix(rightConvention(dump)),
      yours: cause === undefined ? null : matrix(conventionOf(diagnosis, cause)),
    },
  };
}

/** As many digits as float32 has. */
function rounded(weight: number): Shown {
  return Number.isFinite(weight) ? Number(weight.toPrecision(7)) : String(weight);
}
