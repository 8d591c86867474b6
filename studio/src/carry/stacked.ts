/** Grids of one size as one tensor, as files have the heads of an attention. */
import type { Tensor } from '../files/tensor.ts';
import type { Grid } from '../pictures/grid.ts';

/** @returns [grids, rows, columns] */
export function stacked(name: string, grids: readonly Grid[]): Tensor {
  const [{ rows, columns }] = grids;
  const values = new Float32Array(grids.length * rows * columns);
  for (const [i, grid] of grids.entries()) values.set(grid.values, i * rows * columns);
  return { name, dtype: 'float32', shape: [grids.length, rows, columns], values };
}
