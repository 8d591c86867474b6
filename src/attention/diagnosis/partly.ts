/** A misunderstanding that gives the numbers of all rows that are off, where others are right: code that is wrong for some heads only. */
import { rightConvention } from './convention.ts';
import { type Diagnosis, MOST_COST_TOGETHER, placeOf, rowsBehind, SAMPLE_DIMS, trialCost } from './diagnosis.ts';
import { rowWidth } from './dump.ts';
import { PRECISION_NAMES } from './hypotheses/precision.ts';
import { type Change, changesAt } from './hypotheses/table.ts';
import { givenStart, squaredError } from './residual.ts';
import { RowModel } from './row-model.ts';
import { exactTolerance } from './search.ts';

/** Rows that such an explanation is tried on, and how many of the changes that fit the first of them. */
const MOST_ROWS = 24;
const MOST_CHANGES = 4;
/** A row may leave somewhat more than all rows together. */
const MARGIN = 4;

/** The change that gives all rows that are off, if there is one and other rows are right. */
export function partlyExplained(diagnosis: Diagnosis): Change | undefined {
  const { dump, rowsBeyond } = diagnosis;
  const off = [...rowsBeyond.keys()].filter((row) => rowsBeyond[row] > 0);
  if (off.length < 2 || off.length === rowsBeyond.length) return undefined;
  const model = new RowModel(dump);
  const right = rightConvention(dump);
  const most = MARGIN * exactTolerance(diagnosis);
  const fits = ({ variant }: Change, row: number, dims: number) => {
    const convention = variant.apply(right);
    if (rowsBehind(convention, dump) * trialCost(dump, dims) > MOST_COST_TOGETHER) return false;
    const place = placeOf(dump, row);
    const output = model.output(convention, place, dims);
    return Math.sqrt(squaredError(dump.given.output, givenStart(diagnosis, place), output) / dims) <= most;
  };
  const width = rowWidth(dump);
  const changes = changesAt(dump, diagnosis.places).filter(({ hypothesis }) => !PRECISION_NAMES.has(hypothesis.name));
  const some = changes.filter((change) => fits(change, off[0], Math.min(width, SAMPLE_DIMS))).slice(0, MOST_CHANGES);
  const step = Math.max(1, Math.floor(off.length / MOST_ROWS));
  const rows = off.filter((_, at) => at % step === 0);
  return some.find((change) => rows.every((row) => fits(change, row, width)));
}
