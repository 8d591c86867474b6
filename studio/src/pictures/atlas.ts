/**
 * A matrix of any size, as a map is drawn: what of it is in sight, at which level of detail, and which tiles that takes. A tile of
 * level n has 256 × 256 numbers, each of which stands for 2ⁿ × 2ⁿ cells.
 */

/** What stands in the middle of the picture, in rows and keys, and how wide and high a cell is, in pixels. */
export interface MatrixSight {
  row: number;
  key: number;
  cell: number;
}

export interface Extent {
  width: number;
  height: number;
}

export interface Counts {
  rows: number;
  keys: number;
}

/** One tile among those of its level. */
export interface TilePlace {
  level: number;
  row: number;
  column: number;
}

export type Range = readonly [start: number, end: number];

export const TILE_SIDE = 256;
/** A cell whose number can be read well. */
const MOST_CELL = 64;

/** Of which all is in sight. */
export function wholeSight({ width, height }: Extent, { rows, keys }: Counts): MatrixSight {
  return { row: rows / 2, key: keys / 2, cell: Math.min(MOST_CELL, width / keys, height / rows) };
}

/** The nearest that shows nothing beside the matrix but where that is smaller than the picture. */
export function clampedSight({ row, key, cell }: MatrixSight, extent: Extent, counts: Counts): MatrixSight {
  const least = wholeSight(extent, counts).cell;
  const size = Math.min(Math.max(cell, least), Math.max(MOST_CELL, least));
  const within = (middle: number, count: number, room: number) => {
    const half = room / size / 2;
    return 2 * half >= count ? count / 2 : Math.min(Math.max(middle, half), count - half);
  };
  return { row: within(row, counts.rows, extent.height), key: within(key, counts.keys, extent.width), cell: size };
}

/** Nearer or farther by a factor, while what is under a point stays there. */
export function zoomedSight(
  sight: MatrixSight,
  factor: number,
  { x, y }: { x: number; y: number },
  { extent, counts }: { extent: Extent; counts: Counts },
): MatrixSight {
  const [dx, dy] = [x - extent.width / 2, y - extent.height / 2];
  const { cell } = clampedSight({ ...sight, cell: sight.cell * factor }, extent, counts);
  const next = { row: sight.row + dy / sight.cell - dy / cell, key: sight.key + dx / sight.cell - dx / cell, cell };
  return clampedSight(next, extent, counts);
}

/** Moved by pixels, as a sheet of paper is. */
export const movedSight = (sight: MatrixSight, dx: number, dy: number): MatrixSight => ({
  ...sight,
  row: sight.row - dy / sight.cell,
  key: sight.key - dx / sight.cell,
});

/** So many tiles of the largest window are in sight at once. */
const MOST_IN_SIGHT = 160;

/** The level whose numbers are at least a pixel of the screen each; of a very large window a coarser one. */
export function levelOf({ cell }: MatrixSight, density: number, { width, height }: Extent): number {
  const level = Math.max(0, Math.ceil(Math.log2(1 / (cell * density)) - 1e-9));
  const side = TILE_SIDE * 2 ** level * cell;
  const tiles = (width / side + 1) * (height / side + 1);
  return tiles <= MOST_IN_SIGHT ? level : level + 1;
}

/** The cells that are in sight, whole ones and parts. */
export function cellsInSight({ row, key, cell }: MatrixSight, { width, height }: Extent, { rows, keys }: Counts) {
  const range = (middle: number, room: number, count: number): Range => [
    Math.max(0, Math.floor(middle - room / cell / 2)),
    Math.min(count, Math.ceil(middle + room / cell / 2)),
  ];
  return { rows: range(row, height, rows), keys: range(key, width, keys) };
}

/** The tiles of a level that are in sight, those in the middle first. */
export function tilesInSight(sight: MatrixSight, extent: Extent, counts: Counts, level: number): TilePlace[] {
  const { rows, keys } = cellsInSight(sight, extent, counts);
  const side = TILE_SIDE * 2 ** level;
  const tiles: TilePlace[] = [];
  for (let row = Math.floor(rows[0] / side); row * side < rows[1]; row++)
    for (let column = Math.floor(keys[0] / side); column * side < keys[1]; column++) tiles.push({ level, row, column });
  const far = ({ row, column }: TilePlace) =>
    Math.hypot((row + 0.5) * side - sight.row, (column + 0.5) * side - sight.key);
  return tiles.sort((a, b) => far(a) - far(b));
}

/** Which cells a tile stands for. */
export function cellsOfTile({ level, row, column }: TilePlace, { rows, keys }: Counts): { rows: Range; keys: Range } {
  const side = TILE_SIDE * 2 ** level;
  return {
    rows: [row * side, Math.min(rows, (row + 1) * side)],
    keys: [column * side, Math.min(keys, (column + 1) * side)],
  };
}

/** How many numbers a tile has. */
export function numbersOfTile(tile: TilePlace, counts: Counts): { rows: number; columns: number } {
  const { rows, keys } = cellsOfTile(tile, counts);
  const side = 2 ** tile.level;
  return { rows: Math.ceil((rows[1] - rows[0]) / side), columns: Math.ceil((keys[1] - keys[0]) / side) };
}

/** The tile of a coarser level that a tile lies in. */
export const parentOf = ({ level, row, column }: TilePlace): TilePlace => ({
  level: level + 1,
  row: Math.floor(row / 2),
  column: Math.floor(column / 2),
});

/** The level at which all of a matrix is one tile. */
export const topLevel = ({ rows, keys }: Counts): number =>
  Math.max(0, Math.ceil(Math.log2(Math.max(rows, keys) / TILE_SIDE)));

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where cells stand in the picture. */
export function boxOf(
  { row, key, cell }: MatrixSight,
  { width, height }: Extent,
  at: { rows: Range; keys: Range },
): Box {
  const x = (at.keys[0] - key) * cell + width / 2;
  const y = (at.rows[0] - row) * cell + height / 2;
  return { x, y, width: (at.keys[1] - at.keys[0]) * cell, height: (at.rows[1] - at.rows[0]) * cell };
}

/** The cell under a point; undefined beside the matrix. */
export function cellUnder(
  { row, key, cell }: MatrixSight,
  { width, height }: Extent,
  { rows, keys }: Counts,
  { x, y }: { x: number; y: number },
): { query: number; key: number } | undefined {
  const at = { query: Math.floor(row + (y - height / 2) / cell), key: Math.floor(key + (x - width / 2) / cell) };
  return at.query >= 0 && at.query < rows && at.key >= 0 && at.key < keys ? at : undefined;
}

/** The sight moved no farther than it takes to have a cell in it. */
export function sightWith(
  sight: MatrixSight,
  at: { query: number; key: number },
  { extent, counts }: { extent: Extent; counts: Counts },
): MatrixSight {
  const near = (middle: number, one: number, room: number) => {
    const half = Math.max(0.5, room / sight.cell / 2);
    return Math.min(Math.max(middle, one + 1 - half), one + half);
  };
  const row = near(sight.row, at.query, extent.height);
  return clampedSight({ ...sight, row, key: near(sight.key, at.key, extent.width) }, extent, counts);
}
