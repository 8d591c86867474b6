/** A matrix of weights: cells as bright as their weight, words at its sides, numbers where they fit. */
import { short } from './figures.ts';
import type { Axis, Grid } from './grid.ts';
import type { Mark, Paint } from './mark.ts';

export interface MatrixSetting {
  grid: Grid;
  rowWords: readonly string[];
  columnWords: readonly string[];
  isHidden(row: number, column: number): boolean;
  /** The color of a weight of 1; by default the light. */
  paint?: Paint;
  /** What there is room for. */
  width: number;
  /** By default as high as it is. */
  height?: number | undefined;
  unit: number;
  /** The widest word of a side, in type of LABEL_SIZE. */
  measure(words: readonly string[]): number;
  /** Without words and numbers, as a small picture among others. */
  isSmall?: boolean;
}

/** Where everything is; enough to find a cell without a mark. */
export interface MatrixPlan {
  left: number;
  top: number;
  cell: number;
  rows: number;
  columns: number;
  width: number;
  height: number;
  hasWords: boolean;
  hasNumbers: boolean;
  isTurned: boolean;
}

export const LABEL_SIZE = 12;
const MOST_CELL = 72;
/** From these sizes on there is room for words beside a cell, and for a number in it. */
const WORD_CELL = 13;
const NUMBER_CELL = 32;
const GAP = 8;
/** Longer words are cut by the picture's edge. */
const MOST_LABEL = 96;

export function planMatrix(setting: MatrixSetting): MatrixPlan {
  const {
    grid,
    width,
    height = Number.POSITIVE_INFINITY,
    unit,
    rowWords,
    columnWords,
    measure,
    isSmall = false,
  } = setting;
  const { rows, columns } = grid;
  const widest = (words: readonly string[]) => Math.min(MOST_LABEL * unit, measure(words));
  const side = isSmall ? 0 : widest(rowWords) + GAP * unit;
  const cellIn = (room: number, head: number) =>
    Math.min(MOST_CELL * unit, room / Math.max(1, columns), (height - head) / Math.max(1, rows));
  const lying = (LABEL_SIZE + 2 * GAP) * unit;
  const turned = widest(columnWords) + GAP * unit;
  const isWider = (cell: number) => widest(columnWords) > cell - 4 * unit;
  const hasWords = !isSmall && cellIn(width - side, lying) >= WORD_CELL * unit;
  const isTurned = hasWords && isWider(Math.floor(cellIn(width - side, lying)));
  const head = !hasWords ? 0 : isTurned ? turned : lying;
  const exact = Math.max(0, cellIn(hasWords ? width - side : width, head));
  // Whole pixels where they can be: cells of one size have edges that meet.
  const cell = exact >= 4 ? Math.floor(exact) : exact;
  const left = hasWords ? side : 0;
  return {
    left,
    top: head,
    cell,
    rows,
    columns,
    width: left + cell * columns,
    height: head + cell * rows,
    hasWords,
    hasNumbers: !isSmall && cell >= NUMBER_CELL * unit,
    isTurned,
  };
}

export function matrix(setting: MatrixSetting, plan: MatrixPlan): Mark[] {
  const { grid, isHidden, unit, paint: cellPaint = 'light' } = setting;
  const { left, top, cell, rows, columns } = plan;
  const strengths = Float32Array.from(grid.values);
  const numbers: Mark[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const place = row * columns + column;
      if (isHidden(row, column)) strengths[place] = Number.NaN;
      else if (plan.hasNumbers) {
        const strength = strengths[place];
        const [x, y] = [left + (column + 0.5) * cell, top + (row + 0.5) * cell];
        const size = LABEL_SIZE * unit;
        const ink = { paint: 'on-cell', strength, cellPaint } as const;
        numbers.push({ is: 'text', x, y, text: short(strength), size, anchor: 'middle', ...ink });
      }
    }
  }
  const cells: Mark = { is: 'cells', x: left, y: top, cell, rows, columns, strengths, paint: cellPaint };
  return [cells, ...numbers];
}

/** The words at the sides, and a frame around the row or column that is lit: what changes while the cells stay. */
/** What is framed: the rows or columns of the words that throw light, and a cell. */
export interface MatrixSides {
  axis: Axis;
  sources: readonly number[];
  pair: { row: number; column: number } | undefined;
}

export function matrixSides(
  { rowWords, columnWords, unit }: MatrixSetting,
  plan: MatrixPlan,
  lit: MatrixSides,
): Mark[] {
  const { left, top, cell, rows, columns, isTurned } = plan;
  const frames = lit.sources.map((source): Mark => {
    const frame = { is: 'frame', paint: 'light' } as const;
    if (lit.axis === 'row') return { ...frame, x: left, y: top + source * cell, width: columns * cell, height: cell };
    return { ...frame, x: left + source * cell, y: top, width: cell, height: rows * cell };
  });
  if (lit.pair !== undefined) {
    const [x, y] = [left + lit.pair.column * cell, top + lit.pair.row * cell];
    frames.push({ is: 'frame', x, y, width: cell, height: cell, paint: 'text' });
  }
  if (!plan.hasWords) return frames;
  const isLit = (axis: Axis, index: number) =>
    (lit.axis === axis && lit.sources.includes(index)) || lit.pair?.[axis] === index;
  const shared = (axis: Axis, index: number) =>
    ({ is: 'text', size: LABEL_SIZE * unit, paint: isLit(axis, index) ? 'light' : 'quiet' }) as const;
  const beside = rowWords.map((text, row): Mark => {
    return { ...shared('row', row), x: left - GAP * unit, y: top + (row + 0.5) * cell, text, anchor: 'end' };
  });
  const over = columnWords.map((text, column): Mark => {
    const x = left + (column + 0.5) * cell;
    const y = top - (isTurned ? 0.5 * GAP : GAP + LABEL_SIZE / 2) * unit;
    return { ...shared('column', column), x, y, text, anchor: isTurned ? 'start' : 'middle', isTurned };
  });
  return [...frames, ...beside, ...over];
}

/** The cell under a point; undefined beside the cells. */
export function cellAt(plan: MatrixPlan, x: number, y: number): { row: number; column: number } | undefined {
  const row = Math.floor((y - plan.top) / plan.cell);
  const column = Math.floor((x - plan.left) / plan.cell);
  const isInside = row >= 0 && row < plan.rows && column >= 0 && column < plan.columns;
  return isInside ? { row, column } : undefined;
}
