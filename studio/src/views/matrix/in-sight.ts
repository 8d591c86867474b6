/** The numbers that are in sight, as the picture has them: of tiles of one level, put together. */
import { place, store } from '../../ask/matrix/current.ts';
import { cellsInSight, numbersOfTile, type Range, TILE_SIDE, tilesInSight } from '../../pictures/atlas.ts';
import { counts, layout, levelNow, partOf, sight } from './shown.ts';

export interface PlacesInSight {
  /** So many cells each way are one number. */
  side: number;
  /** In cells. */
  rows: Range;
  keys: Range;
  /** In numbers. */
  height: number;
  width: number;
}

export interface NumbersInSight extends PlacesInSight {
  /** Row by row; NaN where a tile is not there yet. */
  values: Float32Array;
}

/** A part of what is in sight, in numbers. */
export interface Part {
  top: number;
  left: number;
  height: number;
  width: number;
}

export function placesInSight(): PlacesInSight | undefined {
  const [all, seen, room] = [counts.value, sight.value, layout.value];
  if (all === undefined || seen === undefined || room === undefined) return undefined;
  const side = 2 ** levelNow(seen, room.extent);
  const cells = cellsInSight(seen, room.extent, all);
  const first = { row: Math.floor(cells.rows[0] / side), column: Math.floor(cells.keys[0] / side) };
  const height = Math.ceil(cells.rows[1] / side) - first.row;
  const width = Math.ceil(cells.keys[1] / side) - first.column;
  const rows = cellsOf(first.row, height, { side, most: all.rows });
  const keys = cellsOf(first.column, width, { side, most: all.keys });
  return { side, rows, keys, height, width };
}

/** @param part by default all of it: a picture of a large window has millions of numbers */
export function numbersInSight(part?: Part): NumbersInSight | undefined {
  const [all, seen, room, how, tiles] = [counts.value, sight.value, layout.value, place.value, store.value];
  const places = placesInSight();
  if (places === undefined || all === undefined || seen === undefined || room === undefined) return undefined;
  if (how === undefined || tiles === undefined) return undefined;
  tiles.news.value;
  const { side } = places;
  const { top, left, height, width } = part ?? { top: 0, left: 0, height: places.height, width: places.width };
  const first = { row: places.rows[0] / side + top, column: places.keys[0] / side + left };
  const values = new Float32Array(height * width).fill(Number.NaN);
  for (const tile of tilesInSight(seen, room.extent, all, levelNow(seen, room.extent))) {
    const numbers = tiles.get(partOf(tile, all, how));
    if (numbers === undefined) continue;
    const { rows, columns } = numbersOfTile(tile, all);
    const [down, across] = [tile.row * TILE_SIDE - first.row, tile.column * TILE_SIDE - first.column];
    const [from, to] = [Math.max(0, -across), Math.min(columns, width - across)];
    if (to <= from) continue;
    for (let row = Math.max(0, -down); row < Math.min(rows, height - down); row++)
      values.set(numbers.subarray(row * columns + from, row * columns + to), (down + row) * width + across + from);
  }
  const rows = cellsOf(first.row, height, { side, most: all.rows });
  const keys = cellsOf(first.column, width, { side, most: all.keys });
  return { side, rows, keys, height, width, values };
}

/** The cells that so many numbers stand for. */
const cellsOf = (first: number, count: number, { side, most }: { side: number; most: number }): Range => [
  first * side,
  Math.min(most, (first + count) * side),
];
