/** Right, rounded, or different. */
import { type Explained, isPrecision } from './causes.ts';
import { type Diagnosis, rowCount } from './diagnosis.ts';
import { rowWidth } from './dump.ts';
import type { ErrorFigures } from './errors.ts';
import { FORMATS, type Format } from './rounding.ts';
import { exactTolerance, isOff, noiseOf, observed } from './search.ts';

export type Verdict =
  | { kind: 'match' }
  /** `ratio`: what was observed beside what that arithmetic explains. */
  | { kind: 'rounding'; format: Format; ratio: number }
  | { kind: 'different' };

/** What rounding explains is known up to about that. */
const MOST_RATIO = 2.5;
/** And of a single row, up to that. */
const MOST_ROW_RATIO = 6;

export function verdictOf(diagnosis: Diagnosis, errors: ErrorFigures, { causes }: Explained): Verdict {
  if (errors.beyondTolerance === 0) return { kind: 'match' };
  const [cause] = causes;
  if (cause !== undefined && !isPrecision(cause)) return { kind: 'different' };
  const explained = roundingOf(diagnosis);
  if (explained !== undefined) return explained;
  if (cause === undefined) return { kind: 'different' };
  const format = cause.names.some((name) => name.endsWith('_bfloat16')) ? 'bfloat16' : 'float16';
  const ratio = observed(diagnosis) / noiseOf(diagnosis, format);
  // What was given is no number where it should be one: that is an overflow.
  return Number.isFinite(ratio) ? { kind: 'rounding', format, ratio } : { kind: 'different' };
}

/** The smallest error that some arithmetic makes and that is not smaller than what was observed. */
function roundingOf(diagnosis: Diagnosis): Extract<Verdict, { kind: 'rounding' }> | undefined {
  const error = observed(diagnosis);
  const worst = worstRow(diagnosis);
  if (!isOff(diagnosis) && worst <= MOST_ROW_RATIO * exactTolerance(diagnosis)) {
    return { kind: 'rounding', format: 'float32', ratio: error / exactTolerance(diagnosis) };
  }
  const kinds = FORMATS.map((format) => ({ format, noise: noiseOf(diagnosis, format) }))
    .filter(({ format }) => format !== 'float32' && isPossible(format, diagnosis))
    .sort((a, b) => a.noise - b.noise);
  const fitting = kinds.find(({ noise }) => error <= MOST_RATIO * noise && worst <= MOST_ROW_RATIO * noise);
  return fitting && { kind: 'rounding', format: fitting.format, ratio: error / fitting.noise };
}

/** TF32 and float16 have the same significand: which of them it was, only the numbers that were given can say. */
function isPossible(format: Format, { format: given }: Diagnosis): boolean {
  return given === 'float16' ? format !== 'tf32' : format !== 'float16';
}

/** Root mean square of the row that is farthest off. */
function worstRow({ dump, rowErrors }: Diagnosis): number {
  let worst = 0;
  for (let row = 0; row < rowCount(dump); row++) worst = Math.max(worst, rowErrors[row]);
  return Math.sqrt(worst / rowWidth(dump));
}
