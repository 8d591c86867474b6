/** Which part of a tensor is shown as cells: of a head, some rows and columns. */

export interface Cut {
  /** Of the whole matrix. */
  rows: number;
  columns: number;
  /** Where its first number is in the tensor. */
  start: number;
  /** The batch entry and the head, as far as the tensor has them. */
  index: readonly number[];
}

/** The matrix of a head: keys and values may have fewer heads than queries, and what is broadcast has one. */
export function cutOf(
  shape: readonly number[],
  { batch, head }: { batch: number; head: number },
  queryHeads: number,
): Cut {
  const columns = shape.at(-1) ?? 1;
  const rows = shape.length < 2 ? 1 : (shape.at(-2) ?? 1);
  const outer = shape.slice(0, -2);
  const heads = outer.at(-1) ?? 1;
  const group = Math.max(1, Math.floor(queryHeads / Math.max(1, heads)));
  const at = outer.map((size, axis) => {
    const isHead = axis === outer.length - 1;
    return Math.max(0, Math.min(size - 1, isHead ? Math.floor(head / group) : batch));
  });
  const matrix = at.reduce((sum, one, axis) => sum * outer[axis] + one, 0);
  return { rows, columns, start: matrix * rows * columns, index: at };
}

/** Up to so many rows and columns all are shown; of more, a window of them. */
const MOST_WHOLE = 12;
export const WINDOW = 8;

export const sizeOf = (count: number): number => (count <= MOST_WHOLE ? count : WINDOW);

/** A window that begins so that it is within. */
export const within = (from: number, count: number): number => Math.max(0, Math.min(from, count - sizeOf(count)));

/** So that a place is in it, moving as little as can be. */
export function toSee(from: number, at: number, count: number): number {
  const size = sizeOf(count);
  return within(at < from ? at : at >= from + size ? at - size + 1 : from, count);
}
