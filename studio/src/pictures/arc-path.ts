/** The way of light from word to word: an arc over the line, or through the gaps between lines and their margin. */
import type { Box, WordLine } from './word-line.ts';

export interface Ways {
  /** Where the light comes from, and where it falls: the same line in self-attention. */
  from: WordLine;
  to: WordLine;
  /** How far each line is moved down. */
  fromTop: number;
  toTop: number;
  arcs: 'above' | 'below' | 'between';
  unit: number;
}

/** One head of several. */
interface Lane {
  index: number;
  count: number;
}

export const NUMBER_PITCH = 18;
/** How far the ways of two heads run apart where they go the same way. */
const LANE = 3;
const CORNER = 5;

/** Whether an arc crosses no word: two words of one line, or of two texts those on the lines that face each other. */
export function canArc({ from, to, fromTop, toTop, arcs }: Ways, start: Box, end: Box): boolean {
  if (arcs !== 'between') return start.line === end.line;
  const [lowest, highest] = fromTop < toTop ? [start.line, end.line] : [end.line, start.line];
  return lowest === (fromTop < toTop ? from : to).lines - 1 && highest === 0;
}

/** Over the words, from one to another; arcs of further heads rise a little higher, so that none covers another. */
export function arc(ways: Ways, start: Box, end: Box, lane: Lane): string {
  const { from, to, fromTop, toTop, arcs, unit } = ways;
  if (arcs === 'between') {
    const [y0, y1] =
      fromTop < toTop
        ? [below(from, start, fromTop, unit), above(to, end, toTop)]
        : [above(from, start, fromTop), below(to, end, toTop, unit)];
    const middle = (y0 + y1) / 2;
    return curve(start.x, y0, start.x, middle, end.x, middle, end.x, y1);
  }
  const sign = arcs === 'above' ? -1 : 1;
  const [y0, y1] = [edge(ways, start, lane), edge(ways, end, lane)];
  if (start === end) {
    const loop = Math.min(12 * unit, from.room / 2.5);
    return curve(
      start.x - loop / 2,
      y0,
      start.x - 2 * loop,
      y0 + sign * 2.5 * loop,
      start.x + 2 * loop,
      y0 + sign * 2.5 * loop,
      start.x + loop / 2,
      y0,
    );
  }
  const lift = lane.count > 1 ? 1 - 0.12 * (lane.count - 1 - lane.index) : 1;
  const distance = Math.abs(start.x - end.x);
  const widest = from.boxes.length > 1 ? Math.abs(from.boxes[0].x - from.boxes[from.boxes.length - 1].x) : 0;
  // As high as half a circle would be, but no higher than there is room for the longest.
  const rise = Math.min(from.room - 6 * unit, 14 * unit + distance * Math.min(0.32, from.room / Math.max(widest, 1)));
  const height = (rise * lift * 4) / 3;
  return curve(start.x, y0, start.x, y0 + sign * height, end.x, y1 + sign * height, end.x, y1);
}

/** From line to line: out into the gap beside the line, along it to the nearer margin, and in again beside the other line. */
export function detour(ways: Ways, start: Box, end: Box, lane: Lane): string {
  const { from, arcs, unit } = ways;
  const sign = arcs === 'above' ? -1 : 1;
  const aside = (lane.index - (lane.count - 1) / 2) * LANE * unit;
  const [y0, y1] = [edge(ways, start, lane), edge(ways, end, lane)];
  const gap = sign * (from.room / 2) + aside;
  const margin = start.x + end.x < from.width ? from.margin / 2 + aside : from.width - from.margin / 2 - aside;
  return rounded(
    [
      [start.x, y0],
      [start.x, y0 + gap],
      [margin, y0 + gap],
      [margin, y1 + gap],
      [end.x, y1 + gap],
      [end.x, y1],
    ],
    CORNER * unit,
  );
}

function edge({ from, fromTop, arcs, unit }: Ways, box: Box, { count }: Lane): number {
  return arcs === 'above' ? above(from, box, fromTop) : below(from, box, fromTop, unit, count);
}

const above = (line: WordLine, box: Box, top: number) => box.y + top - 0.68 * line.size;
const below = (line: WordLine, box: Box, top: number, unit: number, numbers = 1) =>
  box.y + top + line.numberDrop + (numbers - 0.4) * NUMBER_PITCH * unit;

const curve = (x0: number, y0: number, x1: number, y1: number, x2: number, y2: number, x3: number, y3: number) =>
  `M${near(x0)} ${near(y0)}C${near(x1)} ${near(y1)} ${near(x2)} ${near(y2)} ${near(x3)} ${near(y3)}`;

/** Straight from point to point, with corners that are round. */
function rounded(points: readonly (readonly [number, number])[], most: number): string {
  let path = `M${near(points[0][0])} ${near(points[0][1])}`;
  for (let i = 1; i < points.length - 1; i++) {
    const [before, [x, y], after] = points.slice(i - 1, i + 2);
    const radius = Math.min(most, distance(before, [x, y]) / 2, distance([x, y], after) / 2);
    const [x0, y0] = towards([x, y], before, radius);
    const [x1, y1] = towards([x, y], after, radius);
    path += `L${near(x0)} ${near(y0)}Q${near(x)} ${near(y)} ${near(x1)} ${near(y1)}`;
  }
  const [x, y] = points[points.length - 1];
  return `${path}L${near(x)} ${near(y)}`;
}

const distance = ([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]) =>
  Math.hypot(x1 - x0, y1 - y0);

function towards(from: readonly [number, number], to: readonly [number, number], by: number): [number, number] {
  const part = by / Math.max(distance(from, to), by, 1e-9);
  return [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])];
}

const near = (value: number) => Math.round(10 * value) / 10;
