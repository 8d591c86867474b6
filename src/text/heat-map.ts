/** Matrices of weights as a picture: an SVG that stands alone, without scripts and without anything from elsewhere. */
import type { Floats } from '../tensor/tensor.ts';
import { describe, type HeatMapPanel, largestOf, nameOf, type Picture } from './heat-map-description.ts';
import { type ColumnLabels, FONT, fitted, type HeatMapLayout, layOut, MARGIN, panelPlace } from './heat-map-layout.ts';
import { shownLabel } from './label.ts';
import { COLOR_LEVELS, colorLevel, weightColors } from './palette.ts';

export interface HeatMap {
  title: string;
  /** What looks, and what is looked at. */
  rows: readonly string[];
  columns: readonly string[];
  /** Several stand side by side, on one scale of colors; where there is none, an empty one is drawn. */
  panels: readonly HeatMapPanel[];
  /** How many matrices there are beside the panels. */
  omitted?: number;
  /** The row to look at, by its number. */
  focus?: number | undefined;
}

/** Beyond these panels are left out, and a picture says so. */
export const MAX_PANELS = 16;
/** Cells with a title of their own, which a pointer shows. */
const MAX_TITLED_CELLS = 1_600;
const MAX_TITLE = 200;
const EMPTY: HeatMapPanel = { name: '', weights: new Float32Array(0) };

const FONT_FAMILY = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', sans-serif";
const LIGHT = { ground: '#ffffff', ink: '#1b1f24', soft: '#57606a', hidden: '#e9ecef' } as const;
const DARK = { ground: '#14171c', ink: '#eef1f4', soft: '#a3adb8', hidden: '#262b32' } as const;

/** Classes change colors only, so that a picture whose style is not allowed is a light one. */
const STYLE = `@media (prefers-color-scheme: dark) {${Object.entries(DARK)
  .map(([name, color]) => ` .heat-map-${name} { fill: ${color} }`)
  .join('')} .heat-map-frame { stroke: ${DARK.ink} } }`;

/**
 * Draws the weights as colored cells with labels, numbers where they fit, and a legend. For readers who do not see it, the
 * title and a description tell what it shows. Large matrices are drawn with cells that stand for several rows and columns and
 * show the largest of their weights, so that the size of the picture is bounded.
 */
export function heatMap(map: HeatMap): string {
  return map.panels.length > 0 ? drawn(map) : drawn({ ...map, rows: [], panels: [EMPTY], focus: undefined });
}

function drawn({ title, rows, columns, panels, omitted = 0, focus }: HeatMap): string {
  const shown = panels.slice(0, MAX_PANELS);
  const layout = layOut(rows, columns, { panels: shown.length, focus });
  const picture: Picture = {
    layout,
    rows,
    columns,
    focus,
    panels: shown,
    omittedPanels: panels.length - shown.length + omitted,
    largest: shown.reduce((largest, { weights }) => Math.max(largest, largestOf(weights)), 0),
    hasZeros: shown.some(({ weights }) => weights.includes(0)),
    hasTitles: layout.cellRows * layout.cellColumns * shown.length <= MAX_TITLED_CELLS,
  };
  const { width, height } = layout;
  const room = width - 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="heat-map-title heat-map-description" font-family="${FONT_FAMILY}">`,
    `<title id="heat-map-title">${xml(shownLabel(title, MAX_TITLE))}</title>`,
    `<desc id="heat-map-description">${xml(describe(picture))}</desc>`,
    `<style>${STYLE}</style>`,
    gradient(),
    `<rect width="${width}" height="${height}" rx="10" ${filled('ground')}/>`,
    text(fitted(title, FONT.title, room), { x: MARGIN, y: MARGIN + 17, size: FONT.title, fill: 'ink', weight: 600 }),
    text(fitted('Each row looks at the columns. More light is more weight.', FONT.subtitle, room), {
      x: MARGIN,
      y: MARGIN + 40,
      size: FONT.subtitle,
      fill: 'soft',
    }),
    ...shown.map((panel, index) => drawPanel(picture, panel, panelPlace(layout, index))),
    legend(picture),
    '</svg>\n',
  ].join('\n');
}

function drawPanel(picture: Picture, panel: HeatMapPanel, { x, y }: { x: number; y: number }): string {
  const { layout, panels } = picture;
  const { left, top } = layout;
  const name =
    panels.length === 1
      ? ''
      : text(fitted(panel.name, FONT.panel, layout.panelWidth), {
          x: 0,
          y: 13,
          size: FONT.panel,
          fill: 'ink',
          weight: 600,
        });
  return [
    `<g transform="translate(${x} ${y})">`,
    ...(name === '' ? [] : [name]),
    `<g transform="translate(${left} ${top})">`,
    ...axisLabels(layout, focusedCell(picture)),
    ...drawCells(picture, panel),
    ...focusFrame(picture),
    '</g>',
    '</g>',
  ].join('\n');
}

/** The row of cells in which the focus is. */
function focusedCell({ layout, focus }: Picture): number | undefined {
  return focus === undefined ? undefined : Math.floor(focus / layout.rowsPerCell);
}

/** A line around the row that has the focus; it lets what is behind it be pointed at. */
function focusFrame(picture: Picture): string[] {
  const row = focusedCell(picture);
  if (row === undefined) return [];
  const { cell, cellColumns } = picture.layout;
  const size = `width="${cellColumns * cell}" height="${cell}" rx="2"`;
  return [
    `<rect y="${row * cell}" ${size} fill="none" class="heat-map-frame" stroke="${LIGHT.ink}" stroke-width="2" pointer-events="none"/>`,
  ];
}

function axisLabels(
  { rowLabels, columnLabels, columnLabelStyle, cell, labelSize }: HeatMapLayout,
  focused: number | undefined,
): string[] {
  const style = `font-size="${labelSize}" ${filled('ink')}`;
  return [
    `<g text-anchor="end" ${style}>`,
    ...rowLabels.map(
      (label) =>
        `<text x="-8" y="${round(label.index * cell + cell / 2 + labelSize * 0.35)}"${label.index === focused ? ' font-weight="700"' : ''}>${xml(label.text)}</text>`,
    ),
    '</g>',
    `<g ${columnLabelStyle === 'flat' ? 'text-anchor="middle" ' : ''}${style}>`,
    ...columnLabels.map(
      (label) =>
        `<text transform="${columnTransform(columnLabelStyle, label.index * cell + cell / 2, labelSize)}">${xml(label.text)}</text>`,
    ),
    '</g>',
  ];
}

/** The middle of the letters' height stands over the middle of the column. */
function columnTransform(style: ColumnLabels, middle: number, size: number): string {
  if (style === 'flat') return `translate(${middle} -8)`;
  if (style === 'upright') return `translate(${round(middle + size * 0.35)} -6) rotate(-90)`;
  return `translate(${round(middle + size * 0.25)} -7) rotate(-45)`;
}

/** Cells by color if they have no titles (a few bytes each), else one by one. */
function drawCells(picture: Picture, panel: HeatMapPanel): string[] {
  const { layout, hasTitles, largest } = picture;
  const { cellRows, cellColumns, cell, gap, hasNumbers } = layout;
  const size = cell - gap;
  const rowNames = hasTitles ? cellNames(picture.rows, layout.rowsPerCell) : [];
  const columnNames = hasTitles ? cellNames(picture.columns, layout.columnsPerCell) : [];
  const rectangles: string[] = [];
  const numbers: string[] = [];
  const paths = new Array<string>(COLOR_LEVELS + 1).fill('');
  for (let row = 0; row < cellRows; row++) {
    for (let column = 0; column < cellColumns; column++) {
      const weight = cellWeight(picture, panel.weights, row, column);
      const [x, y] = [column * cell + gap / 2, row * cell + gap / 2];
      const level = weight === 0 ? COLOR_LEVELS : colorLevel(weight / largest);
      if (!hasTitles) {
        paths[level] += `M${x} ${y}h${size}v${size}h-${size}z`;
        continue;
      }
      const title = `<title>${rowNames[row]} looks at ${columnNames[column]}: ${weight === 0 ? '0' : weight.toFixed(4)}</title>`;
      rectangles.push(
        `<rect x="${x}" y="${y}" width="${size}" height="${size}" rx="2" ${fillOf(level)}>${title}</rect>`,
      );
      if (hasNumbers && weight > 0) {
        const [middleX, middleY] = [column * cell + cell / 2, row * cell + cell / 2];
        numbers.push(
          `<text x="${middleX}" y="${round(middleY + numberSize(cell) * 0.36)}" fill="${weightColors[level].ink}">${numberText(weight, cell)}</text>`,
        );
      }
    }
  }
  const drawn = paths.flatMap((path, level) =>
    path === '' ? [] : [`<path d="${path}" ${fillOf(level)}${gap === 0 ? ' shape-rendering="crispEdges"' : ''}/>`],
  );
  const style = `text-anchor="middle" font-size="${numberSize(cell)}" pointer-events="none" style="font-variant-numeric: tabular-nums"`;
  return [...drawn, ...rectangles, ...(numbers.length > 0 ? [`<g ${style}>`, ...numbers, '</g>'] : [])];
}

function fillOf(level: number): string {
  return level === COLOR_LEVELS ? filled('hidden') : `fill="${weightColors[level].fill}"`;
}

function numberSize(cell: number): number {
  return Math.min(14, Math.round(cell * 0.36));
}

/** Two decimals, without the zero before the point where there is little room. */
function numberText(weight: number, cell: number): string {
  const decimals = weight.toFixed(2);
  if (cell >= 36) return decimals;
  return weight < 0.995 ? decimals.slice(1) : '1';
}

/** The largest weight of the rows and columns that a cell stands for. */
function cellWeight({ layout, rows, columns }: Picture, weights: Floats, row: number, column: number): number {
  const { rowsPerCell, columnsPerCell } = layout;
  const lastRow = Math.min(rows.length, (row + 1) * rowsPerCell);
  const lastColumn = Math.min(columns.length, (column + 1) * columnsPerCell);
  let largest = 0;
  for (let i = row * rowsPerCell; i < lastRow; i++) {
    for (let j = column * columnsPerCell; j < lastColumn; j++) {
      largest = Math.max(largest, weights[i * columns.length + j]);
    }
  }
  return largest;
}

/** What the cells along one axis stand for, ready for XML. */
function cellNames(names: readonly string[], perCell: number): string[] {
  return Array.from({ length: Math.ceil(names.length / perCell) }, (_, i) => {
    const last = Math.min(names.length, (i + 1) * perCell) - 1;
    const first = nameOf(names[i * perCell]);
    return xml(last > i * perCell ? `${first} … ${nameOf(names[last])}` : first);
  });
}

function gradient(): string {
  const stops = weightColors
    .filter((_, level) => level % 7 === 0)
    .map(({ fill }, i, { length }) => `<stop offset="${round(i / (length - 1))}" stop-color="${fill}"/>`);
  return `<defs><linearGradient id="heat-map-scale">${stops.join('')}</linearGradient></defs>`;
}

/** 0 … the largest weight, and what an empty cell is. */
function legend({ layout, largest, hasZeros }: Picture): string {
  const [width, height] = [180, 10];
  const small = { y: 27, size: FONT.small, fill: 'soft' } as const;
  return [
    `<g transform="translate(${MARGIN} ${layout.legendTop})">`,
    `<rect width="${width}" height="${height}" rx="2" fill="url(#heat-map-scale)"/>`,
    text('0', { x: 0, ...small }),
    text(largest.toFixed(2), { x: width, anchor: 'end', ...small }),
    text('weight', { x: width / 2, anchor: 'middle', ...small }),
    ...(hasZeros
      ? [
          `<rect x="${width + 28}" width="${height}" height="${height}" rx="2" ${filled('hidden')}/>`,
          text('exactly 0', { x: width + 45, ...small, y: height - 1 }),
        ]
      : []),
    '</g>',
  ].join('\n');
}

interface TextStyle {
  x: number;
  y: number;
  size: number;
  fill: 'ink' | 'soft';
  weight?: 600;
  anchor?: 'middle' | 'end';
}

function text(shown: string, { x, y, size, fill, weight, anchor }: TextStyle): string {
  const more = `${weight === undefined ? '' : ` font-weight="${weight}"`}${anchor === undefined ? '' : ` text-anchor="${anchor}"`}`;
  return `<text x="${x}" y="${y}" font-size="${size}"${more} ${filled(fill)}>${xml(shown)}</text>`;
}

function filled(name: keyof typeof LIGHT): string {
  return `class="heat-map-${name}" fill="${LIGHT[name]}"`;
}

function round(x: number): number {
  return Math.round(x * 100) / 100;
}

/** Text between tags. What XML has no way to write is gone from every shown label. */
function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
