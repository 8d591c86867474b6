import type { TileStage } from '../attention/plan.ts';
import { isScoreMatrix } from '../attention/steps.ts';
import { chainRows, columnsOf, isPooled, tileShape } from '../attention/tile.ts';
import type { Floats } from '../tensor/tensor.ts';
import type { StepRunner } from './step-runner.ts';

/** A rectangle of the matrix, of the rows and columns of it. */
interface Rect {
  rowStart: number;
  rowEnd: number;
  keyStart: number;
  keyEnd: number;
}

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
    // What is written where it belongs is only added to where rows are computed beside it.
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
    ? inWholes(rect, subject.problem)
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

const numbersOf = ({ rowStart, rowEnd, keyStart, keyEnd }: Rect) => (rowEnd - rowStart) * (keyEnd - keyStart);

/**
 * Kernels take so many rows and keys at once, and fewer in another way, which rounds otherwise. So that a number is the same in
 * whichever tile it is, wholes of the matrix are computed, and the last few of it with those before.
 */
function inWholes(rect: Rect, { queryLength, keyLength }: { queryLength: number; keyLength: number }): Rect {
  const [rowStart, rowEnd] = wholes(rect.rowStart, rect.rowEnd, { count: queryLength, atOnce: ROWS_AT_ONCE });
  const [keyStart, keyEnd] = wholes(rect.keyStart, rect.keyEnd, { count: keyLength, atOnce: KEYS_AT_ONCE });
  return { rowStart, rowEnd, keyStart, keyEnd };
}

function wholes(from: number, to: number, { count, atOnce }: { count: number; atOnce: number }): [number, number] {
  const start = Math.floor(from / atOnce) * atOnce;
  const end = Math.min(count, Math.ceil(to / atOnce) * atOnce);
  return [end - start < atOnce ? Math.max(0, start - atOnce) : start, end];
}

const ROWS_AT_ONCE = 16;
const KEYS_AT_ONCE = 64;

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
