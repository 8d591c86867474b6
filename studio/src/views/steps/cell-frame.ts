/** The frame that a cell of the picture is of: of a step row by row or tile by tile, it may be another than the one shown. */
import type { Frame } from '../../ask/film/frame.ts';
import type { Frames } from '../../ask/film/frames.ts';

interface Cell {
  row: number;
  column: number;
}

const isWithin = (index: number, [start, end]: readonly [number, number]) => index >= start && index < end;

/** The columns of tiles are keys. */
const isOf = ({ rows, tile }: Frame, { row, column }: Cell) =>
  isWithin(row, rows) && (tile === undefined || isWithin(column, tile.keys));

/** The frame itself, or the same step of other rows and keys; undefined where that is not kept. */
export function frameOfCell(frames: Frames, frame: Frame, cell: Cell): Frame | undefined {
  if (isOf(frame, cell)) return frame;
  for (const other of frames.all()) {
    if (other.head === frame.head && other.name === frame.name && isOf(other, cell)) return other;
  }
  return undefined;
}
