/** A matrix of which all is there, as a sheet. */
import type { Grid } from '../pictures/grid.ts';
import type { Paint } from '../pictures/mark.ts';
import type { Sheet } from '../pictures/sheet.ts';

/** Weights; of a cell that is hidden there is none, see Block. */
export function weightsSheet(
  { rows, columns, values }: Grid,
  isHidden: (row: number, column: number) => boolean,
  paint?: Paint,
): Sheet {
  const seen = values.map((value, i) =>
    isHidden(Math.floor(i / columns), i % columns) ? Number.NEGATIVE_INFINITY : value,
  );
  return {
    rows,
    columns,
    blocks: [{ row: 0, column: 0, rows, columns, values: seen }],
    isOfPairs: true,
    scale: 'weights',
    most: 1,
    paint,
  };
}
