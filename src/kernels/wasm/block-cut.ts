// How a block is cut into tiles of keys.
import type { Block, Mask } from '../../attention/problem.ts';

/** Keys of a tile: the scores of eight rows and a tile (8 KiB) stay in the first-level cache. */
const TILE_KEYS = 256;
/** Numbers of keys and values that a tile may hold, so that huge heads do not ask for gigabytes. */
export const TILE_NUMBERS = 1 << 20;
/** How a block was laid out: its rows, keys a tile, rows of biases, and the largest |query|. */
export interface BlockCut {
  rows: number;
  tile: number;
  biasRows: number;
  keyHead: number;
  querySize: number;
}

export function tileKeys(numbersPerKey: number): number {
  return Math.max(8, Math.min(TILE_KEYS, Math.floor(TILE_NUMBERS / numbersPerKey / 8) * 8));
}

/** Rows of biases that a tile needs: one, unless a mask differs from row to row. */
export function biasRowCount(masks: readonly Mask[], { rowStart, rowEnd }: Block): number {
  return masks.some(({ strides }) => strides[2] !== 0) ? rowEnd - rowStart : 1;
}
