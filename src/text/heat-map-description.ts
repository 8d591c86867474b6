/** What a heat map shows, in words, for those who do not see it. */
import type { Floats } from '../tensor/tensor.ts';
import type { HeatMapLayout } from './heat-map-layout.ts';
import { isolated, shownLabel } from './label.ts';

/** One matrix of a picture, such as a head. */
export interface HeatMapPanel {
  name: string;
  /** [rows, columns], row-major, in [0, 1]. */
  weights: Floats;
}

/** All that is drawn. */
export interface Picture {
  layout: HeatMapLayout;
  rows: readonly string[];
  columns: readonly string[];
  panels: readonly HeatMapPanel[];
  /** The row to look at, by its number. */
  focus: number | undefined;
  omittedPanels: number;
  /** The largest weight of all panels, which has the brightest color. */
  largest: number;
  hasZeros: boolean;
  hasTitles: boolean;
}

const MAX_NAME = 24;
/** Rows whose largest weight is told, of all panels together. */
const MAX_TOLD_ROWS = 12;

/** Sentences on size, scale and what each of the first rows looks at most. */
export function describe(picture: Picture): string {
  const { layout, rows, columns, panels, focus, largest, omittedPanels, hasZeros, hasTitles } = picture;
  const { rowsPerCell, columnsPerCell } = layout;
  const sentences = [
    `Heat map of attention weights: ${rows.length} × ${columns.length}, each row looks at all columns.`,
    `The brighter a cell, the larger its weight; the brightest is ${largest.toFixed(2)}${hasZeros ? ', gray is exactly 0' : ''}.`,
  ];
  if (panels.length > 1) {
    sentences.push(`${panels.length} of them side by side: ${panels.map(({ name }) => nameOf(name)).join(', ')}.`);
  }
  if (focus !== undefined) sentences.push(`The row ${nameOf(rows[focus])} is marked.`);
  if (omittedPanels > 0) sentences.push(`${omittedPanels} more are left out.`);
  if (rowsPerCell * columnsPerCell > 1) {
    sentences.push(`A cell stands for ${rowsPerCell} × ${columnsPerCell} weights and shows the largest of them.`);
  }
  if (!hasTitles) sentences.push('Cells have no titles of their own.');
  for (const { name, weights } of panels) {
    if (rows.length === 0) continue;
    const told = rows.slice(0, Math.ceil(MAX_TOLD_ROWS / panels.length)).map((row, i) => {
      const own = weights.subarray(i * columns.length, (i + 1) * columns.length);
      const most = largestOf(own);
      if (most === 0) return `${nameOf(row)} looks at nothing`;
      return `${nameOf(row)} looks most at ${nameOf(columns[own.indexOf(most)])} (${most.toFixed(2)})`;
    });
    sentences.push(`${panels.length > 1 ? `${nameOf(name)}: ` : ''}${told.join('; ')}.`);
  }
  const toldRows = Math.min(rows.length, Math.ceil(MAX_TOLD_ROWS / panels.length));
  if (toldRows < rows.length) sentences.push(`Told of the first ${toldRows} rows.`);
  return sentences.join(' ');
}

/** A word or head inside a sentence. */
export function nameOf(name: string): string {
  return isolated(shownLabel(name, MAX_NAME));
}

export function largestOf(weights: Floats): number {
  let largest = 0;
  for (const weight of weights) if (weight > largest) largest = weight;
  return largest;
}
