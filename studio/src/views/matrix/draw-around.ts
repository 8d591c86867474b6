/** Draws what stands around the cells: rulers with numbers or words, strips of statistics, and the frame of a cell. */
import type { RowStatistics } from '../../ask/matrix/source.ts';
import { boxOf, type Counts, cellsInSight, type MatrixSight } from '../../pictures/atlas.ts';
import type { Palette } from '../../pictures/palette.ts';
import type { Pair } from '../../state/state.ts';
import { type Layout, STRIPS } from './layout.ts';

export interface AroundSetting {
  layout: Layout;
  sight: MatrixSight;
  counts: Counts;
  palette: Palette;
  cell: Pair | undefined;
  unit: number;
  wordOf(of: 'queries' | 'keys', at: number): string;
  statistics: { from: number; rows: RowStatistics } | undefined;
}

const LABEL = 12;
/** Between two labels of a ruler, in pixels. */
const APART = 64;

export function drawAround(pen: CanvasRenderingContext2D, setting: AroundSetting): void {
  pen.font = `${LABEL * setting.unit}px system-ui, sans-serif`;
  pen.textBaseline = 'middle';
  drawRulers(pen, setting);
  drawFrames(pen, setting);
  drawStrips(pen, setting);
}

/** 1, 2 or 5 times a power of ten: the least that leaves room. */
export function stepOfRuler(cell: number, apart: number): number {
  const least = Math.max(1, apart / cell);
  const power = 10 ** Math.floor(Math.log10(least) + 1e-9);
  return [1, 2, 5, 10].map((times) => times * power).find((step) => step >= least - 1e-9) ?? 10 * power;
}

/** Where the matrix is in its room: what stands around a smaller one stands beside it, and not at the edge of the room. */
function edges({ layout: { extent }, sight, counts }: AroundSetting): { x: number; y: number; right: number } {
  const { x, y, width } = boxOf(sight, extent, { rows: [0, counts.rows], keys: [0, counts.keys] });
  return { x: Math.max(0, x), y: Math.max(0, y), right: Math.min(extent.width, x + width) };
}

function drawRulers(pen: CanvasRenderingContext2D, setting: AroundSetting): void {
  const { layout, sight, counts, palette, cell, unit, wordOf } = setting;
  const { left, top, extent } = layout;
  const { rows, keys } = cellsInSight(sight, extent, counts);
  const edge = edges(setting);
  const ink = (isLit: boolean) => {
    pen.fillStyle = palette.color(isLit ? 'light' : 'quiet');
  };
  pen.textAlign = 'center';
  const across = stepOfRuler(sight.cell, APART * unit);
  for (let key = Math.ceil(keys[0] / across) * across; key < keys[1]; key += across) {
    const { x, width } = boxOf(sight, extent, { rows: [0, 1], keys: [key, key + 1] });
    ink(key === cell?.key);
    const word = cut(wordOf('keys', key));
    // Beside the ruler stand the names of the strips.
    const end = x + width / 2 + (layout.strips.width === 0 ? 0 : pen.measureText(word).width / 2);
    if (x + width / 2 >= 0 && end <= extent.width)
      pen.fillText(word, left + x + width / 2, edge.y + top / 2, APART * unit);
  }
  pen.textAlign = 'right';
  const down = stepOfRuler(sight.cell, 2 * LABEL * unit);
  for (let row = Math.ceil(rows[0] / down) * down; row < rows[1]; row += down) {
    const { y, height } = boxOf(sight, extent, { rows: [row, row + 1], keys: [0, 1] });
    ink(row === cell?.query);
    if (y + height / 2 >= 0 && y + height / 2 <= extent.height)
      pen.fillText(cut(wordOf('queries', row)), edge.x + left - 6 * unit, top + y + height / 2, left - 8 * unit);
  }
}

const MOST_LETTERS = 10;
const cut = (word: string) => (word.length > MOST_LETTERS ? `${word.slice(0, MOST_LETTERS - 1)}…` : word);

/** Around the cell that is looked into, its row and its column. */
function drawFrames(pen: CanvasRenderingContext2D, { layout, sight, counts, palette, cell }: AroundSetting): void {
  if (cell === undefined) return;
  const { left, top, extent } = layout;
  pen.save();
  pen.beginPath();
  pen.rect(left, top, extent.width, extent.height);
  pen.clip();
  const [rows, keys] = [[cell.query, cell.query + 1] as const, [cell.key, cell.key + 1] as const];
  const frame = (at: Parameters<typeof boxOf>[2], color: 'light' | 'text', width: number) => {
    const box = boxOf(sight, extent, at);
    pen.strokeStyle = palette.color(color);
    pen.lineWidth = width;
    // What is thinner than a line would be hidden by it.
    const [across, down] = [Math.max(3, box.width), Math.max(3, box.height)];
    pen.strokeRect(left + box.x, top + box.y, across, down);
  };
  frame({ rows, keys: [0, counts.keys] }, 'light', 1);
  frame({ rows: [0, counts.rows], keys }, 'light', 1);
  frame({ rows, keys }, 'text', 2);
  pen.restore();
}

const TITLES = { entropy: 'entropy', max_weight: 'largest', mean_distance: 'distance' };

/** One bar a row; where rows are thinner than a pixel, one a pixel: the mean of its rows. */
function drawStrips(pen: CanvasRenderingContext2D, setting: AroundSetting): void {
  const { layout, sight, counts, palette, unit, statistics } = setting;
  const { strips, top, extent } = layout;
  if (strips.width === 0 || statistics === undefined) return;
  const { rows, from } = statistics;
  const series = { entropy: rows.entropy, max_weight: rows.maxWeight, mean_distance: rows.meanDistance };
  const edge = edges(setting);
  const left = strips.left - extent.width + edge.right;
  const most = {
    entropy: Math.log(Math.max(2, counts.keys)),
    max_weight: 1,
    mean_distance: largest(rows.meanDistance),
  };
  for (const [at, name] of STRIPS.entries()) {
    const x = left + at * (strips.width + 8 * unit);
    pen.textAlign = 'left';
    pen.fillStyle = palette.color('quiet');
    pen.fillText(TITLES[name], x, edge.y + top / 2, strips.width);
    pen.fillStyle = palette.color('light');
    const values = series[name];
    const gap = sight.cell > 4 ? 1 : 0;
    // Each bar has whole pixels: what is drawn over parts of two would look like waves that the numbers do not have.
    const step = Math.max(1, Math.ceil(1 / sight.cell));
    for (let row = 0; row < values.length; row += step) {
      const box = boxOf(sight, extent, { rows: [from + row, from + row + step], keys: [0, 1] });
      const [begin, end] = [Math.max(0, Math.round(box.y)), Math.min(extent.height, Math.round(box.y + box.height))];
      if (end <= begin) continue;
      const width = (strips.width * mean(values, row, step)) / most[name];
      pen.fillRect(x, top + begin, width, Math.max(1, end - begin - gap));
    }
  }
}

function mean(values: readonly number[], from: number, count: number): number {
  const end = Math.min(values.length, from + count);
  let sum = 0;
  for (let at = from; at < end; at++) sum += values[at];
  return sum / (end - from);
}

const largest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), 1e-9);
