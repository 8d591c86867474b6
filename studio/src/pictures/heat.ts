/** Errors in cells, each as bright as its error is large beside the largest: rows and columns are parts of axes. */
import { rough } from './figures.ts';
import type { Mark } from './mark.ts';

export interface HeatSetting {
  /** Row by row; ∞ and NaN are as bright as can be. */
  values: Float32Array;
  rowNames: readonly string[];
  columnNames: readonly string[];
  /** The error of the brightest. */
  most: number;
  /** What there is room for. */
  width: number;
  unit: number;
  /** The widest of some names. */
  measure(names: readonly string[]): number;
  /** Of the names of the rows, where pictures below one another stand in one line. */
  side?: number;
}

export interface HeatPlan {
  left: number;
  top: number;
  cellWidth: number;
  cellHeight: number;
  rows: number;
  columns: number;
  width: number;
  height: number;
  hasNumbers: boolean;
}

export interface HeatCell {
  row: number;
  column: number;
}

const SIZE = 12;
const GAP = 8;
const ROW = 22;
const MOST_COLUMN = 64;
/** The widest number. */
const NUMBER = '8.8e−88';
const DIGITS = 2;

export function planHeat({ rowNames, columnNames, width, unit, measure, side }: HeatSetting): HeatPlan {
  const [rows, columns] = [rowNames.length, columnNames.length];
  const left = (side ?? measure(rowNames)) + GAP * unit;
  const exact = Math.min(MOST_COLUMN * unit, (width - left) / Math.max(1, columns));
  // Whole pixels where they can be: cells of one size have edges that meet.
  const cellWidth = exact >= 4 ? Math.floor(exact) : Math.max(0, exact);
  const [top, cellHeight] = [(SIZE + GAP) * unit, ROW * unit];
  return {
    left,
    top,
    cellWidth,
    cellHeight,
    rows,
    columns,
    width: left + columns * cellWidth,
    height: top + rows * cellHeight,
    hasNumbers: cellWidth >= measure([NUMBER]) + 0.5 * GAP * unit,
  };
}

export function heatMarks({ values, most, unit }: HeatSetting, plan: HeatPlan): Mark[] {
  const { left, top, cellWidth, cellHeight, rows, columns, hasNumbers } = plan;
  const strengths = values.map((value) => (value === 0 ? 0 : Number.isFinite(value) ? value / most : 1));
  const cells: Mark = {
    is: 'cells',
    x: left,
    y: top,
    cell: cellWidth,
    cellHeight,
    rows,
    columns,
    strengths,
  };
  if (!hasNumbers) return [cells];
  const numbers = [...values].map((value, i): Mark => {
    const x = left + ((i % columns) + 0.5) * cellWidth;
    const y = top + (Math.floor(i / columns) + 0.5) * cellHeight;
    const ink = { paint: 'on-cell', strength: strengths[i] } as const;
    return { is: 'text', x, y, text: rough(value, DIGITS), size: SIZE * unit, anchor: 'middle', ...ink };
  });
  return [cells, ...numbers];
}

/** Names at the sides and a frame around a cell: what changes while the cells stay. */
export function heatSides(
  { rowNames, columnNames, unit, measure }: HeatSetting,
  plan: HeatPlan,
  lit: HeatCell | undefined,
): Mark[] {
  const { left, top, cellWidth, cellHeight, rows, columns } = plan;
  const edge = { is: 'frame', x: left, y: top, width: columns * cellWidth, height: rows * cellHeight } as const;
  const marks: Mark[] = [{ ...edge, paint: 'line' }];
  if (lit !== undefined) {
    const [x, y] = [left + lit.column * cellWidth, top + lit.row * cellHeight];
    marks.push({ is: 'frame', x, y, width: cellWidth, height: cellHeight, paint: 'text' });
  }
  const text = { is: 'text', size: SIZE * unit } as const;
  const beside = rowNames.map((name, row): Mark => {
    const paint = lit?.row === row ? 'light' : 'quiet';
    const y = top + (row + 0.5) * cellHeight;
    return { ...text, x: left - GAP * unit, y, text: name, anchor: 'end', paint };
  });
  return [...marks, ...beside, ...over()];

  /** Those that have room: every name, or every second, fourth and so on. */
  function over(): Mark[] {
    const room = measure(columnNames) + GAP * unit;
    const step = 2 ** Math.max(0, Math.ceil(Math.log2(room / Math.max(cellWidth, 1))));
    const y = top - (SIZE / 2 + 2) * unit;
    const names = columnNames.map((name, column) => ({ name, column })).filter(({ column }) => column % step === 0);
    return names.map(({ name, column }): Mark => {
      const paint = lit?.column === column ? 'light' : 'quiet';
      return { ...text, x: left + (column + 0.5) * cellWidth, y, text: name, anchor: 'middle', paint };
    });
  }
}

/** The cell under a point; undefined beside the cells. */
export function heatCellAt(plan: HeatPlan, x: number, y: number): HeatCell | undefined {
  const row = Math.floor((y - plan.top) / plan.cellHeight);
  const column = Math.floor((x - plan.left) / plan.cellWidth);
  return row >= 0 && row < plan.rows && column >= 0 && column < plan.columns ? { row, column } : undefined;
}
