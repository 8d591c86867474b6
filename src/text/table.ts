/** A matrix of weights as a table for a terminal. */
import type { Floats } from '../tensor/tensor.ts';
import { displayWidth, isolated, shownLabel } from './label.ts';

/** Weights of rows that look at columns. */
export interface LabeledWeights {
  rows: readonly string[];
  columns: readonly string[];
  /** [rows, columns], row-major, in [0, 1]. */
  weights: Floats;
}

export const DEFAULT_WIDTH = 80;
const MIN_WIDTH = 32;
/** Beyond these a table is no longer read; what is left out is said. */
const MAX_ROWS = 100;
const MAX_COLUMNS = 100;

const MAX_ROW_LABEL = 18;
const MAX_COLUMN_LABEL = 10;
/** "▅ 0.63" */
const CELL_WIDTH = 6;
const GAP = '  ';

/** Lower eighths of a block; the first is nothing. */
const LEVELS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

interface Column {
  index: number;
  label: string;
  width: number;
}

/**
 * Rows and columns with a bar and two decimals in each cell, in lines of at most `width` columns of a terminal. A matrix that
 * is too wide is cut into groups of columns below each other. Bars are relative to the largest weight; · is exactly 0.
 */
export function matrixTable({ rows, columns, weights }: LabeledWeights, width = DEFAULT_WIDTH): string {
  const lineWidth = Math.max(MIN_WIDTH, width);
  const shownRows = rows.slice(0, MAX_ROWS).map((row) => shownLabel(row, Math.min(MAX_ROW_LABEL, lineWidth / 3)));
  const shownColumns = columns.slice(0, MAX_COLUMNS).map((column, index): Column => {
    const label = shownLabel(column, MAX_COLUMN_LABEL);
    return { index, label, width: Math.max(CELL_WIDTH, displayWidth(label)) };
  });
  const labelWidth = Math.max(0, ...shownRows.map(displayWidth));
  const groups = columnGroups(shownColumns, lineWidth - labelWidth);
  const largest = largestOf(weights);
  const lines: string[] = [];
  for (const group of groups) {
    if (lines.length > 0) lines.push('');
    if (groups.length > 1) {
      lines.push(`columns ${group[0].index + 1} to ${group[group.length - 1].index + 1} of ${columns.length}`);
    }
    lines.push(line(padEnd('', labelWidth), group, ({ label, width: columnWidth }) => padStart(label, columnWidth)));
    for (const [row, label] of shownRows.entries()) {
      const cell = ({ index, width: columnWidth }: Column) =>
        cellText(weights[row * columns.length + index], { largest, columnWidth });
      lines.push(line(padEnd(label, labelWidth), group, cell));
    }
  }
  lines.push('', ...notes({ rows, columns, weights }, largest));
  return `${lines.join('\n')}\n`;
}

/** A label and spaces up to `width` columns of a terminal. */
export function padEnd(label: string, width: number): string {
  return isolated(label) + ' '.repeat(Math.max(0, width - displayWidth(label)));
}

/** Spaces and a label up to `width` columns of a terminal. */
export function padStart(label: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(label))) + isolated(label);
}

function columnGroups(columns: readonly Column[], room: number): Column[][] {
  const groups: Column[][] = [];
  let left = 0;
  for (const column of columns) {
    const needed = GAP.length + column.width;
    if (needed > left) {
      groups.push([]);
      left = room;
    }
    groups[groups.length - 1].push(column);
    left -= needed;
  }
  return groups;
}

function line(label: string, group: readonly Column[], cell: (column: Column) => string): string {
  return [label, ...group.map(cell)].join(GAP).trimEnd();
}

/** Padded by hand, as its width is known: to measure ten thousand cells takes 0.2 s. */
function cellText(weight: number, { largest, columnWidth }: { largest: number; columnWidth: number }): string {
  if (weight === 0) return `${' '.repeat(columnWidth - 1)}·`;
  return `${' '.repeat(columnWidth - CELL_WIDTH)}${LEVELS[Math.ceil((8 * weight) / largest)]} ${weight.toFixed(2)}`;
}

function largestOf(weights: Floats): number {
  let largest = 0;
  for (const weight of weights) if (weight > largest) largest = weight;
  return largest;
}

function notes({ rows, columns, weights }: LabeledWeights, largest: number): string[] {
  const notes: string[] = [];
  if (largest > 0) notes.push(`█ = ${largest.toFixed(2)}, the largest weight`);
  if (weights.includes(0)) notes.push('· = exactly 0');
  if (rows.length > MAX_ROWS) notes.push(`rows ${MAX_ROWS + 1} to ${rows.length} are left out`);
  if (columns.length > MAX_COLUMNS) notes.push(`columns ${MAX_COLUMNS + 1} to ${columns.length} are left out`);
  return notes;
}
