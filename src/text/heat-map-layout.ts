/** Where the parts of a heat map stand, in pixels. */
import { displayWidth, type ShownCharacter, shownCharacters } from './label.ts';

/** Rows and columns are merged until a panel has at most so many of each. */
const MAX_SIDE = 96;
/** Cells of all panels together. */
const MAX_CELLS = 20_000;

const MAX_ROW_LABEL = 22;
const MAX_COLUMN_LABEL = 16;
export const FONT = { title: 19, subtitle: 13, panel: 14, label: 13, small: 11.5 } as const;
/** From baseline to baseline, in font sizes. */
const LINE = 1.25;

const MAX_CELL = 54;
const MIN_CELL = 7;
/** The smallest cell with a number in it. */
const MIN_NUMBER_CELL = 26;
const PANEL_SIDE = { alone: 620, beside: 330 } as const;
const PICTURE_WIDTH = 1400;
export const MARGIN = 28;
const PANEL_GAP = 36;
const LABEL_GAP = 8;
const SLANT = Math.SQRT1_2;

/** How the labels of columns stand: as lines, at 45°, or upright. */
export type ColumnLabels = 'flat' | 'slanted' | 'upright';

export interface AxisLabel {
  /** The row or column of cells it belongs to. */
  index: number;
  text: string;
}

export interface HeatMapLayout {
  /** Rows and columns that one cell stands for. */
  rowsPerCell: number;
  columnsPerCell: number;
  cellRows: number;
  cellColumns: number;
  /** The side of a cell with the gap around it. */
  cell: number;
  gap: number;
  hasNumbers: boolean;
  labelSize: number;
  rowLabels: readonly AxisLabel[];
  columnLabels: readonly AxisLabel[];
  columnLabelStyle: ColumnLabels;
  /** From the left and top edge of a panel to its cells. */
  left: number;
  top: number;
  panelWidth: number;
  panelHeight: number;
  panelsPerRow: number;
  width: number;
  height: number;
  /** Where the panels begin, below title and subtitle. */
  panelsTop: number;
  legendTop: number;
}

const HEADER_HEIGHT = 66;
const LEGEND_HEIGHT = 58;
const MIN_WIDTH = 520;

/** Plans a picture of `panels` matrices with these labels; that of the row `focus` is always there. */
export function layOut(
  rows: readonly string[],
  columns: readonly string[],
  { panels, focus }: { panels: number; focus: number | undefined },
): HeatMapLayout {
  const side = Math.max(1, Math.min(MAX_SIDE, Math.floor(Math.sqrt(MAX_CELLS / panels))));
  const rowsPerCell = Math.max(1, Math.ceil(rows.length / side));
  const columnsPerCell = Math.max(1, Math.ceil(columns.length / side));
  const cellRows = Math.ceil(rows.length / rowsPerCell);
  const cellColumns = Math.ceil(columns.length / columnsPerCell);
  const room = panels === 1 ? PANEL_SIDE.alone : PANEL_SIDE.beside;
  const cell = Math.max(MIN_CELL, Math.min(MAX_CELL, Math.floor(room / Math.max(1, cellRows, cellColumns))));
  const labelSize = cell >= 20 ? FONT.label : FONT.small;

  const rowLabels = axisLabels(rows, rowsPerCell, {
    maxWidth: MAX_ROW_LABEL,
    every: Math.ceil((labelSize * LINE) / cell),
    always: focus,
  });
  const { style, labels: columnLabels } = columnLabelsOf(columns, columnsPerCell, { cell, labelSize });
  const widths = columnLabels.map(({ text }) => textWidth(text, labelSize));
  const longest = Math.max(0, ...widths);
  const labelHeight = style === 'flat' ? labelSize : style === 'slanted' ? SLANT * (longest + labelSize) : longest;
  const overhang = columnLabels.map(
    ({ index }, i) => (index + 0.5) * cell + (style === 'slanted' ? SLANT * (widths[i] + labelSize / 2) : 0),
  );

  const left = Math.ceil(Math.max(0, ...rowLabels.map(({ text }) => textWidth(text, labelSize))) + LABEL_GAP);
  const top = Math.ceil(labelHeight + LABEL_GAP + (panels > 1 ? FONT.panel * LINE + 8 : 0));
  const panelWidth = Math.ceil(left + Math.max(cellColumns * cell, ...overhang));
  const panelHeight = top + cellRows * cell;
  const fitting = Math.floor((PICTURE_WIDTH + PANEL_GAP) / (panelWidth + PANEL_GAP));
  const panelRows = Math.ceil(panels / Math.max(1, fitting));
  const panelsPerRow = Math.ceil(panels / panelRows);
  const panelsTop = MARGIN + HEADER_HEIGHT;
  const legendTop = panelsTop + panelRows * (panelHeight + PANEL_GAP) - PANEL_GAP + 26;
  return {
    rowsPerCell,
    columnsPerCell,
    cellRows,
    cellColumns,
    cell,
    gap: cell >= 16 ? 2 : cell >= 10 ? 1 : 0,
    hasNumbers: cell >= MIN_NUMBER_CELL,
    labelSize,
    rowLabels,
    columnLabels,
    columnLabelStyle: style,
    left,
    top,
    panelWidth,
    panelHeight,
    panelsPerRow,
    width: Math.max(MIN_WIDTH, 2 * MARGIN + panelsPerRow * (panelWidth + PANEL_GAP) - PANEL_GAP),
    height: legendTop + LEGEND_HEIGHT,
    panelsTop,
    legendTop,
  };
}

/** The left upper corner of a panel. */
export function panelPlace(layout: HeatMapLayout, panel: number): { x: number; y: number } {
  const { panelsPerRow, panelWidth, panelHeight, panelsTop } = layout;
  return {
    x: MARGIN + (panel % panelsPerRow) * (panelWidth + PANEL_GAP),
    y: panelsTop + Math.floor(panel / panelsPerRow) * (panelHeight + PANEL_GAP),
  };
}

function columnLabelsOf(
  columns: readonly string[],
  perCell: number,
  { cell, labelSize }: { cell: number; labelSize: number },
): { style: ColumnLabels; labels: AxisLabel[] } {
  const line = labelSize * LINE;
  const all = axisLabels(columns, perCell, { maxWidth: MAX_COLUMN_LABEL, every: 1 });
  if (all.every(({ text }) => textWidth(text, labelSize) <= cell - 6)) return { style: 'flat', labels: all };
  // Parallel labels at 45° are cell·sin 45° apart.
  if (cell * SLANT >= line) return { style: 'slanted', labels: all };
  const every = Math.ceil(line / cell);
  return { style: 'upright', labels: all.filter(({ index }) => index % every === 0) };
}

/**
 * Labels of every `every`-th cell; a cell of several rows is named after its first. The name `always` has its label in any
 * case, in place of those that would stand too near.
 */
function axisLabels(
  names: readonly string[],
  perCell: number,
  { maxWidth, every, always }: { maxWidth: number; every: number; always?: number | undefined },
): AxisLabel[] {
  const labelOf = (index: number, name: string): AxisLabel => {
    const characters = shownCharacters(name, maxWidth);
    return { index, text: characters.map(({ text }) => text).join('') };
  };
  const labels: AxisLabel[] = [];
  const own = always === undefined ? undefined : Math.floor(always / perCell);
  for (let index = 0; index * perCell < names.length; index += every) {
    const isNear = own !== undefined && Math.abs(index - own) < every;
    if (!isNear) labels.push(labelOf(index, names[index * perCell]));
  }
  if (own !== undefined && always !== undefined) labels.push(labelOf(own, names[always]));
  return labels;
}

const NARROW = /^[ ijltfrI.,:;'|!()[\]{}`]/;
const BROAD = /^[mwMW@%…—]/;
const PICTOGRAPH = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;
const CAPITAL_OR_SIGN = /^[\p{Lu}#&+=<>~^]/u;
const USUAL = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Common}]/u;

/**
 * How wide a text is in the usual sans-serif fonts, rather too wide than too narrow: SVG has no layout of its own, and which
 * font the reader has is not known.
 */
export function textWidth(shown: string, fontSize: number): number {
  let ems = 0;
  for (const character of shownCharacters(shown, shown.length * 2)) ems += emsOf(character);
  return ems * fontSize;
}

/** At least what Helvetica and DejaVu Sans take, of which the latter is among the widest. */
function emsOf({ text, width }: ShownCharacter): number {
  if (width >= 2) return (PICTOGRAPH.test(text) ? 0.675 : 0.53) * width;
  if (NARROW.test(text)) return 0.42;
  if (BROAD.test(text)) return 1.02;
  if (CAPITAL_OR_SIGN.test(text)) return 0.84;
  return USUAL.test(text) ? 0.64 : 0.95;
}

/** A text cut to the room it has. */
export function fitted(text: string, fontSize: number, room: number): string {
  let columns = Math.floor(room / (fontSize * 0.4));
  for (;;) {
    const shown = shownCharacters(text, columns);
    const joined = shown.map((character) => character.text).join('');
    const width = shown.reduce((sum, character) => sum + emsOf(character), 0) * fontSize;
    if (width <= room || columns <= 1) return joined;
    columns = Math.min(columns - 1, Math.floor((displayWidth(joined) * room) / width));
  }
}
