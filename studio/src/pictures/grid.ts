/** Weights as a picture needs them, and what falls from some words on the others. */

export interface Grid {
  rows: number;
  columns: number;
  /** Row by row. */
  values: Float32Array;
}

/** Along a row: what a word looks at; down a column: who looks at it. */
export type Axis = 'row' | 'column';

/** The weights between one word and all on the other side. */
export function reach({ rows, columns, values }: Grid, axis: Axis, source: number): Float32Array {
  if (axis === 'row') return values.subarray(source * columns, (source + 1) * columns);
  return Float32Array.from({ length: rows }, (_, row) => values[row * columns + source]);
}

/** The weights of several words, added up. */
export function light(grid: Grid, axis: Axis, sources: readonly number[]): Float32Array {
  const sum = new Float32Array(axis === 'row' ? grid.columns : grid.rows);
  for (const source of sources) {
    const weights = reach(grid, axis, source);
    for (let i = 0; i < sum.length; i++) sum[i] += weights[i];
  }
  return sum;
}

/** The largest of the weights of several grids, cell by cell. */
export function maximum(grids: readonly Grid[]): Grid {
  const [{ rows, columns }] = grids;
  const values = new Float32Array(rows * columns);
  for (const grid of grids) {
    for (let i = 0; i < values.length; i++) values[i] = Math.max(values[i], grid.values[i]);
  }
  return { rows, columns, values };
}

/** The largest number above 0; 0 where there is none. */
export function largest(values: Float32Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}

/** The place of the largest, the first among equals; −1 where all are 0. */
export function strongest(weights: ArrayLike<number>): number {
  let best = -1;
  for (let i = 0; i < weights.length; i++) if (weights[i] > (best < 0 ? 0 : weights[best])) best = i;
  return best;
}

/**
 * Places by weight, the largest first; equal ones in their order. The few that are asked for are kept while all pass by:
 * sorting each row of four heads over 500 words kept the page for 170 ms.
 */
export function ranked(weights: Float32Array, most: number): number[] {
  const places: number[] = [];
  for (let i = 0; i < weights.length; i++) {
    if (places.length === most && !(weights[i] > weights[places[most - 1]])) continue;
    if (places.length === most) places.pop();
    let at = places.length;
    while (at > 0 && weights[i] > weights[places[at - 1]]) at--;
    places.splice(at, 0, i);
  }
  return places;
}
