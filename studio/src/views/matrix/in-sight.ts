/** The numbers that are in sight, as the picture has them: of tiles of one level, put together. */
import { place, store } from '../../ask/matrix/current.ts';
import { cellsInSight, levelOf, numbersOfTile, type Range, TILE_SIDE, tilesInSight } from '../../pictures/atlas.ts';
import { counts, layout, partOf, sight } from './shown.ts';

export interface NumbersInSight {
  /** So many cells each way are one number. */
  side: number;
  /** In cells. */
  rows: Range;
  keys: Range;
  /** In numbers. */
  height: number;
  width: number;
  /** Row by row; NaN where a tile is not there yet. */
  values: Float32Array;
}

export function numbersInSight(): NumbersInSight | undefined {
  const [all, seen, room, how, tiles] = [counts.value, sight.value, layout.value, place.value, store.value];
  if (all === undefined || seen === undefined || room === undefined) return undefined;
  if (how === undefined || tiles === undefined) return undefined;
  tiles.news.value;
  const level = levelOf(seen, Math.min(2, window.devicePixelRatio), room.extent);
  const side = 2 ** level;
  const cells = cellsInSight(seen, room.extent, all);
  const first = { row: Math.floor(cells.rows[0] / side), column: Math.floor(cells.keys[0] / side) };
  const height = Math.ceil(cells.rows[1] / side) - first.row;
  const width = Math.ceil(cells.keys[1] / side) - first.column;
  const values = new Float32Array(height * width).fill(Number.NaN);
  for (const tile of tilesInSight(seen, room.extent, all, level)) {
    const numbers = tiles.get(partOf(tile, all, how));
    if (numbers === undefined) continue;
    const { rows, columns } = numbersOfTile(tile, all);
    const [top, left] = [tile.row * TILE_SIDE - first.row, tile.column * TILE_SIDE - first.column];
    const [from, to] = [Math.max(0, -left), Math.min(columns, width - left)];
    for (let row = Math.max(0, -top); row < Math.min(rows, height - top); row++)
      values.set(numbers.subarray(row * columns + from, row * columns + to), (top + row) * width + left + from);
  }
  const range = (at: number, count: number, most: number): Range => [at * side, Math.min(most, (at + count) * side)];
  const places = { rows: range(first.row, height, all.rows), keys: range(first.column, width, all.keys) };
  return { side, ...places, height, width, values };
}
