/** A matrix that is filled bit by bit: the blocks that are there, words at its sides, room for those that come. */
import { short } from './figures.ts';
import type { CellsMark, Mark, Paint, Scale } from './mark.ts';

/** A part of a matrix that is there. */
export interface Block {
  row: number;
  column: number;
  rows: number;
  columns: number;
  /** Row by row; −∞ where nothing may be seen. */
  values: Float32Array;
}

export interface Sheet {
  rows: number;
  columns: number;
  blocks: readonly Block[];
  /** Whether each column is a word; else they are only numbers. */
  isOfPairs: boolean;
  scale: Scale;
  /** The number of the strongest color. */
  most: number;
  /** That color; by default the light. */
  paint?: Paint | undefined;
}

export interface SheetSetting {
  sheet: Sheet;
  /** The matrix of all words that look and are looked at: rows stand where its rows stand, whatever they hold. */
  words: { rows: number; columns: number };
  rowWords: readonly string[];
  /** For sheets of pairs; the others leave the room for them, so that rows stay where they are. */
  columnWords: readonly string[];
  /** What there is room for, cells without words. */
  width: number;
  height: number;
  unit: number;
  measure(words: readonly string[]): number;
  isSmall?: boolean;
}

interface SheetPlan {
  left: number;
  top: number;
  cellWidth: number;
  cellHeight: number;
  width: number;
  height: number;
  hasWords: boolean;
  hasNumbers: boolean;
  isTurned: boolean;
}

export const SHEET_LABEL = 12;
const MOST_CELL = 56;
const MOST_SLIVER = 14;
const WORD_CELL = 13;
const NUMBER_CELL = 32;
const NUMBER_GAP = 4;
const GAP = 8;
const MOST_LABEL = 96;

export function planSheet(setting: SheetSetting): SheetPlan {
  const { sheet, words, width, height, unit, rowWords, columnWords, measure, isSmall = false } = setting;
  const widest = (labels: readonly string[]) => Math.min(MOST_LABEL * unit, measure(labels));
  const cellIn = (room: number) =>
    Math.min(MOST_CELL * unit, room / Math.max(1, words.columns), height / Math.max(1, words.rows));
  const side = isSmall ? 0 : widest(rowWords) + GAP * unit;
  const hasWords = !isSmall && cellIn(width - side) >= WORD_CELL * unit;
  const exact = cellIn(hasWords ? width - side : width);
  // Whole pixels where they can be: cells of one size have edges that meet.
  const cell = exact >= 4 ? Math.floor(exact) : exact;
  const left = hasWords ? side : 0;
  const isTurned = hasWords && widest(columnWords) > cell - 4 * unit;
  const top = !hasWords ? 0 : isTurned ? widest(columnWords) + GAP * unit : (SHEET_LABEL + 2 * GAP) * unit;
  const across = sheet.isOfPairs ? cell : Math.min(MOST_SLIVER * unit, (width - left) / Math.max(1, sheet.columns));
  const cellHeight = Math.min(cell, height / Math.max(1, sheet.rows));
  const number = Math.max(NUMBER_CELL * unit, measure([short(sheet.most)]) + NUMBER_GAP * unit);
  return {
    left,
    top,
    cellWidth: across,
    cellHeight,
    width: left + across * sheet.columns,
    height: top + cellHeight * sheet.rows,
    hasWords,
    hasNumbers: !isSmall && sheet.isOfPairs && cell >= number,
    isTurned,
  };
}

export function sheetMarks({ sheet, unit }: SheetSetting, plan: SheetPlan): Mark[] {
  return sheet.blocks.flatMap((block) => [cellsOf(block, sheet, plan), ...(plan.hasNumbers ? numbers(block) : [])]);

  function numbers({ row, column, rows, columns, values }: Block): Mark[] {
    const marks: Mark[] = [];
    for (let i = 0; i < rows * columns; i++) {
      const value = values[i];
      if (value === Number.NEGATIVE_INFINITY) continue;
      const x = plan.left + (column + (i % columns) + 0.5) * plan.cellWidth;
      const y = plan.top + (row + Math.floor(i / columns) + 0.5) * plan.cellHeight;
      const shared = { is: 'text', size: SHEET_LABEL * unit, anchor: 'middle', paint: 'on-cell' } as const;
      const ink = { strength: value / sheet.most, scale: sheet.scale, cellPaint: sheet.paint };
      marks.push({ ...shared, x, y, text: short(value), ...ink });
    }
    return marks;
  }
}

function cellsOf(
  { row, column, rows, columns, values }: Block,
  { most, scale, paint }: Sheet,
  plan: SheetPlan,
): CellsMark {
  const { left, top, cellWidth, cellHeight } = plan;
  const strengths = values.map((value) => (value === Number.NEGATIVE_INFINITY ? Number.NaN : value / most));
  const [x, y] = [left + column * cellWidth, top + row * cellHeight];
  return { is: 'cells', x, y, cell: cellWidth, cellHeight, rows, columns, strengths, scale, paint };
}

export interface Lit {
  row: number | undefined;
  column: number | undefined;
  /** A part that is worked on. */
  tile: { rows: readonly [number, number]; columns: readonly [number, number] } | undefined;
}

/** The edge of the whole, words at its sides, and frames around what is looked at: what changes while the cells stay. */
export function sheetSides(setting: SheetSetting, plan: SheetPlan, { row, column, tile }: Lit): Mark[] {
  const { sheet, rowWords, columnWords, unit } = setting;
  const { left, top, cellWidth, cellHeight, isTurned } = plan;
  const frame = (
    rows: readonly [number, number],
    columns: readonly [number, number],
    paint: 'line' | 'light' | 'text',
  ) =>
    ({
      is: 'frame',
      x: left + columns[0] * cellWidth,
      y: top + rows[0] * cellHeight,
      width: (columns[1] - columns[0]) * cellWidth,
      height: (rows[1] - rows[0]) * cellHeight,
      paint,
    }) as const;
  const all = [0, sheet.columns] as const;
  const marks: Mark[] = [frame([0, sheet.rows], all, 'line')];
  if (tile !== undefined) marks.push(frame(tile.rows, tile.columns, 'light'));
  else if (row !== undefined) marks.push(frame([row, row + 1], all, 'light'));
  else if (column !== undefined) marks.push(frame([0, sheet.rows], [column, column + 1], 'light'));
  if (row !== undefined && column !== undefined) marks.push(frame([row, row + 1], [column, column + 1], 'text'));
  if (!plan.hasWords) return marks;
  const isIn = (index: number, one: number | undefined, range: readonly [number, number] | undefined) =>
    range === undefined ? index === one : index >= range[0] && index < range[1];
  const shared = (isLit: boolean) =>
    ({ is: 'text', size: SHEET_LABEL * unit, paint: isLit ? 'light' : 'quiet' }) as const;
  const beside = rowWords.map((text, i): Mark => {
    const y = top + (i + 0.5) * cellHeight;
    return { ...shared(isIn(i, row, tile?.rows)), x: left - GAP * unit, y, text, anchor: 'end' };
  });
  return [...marks, ...beside, ...(sheet.isOfPairs ? overWords() : overNumbers())];

  function overWords(): Mark[] {
    return columnWords.map((text, i) => {
      const x = left + (i + 0.5) * cellWidth;
      const y = top - (isTurned ? 0.5 * GAP : GAP + SHEET_LABEL / 2) * unit;
      const isLit = isIn(i, column, tile?.columns);
      return { ...shared(isLit), x, y, text, anchor: isTurned ? 'start' : 'middle', isTurned };
    });
  }

  /** The first and the last. */
  function overNumbers(): Mark[] {
    const y = top - (GAP + SHEET_LABEL / 2) * unit;
    const ends = sheet.columns > 1 ? [1, sheet.columns] : [1];
    return ends.map((number) => {
      const x = left + (number - 0.5) * cellWidth;
      return { ...shared(false), x, y, text: String(number), anchor: 'middle' };
    });
  }
}

/** The cell under a point; undefined beside the cells. */
export function sheetCellAt({ sheet }: SheetSetting, plan: SheetPlan, x: number, y: number) {
  const row = Math.floor((y - plan.top) / plan.cellHeight);
  const column = Math.floor((x - plan.left) / plan.cellWidth);
  return row >= 0 && row < sheet.rows && column >= 0 && column < sheet.columns ? { row, column } : undefined;
}
