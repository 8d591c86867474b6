/** Draws the cells that are in sight: tiles, coarser ones where those are on their way, and numbers where there is room. */
import type { TilePart } from '../../ask/matrix/source.ts';
import type { TileStore } from '../../ask/matrix/tile-store.ts';
import {
  type Box,
  boxOf,
  type Counts,
  cellsInSight,
  cellsOfTile,
  type Extent,
  levelOf,
  type MatrixSight,
  numbersOfTile,
  parentOf,
  TILE_SIDE,
  type TilePlace,
  tilesInSight,
  topLevel,
} from '../../pictures/atlas.ts';
import { rough, short } from '../../pictures/figures.ts';
import { cellColor, type Palette } from '../../pictures/palette.ts';
import { inkOn } from '../../pictures/scale.ts';
import { type Strengthening, strengthOf } from '../../pictures/strength.ts';
import { TilePainter } from '../../pictures/tile-painter.ts';
import { READABLE } from './picks.ts';
import { partOf } from './shown.ts';

type How = Pick<TilePart, 'step' | 'batch' | 'head' | 'by'>;

export interface CellsSetting {
  sight: MatrixSight;
  extent: Extent;
  counts: Counts;
  how: How;
  look: Strengthening;
  store: TileStore;
  palette: Palette;
  density: number;
  /** Of type, in pixels by 16. */
  unit: number;
}

const painter = new TilePainter();

/** @param pen whose origin is that of the cells */
export function drawCells(pen: CanvasRenderingContext2D, setting: CellsSetting): void {
  const { sight, extent, counts, density } = setting;
  const level = levelOf(sight, density, extent);
  pen.save();
  pen.beginPath();
  pen.rect(0, 0, extent.width, extent.height);
  pen.clip();
  pen.imageSmoothingEnabled = false;
  hatch(pen, boxOf(sight, extent, { rows: [0, counts.rows], keys: [0, counts.keys] }), setting.palette);
  for (const tile of tilesInSight(sight, extent, counts, level)) drawTile(pen, tile, setting);
  if (sight.cell >= READABLE * setting.unit) drawNumbers(pen, setting);
  pen.restore();
}

/** A tile, or the part of a coarser one that is there. */
function drawTile(pen: CanvasRenderingContext2D, tile: TilePlace, setting: CellsSetting): void {
  const { sight, extent, counts, how, look, store, palette } = setting;
  const cells = cellsOfTile(tile, counts);
  const box = boxOf(sight, extent, cells);
  for (let at = tile; at.level <= topLevel(counts); at = parentOf(at)) {
    // What colors are measured by is of the largest numbers, whatever is shown.
    const isTop = at.level === topLevel(counts);
    const numbers =
      store.get(partOf(at, counts, how)) ?? (isTop ? store.get(partOf(at, counts, { ...how, by: 'max' })) : undefined);
    if (numbers === undefined) continue;
    const painted = painter.painted(numbers, numbersOfTile(at, counts), look, palette);
    if (painted === undefined) return;
    const [side, own] = [2 ** at.level, cellsOfTile(at, counts)];
    const [x, y] = [(cells.keys[0] - own.keys[0]) / side, (cells.rows[0] - own.rows[0]) / side];
    const [width, height] = [(cells.keys[1] - cells.keys[0]) / side, (cells.rows[1] - cells.rows[0]) / side];
    // What is seen through is what is hidden, and not what was drawn before.
    if (!painted.hasHidden) pen.clearRect(box.x, box.y, box.width, box.height);
    pen.drawImage(painted.picture, x, y, width, height, box.x, box.y, box.width, box.height);
    return;
  }
  pen.fillStyle = palette.color('raised');
  pen.fillRect(box.x, box.y, box.width, box.height);
}

const HATCH = 6;

/** Lines at an angle, where nothing may be seen. */
function hatch(pen: CanvasRenderingContext2D, box: Box, palette: Palette): void {
  const [right, bottom] = [
    Math.min(box.x + box.width, pen.canvas.width),
    Math.min(box.y + box.height, pen.canvas.height),
  ];
  const [x, y] = [Math.max(0, box.x), Math.max(0, box.y)];
  pen.save();
  pen.beginPath();
  pen.rect(x, y, right - x, bottom - y);
  pen.clip();
  pen.strokeStyle = palette.color('line');
  pen.lineWidth = 1;
  pen.beginPath();
  for (let at = x - (bottom - y); at < right; at += HATCH) {
    pen.moveTo(at, bottom);
    pen.lineTo(at + bottom - y, y);
  }
  pen.stroke();
  pen.restore();
}

const FIGURE = 12;

/** Two decimals, where these tell anything. */
const numberText = (value: number) => (value !== 0 && Math.abs(value) < 0.005 ? rough(value, 1) : short(value));

function drawNumbers(
  pen: CanvasRenderingContext2D,
  { sight, extent, counts, how, look, store, palette, unit }: CellsSetting,
): void {
  const { rows, keys } = cellsInSight(sight, extent, counts);
  pen.font = `${FIGURE * unit}px system-ui, sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  for (const tile of tilesInSight(sight, extent, counts, 0)) {
    const numbers = store.get(partOf(tile, counts, how));
    if (numbers === undefined) continue;
    const { columns } = numbersOfTile(tile, counts);
    const [top, left] = [tile.row * TILE_SIDE, tile.column * TILE_SIDE];
    for (let row = Math.max(rows[0], top); row < Math.min(rows[1], top + TILE_SIDE); row++)
      for (let key = Math.max(keys[0], left); key < Math.min(keys[1], left + columns); key++) {
        const value = numbers[(row - top) * columns + key - left];
        if (value === Number.NEGATIVE_INFINITY) continue;
        pen.fillStyle = inkOn(cellColor(palette, strengthOf(value, look), { scale: look.scale }));
        const { x, y, width, height } = boxOf(sight, extent, { rows: [row, row + 1], keys: [key, key + 1] });
        pen.fillText(numberText(value), x + width / 2, y + height / 2);
      }
  }
}
