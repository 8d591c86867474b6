import type { Grid } from '../attention/plan.ts';
import type { SpreadBy } from '../requests/spread-note.ts';
import type { AxisRange } from './placed.ts';

/** A part: ranges of batch entries, query heads, rows and keys. */
export interface Part {
  entries: AxisRange;
  heads: AxisRange;
  rows: AxisRange;
  keys: AxisRange;
  /** Which of the ranges of keys of its rows it has: 0 where there is one. */
  split: number;
  /** What it costs to compute, in multiply-adds. */
  cost: number;
}

/** Parts in the order of their rows in the output; by keys, those of the same rows follow each other. */
export interface Cut {
  by: SpreadBy;
  /** How the whole is planned. */
  grid: Grid;
  parts: readonly Part[];
}
