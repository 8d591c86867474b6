/** The numbers that a step is made of: those of the steps before it, in its head. */
import type { Frame, StepName } from '../../ask/film/frame.ts';
import type { Frames } from '../../ask/film/frames.ts';

export interface Numbers {
  /** Of a row, as they are at this step; undefined where they are not there (yet). */
  row(name: StepName, row: number): Float32Array | undefined;
  /** Of a row and a column; of a tile, the column is a key. */
  cell(name: StepName, row: number, column: number): number | undefined;
  /** Of a row, as they were a tile before. */
  before(name: StepName, row: number): Float32Array | undefined;
}

export function numbersAt(frames: Frames, { seq, head }: Pick<Frame, 'seq' | 'head'>): Numbers {
  const last = (name: StepName, row: number) => {
    const frame = frames.last(seq, head, name);
    return frame !== undefined && covers(frame, row) ? frame : undefined;
  };
  return {
    row: (name, row) => rowOf(last(name, row), row),
    cell: (name, row, column) => {
      const frame = last(name, row);
      return rowOf(frame, row)?.[column - (frame?.tile?.keys[0] ?? 0)];
    },
    before: (name, row) => {
      const now = last(name, row);
      if (now === undefined) return undefined;
      const earlier = frames.last(now.seq - 1, head, name);
      return earlier !== undefined && earlier.rows[0] === now.rows[0] ? rowOf(earlier, row) : undefined;
    },
  };
}

const covers = ({ rows }: Frame, row: number) => row >= rows[0] && row < rows[1];

function rowOf(frame: Frame | undefined, row: number): Float32Array | undefined {
  if (frame === undefined) return undefined;
  const { rows, numbers } = frame;
  const width = numbers.length / (rows[1] - rows[0]);
  return numbers.subarray((row - rows[0]) * width, (row - rows[0] + 1) * width);
}
