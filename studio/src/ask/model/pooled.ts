/** Matrices that are read row by row and pooled on the way: never more of them in memory than some rows. */

export interface Pooling {
  rows: readonly [number, number];
  keys: readonly [number, number];
  /** How many rows and keys become one number. */
  pool: readonly [number, number];
  by: 'max' | 'mean';
}

/** Rows of a matrix, the end excluded, whole and row-major. */
export type ReadRows = (from: number, to: number) => Promise<Float32Array>;

/** Numbers in memory at a time. */
const PIECE = 2 ** 20;

/** @param width of the matrix that is read. @param onRows called with what was read, before it is let go */
export async function pooled(
  { rows: [top, bottom], keys: [left, right], pool: [tall, wide], by }: Pooling,
  width: number,
  read: ReadRows,
  { signal, onRows }: { signal?: AbortSignal; onRows?(values: Float32Array, from: number): void } = {},
): Promise<Float32Array> {
  const columns = Math.ceil((right - left) / wide);
  const values = new Float32Array(Math.ceil((bottom - top) / tall) * columns);
  if (by === 'max') values.fill(Number.NEGATIVE_INFINITY);
  const step = Math.max(1, Math.floor(PIECE / width));
  for (let from = top; from < bottom; from += step) {
    const to = Math.min(bottom, from + step);
    const piece = await read(from, to);
    signal?.throwIfAborted();
    onRows?.(piece, from);
    for (let row = from; row < to; row++) {
      const own = piece.subarray((row - from) * width + left, (row - from) * width + right);
      const target = values.subarray(Math.floor((row - top) / tall) * columns);
      if (by === 'max') raise(target, own, wide);
      else add(target, own, wide);
    }
  }
  if (by === 'mean') divide(values, columns, { height: bottom - top, width: right - left, tall, wide });
  return values;
}

/** NaN stays: what is no number should be seen. */
function raise(target: Float32Array, row: Float32Array, wide: number): void {
  for (let from = 0, column = 0; from < row.length; from += wide, column++) {
    let most = target[column];
    const to = Math.min(row.length, from + wide);
    for (let key = from; key < to; key++) if (row[key] > most || Number.isNaN(row[key])) most = row[key];
    target[column] = most;
  }
}

function add(target: Float32Array, row: Float32Array, wide: number): void {
  for (let from = 0, column = 0; from < row.length; from += wide, column++) {
    const to = Math.min(row.length, from + wide);
    let sum = 0;
    for (let key = from; key < to; key++) sum += row[key];
    target[column] += sum;
  }
}

interface Size {
  height: number;
  width: number;
  tall: number;
  wide: number;
}

/** At the edges fewer became one. */
function divide(values: Float32Array, columns: number, { height, width, tall, wide }: Size): void {
  for (let at = 0; at < values.length; at++) {
    const [row, column] = [Math.floor(at / columns), at % columns];
    values[at] /= Math.min(tall, height - row * tall) * Math.min(wide, width - column * wide);
  }
}
