import type { TileStage } from '../attention/plan.ts';
import { isScoreMatrix } from '../attention/steps.ts';
import { chainRows, columnsOf, computedRect, isPooled, numbersOf, type Rect, tileShape } from '../attention/tile.ts';
import type { Floats } from '../tensor/tensor.ts';
import type { StepRunner } from './step-runner.ts';

/**
 * The shards of one chain of a tile: rectangles of its rows, each computed into memory of the thread and pooled at once, so that
 * never more than one rectangle is there, whatever is pooled.
 */
export function tileShards(stage: TileStage, chain: number, steps: StepRunner) {
  const { tile, grid } = stage;
  const rows = chainRows(stage);
  const rowStart = tile.rowStart + chain * rows;
  const rowEnd = Math.min(rowStart + rows, tile.rowEnd);
  const rowRanges = Math.ceil((rowEnd - rowStart) / grid.rows);
  const keys = keysOf(stage);
  const keyRanges = Math.ceil((tile.keyEnd - tile.keyStart) / keys);
  const run = (shard: number) => {
    // What needs no pooling is pooled as well where a rectangle had to be widened.
    if (shard === 0) begin(stage, rowStart, rowEnd);
    const from = rowStart + Math.floor(shard / keyRanges) * grid.rows;
    const keyStart = tile.keyStart + (shard % keyRanges) * keys;
    runShard(stage, steps, {
      rowStart: from,
      rowEnd: Math.min(from + grid.rows, rowEnd),
      keyStart,
      keyEnd: Math.min(keyStart + keys, tile.keyEnd),
    });
  };
  return { count: rowRanges * keyRanges, run };
}

/** Whether its numbers are written where they belong at once. */
const isDirect = (tile: TileStage['tile']) => isScoreMatrix(tile.name) && !isPooled(tile);

/** Columns a shard: vectors are copied as a whole. */
const keysOf = ({ tile, grid }: TileStage) => (isScoreMatrix(tile.name) ? grid.keys : tile.keyEnd - tile.keyStart);

function runShard({ subject, tile, into, isWide }: TileStage, steps: StepRunner, rect: Rect): void {
  const [, width] = tileShape(tile);
  const { name, batch, head } = tile;
  const step = { name, seq: 0 };
  const read = isScoreMatrix(name)
    ? computedRect(rect, subject.problem)
    : { ...rect, keyStart: 0, keyEnd: columnsOf(subject, name) };
  if (isDirect(tile) && numbersOf(read) === numbersOf(rect)) {
    const offset = (rect.rowStart - tile.rowStart) * width + rect.keyStart - tile.keyStart;
    steps.part(subject, step, { batch, head, ...rect }, { data: into, offset, rowStride: width });
    return;
  }
  const data = isWide ? new Float64Array(numbersOf(read)) : new Float32Array(numbersOf(read));
  const rowStride = read.keyEnd - read.keyStart;
  steps.part(subject, step, { batch, head, ...read }, { data, offset: 0, rowStride });
  const offset = (rect.rowStart - read.rowStart) * rowStride + rect.keyStart - read.keyStart;
  pool(data, { rowStride, offset }, { tile, into, rect });
}

/** What pooling begins with. */
function begin({ tile, into }: TileStage, rowStart: number, rowEnd: number): void {
  const [, width] = tileShape(tile);
  const first = Math.floor((rowStart - tile.rowStart) / tile.poolRows);
  const end = Math.ceil((rowEnd - tile.rowStart) / tile.poolRows);
  into.fill(tile.by === 'max' ? Number.NEGATIVE_INFINITY : 0, first * width, end * width);
}

/** Adds the numbers of a rectangle to the tile: each to the number that it becomes a part of. */
function pool(
  data: Floats,
  { rowStride, offset }: { rowStride: number; offset: number },
  { tile, into, rect }: Pick<TileStage, 'tile' | 'into'> & { rect: Rect },
): void {
  const { poolKeys, poolRows, by } = tile;
  const [, width] = tileShape(tile);
  for (let row = rect.rowStart; row < rect.rowEnd; row++) {
    const to = Math.floor((row - tile.rowStart) / poolRows) * width;
    let at = offset + (row - rect.rowStart) * rowStride;
    let key = rect.keyStart;
    while (key < rect.keyEnd) {
      const column = Math.floor((key - tile.keyStart) / poolKeys);
      const end = Math.min(rect.keyEnd, tile.keyStart + (column + 1) * poolKeys);
      let pooled = into[to + column];
      for (; key < end; key++, at++) {
        if (by === 'mean') pooled += data[at];
        else if (data[at] > pooled) pooled = data[at];
      }
      into[to + column] = pooled;
    }
  }
}

/** The mean of what was added up, in place. */
export function divideSums(tile: TileStage['tile'], sums: Floats): void {
  const [height, width] = tileShape(tile);
  const { poolRows, poolKeys } = tile;
  for (let row = 0; row < height; row++) {
    const rows = Math.min(poolRows, tile.rowEnd - tile.rowStart - row * poolRows);
    for (let column = 0; column < width; column++) {
      const keys = Math.min(poolKeys, tile.keyEnd - tile.keyStart - column * poolKeys);
      sums[row * width + column] /= rows * keys;
    }
  }
}
