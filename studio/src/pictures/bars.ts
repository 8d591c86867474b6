/** Numbers one by one as bars: upwards from the line where positive, downwards where negative; rows below one another. */
import type { Mark, Paint, Rect } from './mark.ts';

export interface BarRow {
  label: string;
  values: ArrayLike<number>;
  /** What the row has room for, from its lower to its upper edge: rows that are to be compared have the same. */
  range: Range;
  height: number;
  /** Of bars that go up; those that go down are quiet. */
  paint: Paint;
}

interface Range {
  least: number;
  most: number;
}

interface BarsPlan {
  width: number;
  height: number;
  /** From bar to bar, and how many there are. */
  pitch: number;
  count: number;
  /** Where each row's part begins, without its label. */
  tops: readonly number[];
}

const LABEL_SIZE = 12;
const LABEL_ROOM = 20;
const GAP = 8;
/** Fewer bars do not grow wider than this. */
const MOST_PITCH = 16;

/** The range of numbers, with 0 in it. */
export function rangeOf(...many: readonly ArrayLike<number>[]): Range {
  const range = { least: 0, most: 0 };
  for (const values of many) {
    for (let i = 0; i < values.length; i++) {
      range.least = Math.min(range.least, values[i]);
      range.most = Math.max(range.most, values[i]);
    }
  }
  return range;
}

export function planBars(rows: readonly BarRow[], width: number, unit: number): BarsPlan {
  const count = Math.max(...rows.map(({ values }) => values.length));
  const tops: number[] = [];
  let y = 0;
  for (const { height } of rows) {
    tops.push(y + LABEL_ROOM * unit);
    y += (LABEL_ROOM + height + GAP) * unit;
  }
  return { width, height: y - GAP * unit, pitch: Math.min(MOST_PITCH * unit, width / count), count, tops };
}

export function bars(rows: readonly BarRow[], plan: BarsPlan, unit: number): Mark[] {
  return rows.flatMap((row, i) => [label(row, plan.tops[i], unit), ...barsOf(row, plan, plan.tops[i], unit)]);
}

const label = ({ label: text }: BarRow, top: number, unit: number): Mark => {
  const size = LABEL_SIZE * unit;
  return { is: 'text', x: 0, y: top - 0.5 * LABEL_ROOM * unit, text, size, anchor: 'start', paint: 'quiet' };
};

function barsOf({ values, range, height, paint }: BarRow, plan: BarsPlan, top: number, unit: number): Mark[] {
  const { pitch, count } = plan;
  // Of zeros alone there is the line, at the foot.
  const perOne = (height * unit) / (range.most - range.least || 1);
  const line = range.most === range.least ? top + height * unit : top + range.most * perOne;
  // Of very many bars each is a pixel wide, and they overlap.
  const width = Math.max(1, 0.7 * pitch);
  const up: Rect[] = [];
  const down: Rect[] = [];
  for (let i = 0; i < values.length; i++) {
    const length = Math.abs(values[i]) * perOne;
    const x = i * pitch + (pitch - width) / 2;
    if (values[i] > 0) up.push({ x, y: line - length, width, height: length });
    if (values[i] < 0) down.push({ x, y: line, width, height: length });
  }
  return [
    { is: 'bars', rects: [{ x: 0, y: line - 0.5, width: count * pitch, height: 1 }], paint: 'line' },
    { is: 'bars', rects: up, paint },
    { is: 'bars', rects: down, paint: 'quiet' },
  ];
}

/** The bar under a point; undefined beside them. */
export function barAt({ pitch, count }: BarsPlan, x: number): number | undefined {
  const index = Math.floor(x / pitch);
  return index >= 0 && index < count ? index : undefined;
}

/** A frame around one number, in each row. */
export function barFrames(rows: readonly BarRow[], { pitch, tops }: BarsPlan, index: number, unit: number): Mark[] {
  const width = Math.max(pitch, 4 * unit);
  const x = (index + 0.5) * pitch - width / 2;
  return rows.map(({ height }, i) => ({
    is: 'frame',
    x,
    y: tops[i] - unit,
    width,
    height: (height + 2) * unit,
    paint: 'text',
  }));
}
