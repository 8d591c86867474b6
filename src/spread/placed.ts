/** Where the numbers of a tensor lie in a body, and which bytes a part of it is. */

/** Bytes of a body, the end excluded. */
export type ByteRange = readonly [start: number, end: number];

/** A dense tensor of four axes in a body, in the dtype that the format spells. */
export interface Placed {
  dtype: string;
  itemBytes: number;
  sizes: readonly [number, number, number, number];
  /** Its first byte in the body. */
  start: number;
}

/** A range of each axis, the ends excluded; an axis of one serves every range. */
export type Box = readonly [AxisRange, AxisRange, AxisRange, AxisRange];
export type AxisRange = readonly [from: number, to: number];

/** The range of each axis of a tensor that a box is in it: axes of one are repeated, as in broadcasting. */
export function boxIn({ sizes }: Pick<Placed, 'sizes'>, box: Box): Box {
  const axis = (index: 0 | 1 | 2 | 3): AxisRange => (sizes[index] === 1 ? [0, 1] : box[index]);
  return [axis(0), axis(1), axis(2), axis(3)];
}

/** The size of each axis of a box. */
export const boxSizes = (box: Box): number[] => box.map(([from, to]) => to - from);

/** The bytes of a box of a tensor in row-major order; what follows each other is one range. */
export function* bytesOf({ sizes, start, itemBytes }: Placed, box: Box): Generator<ByteRange> {
  const [[b0, b1], [h0, h1], [r0, r1], [c0, c1]] = box;
  const [, heads, rows, columns] = sizes;
  // Whole rows of a head follow each other.
  const isWhole = c0 === 0 && c1 === columns;
  for (let b = b0; b < b1; b++) {
    for (let h = h0; h < h1; h++) {
      const head = (b * heads + h) * rows;
      for (let r = r0; r < r1; r = isWhole ? r1 : r + 1) {
        const from = (head + r) * columns + c0;
        const to = isWhole ? (head + r1) * columns : from + c1 - c0;
        if (to > from) yield [start + from * itemBytes, start + to * itemBytes];
      }
    }
  }
}

/** Ranges in order, those that touch as one. @returns `undefined` when they are more than `most` */
export function joinedRanges(ranges: Iterable<ByteRange>, most: number): ByteRange[] | undefined {
  const joined: [number, number][] = [];
  for (const [start, end] of ranges) {
    const last = joined.at(-1);
    if (last !== undefined && last[1] === start) last[1] = end;
    else if (joined.push([start, end]) > most) return undefined;
  }
  return joined;
}

export const bytesIn = (ranges: readonly ByteRange[]): number =>
  ranges.reduce((sum, [start, end]) => sum + end - start, 0);
