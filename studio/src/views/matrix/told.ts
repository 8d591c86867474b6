/** What the matrix says in words. */
import { place, source } from '../../ask/matrix/current.ts';
import { MINUS_INFINITY, rough } from '../../pictures/figures.ts';
import { cell, exact, matrixKey, rowStatistics, wordOf } from './shown.ts';

/** The number of the cell that is looked into; undefined until it is known. */
export function exactValue(): number | undefined {
  const [at, known] = [cell.value, exact.value];
  const isOf = known?.of === matrixKey.value && known.cell.query === at?.query && known.cell.key === at.key;
  return isOf ? known.value : undefined;
}

export const valueText = (value: number): string =>
  value === Number.NEGATIVE_INFINITY ? `${MINUS_INFINITY}, may not be seen` : rough(value, 7);

/** Of the row of the cell. */
export function statisticsOfRow() {
  const [at, known] = [cell.value, rowStatistics.value];
  if (at === undefined || known === undefined || known.of !== matrixKey.value) return undefined;
  const row = at.query - known.from;
  const { entropy, maxWeight, maxKey, meanDistance } = known.rows;
  if (row < 0 || row >= entropy.length) return undefined;
  return { entropy: entropy[row], maxWeight: maxWeight[row], maxKey: maxKey[row], meanDistance: meanDistance[row] };
}

export function saidOf(): string {
  const [here, how, at] = [source.value, place.value, cell.value];
  if (here === undefined || how === undefined) return '';
  if (at === undefined) return `${how.step} of ${here.title}: ${here.rows} queries by ${here.keys} keys.`;
  const value = exactValue();
  const number = value === undefined ? '' : `: ${valueText(value)}`;
  return `Query ${wordOf(here, 'queries', at.query)}, key ${wordOf(here, 'keys', at.key)}${number}.`;
}
