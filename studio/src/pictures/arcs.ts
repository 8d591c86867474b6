/** Attention between words as light: arcs from those that are lit, a glow and a number at those that they reach. */
import { short } from './figures.ts';
import { type Axis, type Grid, light, reach } from './grid.ts';
import type { Mark, Paint } from './mark.ts';
import type { Box, WordLine } from './word-line.ts';

/** One head, or several as one. */
export interface Layer {
  grid: Grid;
  paint: Paint;
}

export interface Rays {
  /** Where the light comes from, and where it falls: the same line in self-attention. */
  from: WordLine;
  to: WordLine;
  /** How far each line is moved down. */
  fromTop: number;
  toTop: number;
  arcs: 'above' | 'below' | 'between';
  axis: Axis;
  sources: readonly number[];
  layers: readonly Layer[];
  unit: number;
}

/** Weights of less are numbers only: of all that sum to 1, at most a hundred have an arc. */
const LEAST = 0.01;
/** Beyond so many words only those that are reached have a number. */
const ALL_NUMBERS = 60;
const NUMBER_SIZE = 14;
const NUMBER_PITCH = 18;

export function rays(picture: Rays): Mark[] {
  const { to, toTop, axis, sources, layers, unit } = picture;
  const glows: Mark[] = [];
  const numbers: Mark[] = [];
  layers.forEach(({ grid, paint }, k) => {
    const sum = light(grid, axis, sources);
    to.boxes.forEach((box, target) => {
      const weight = sum[target];
      const isSource = from(picture) === to && sources.includes(target);
      const y = box.y + toTop + to.numberDrop + k * NUMBER_PITCH * unit;
      if (weight >= LEAST) glows.push(glow(box, toTop, to.size, weight, paint, unit));
      if (isSource && weight === 0) {
        if (k === 0) numbers.push({ is: 'dot', x: box.x, y, radius: 4 * unit, paint: 'light' });
      } else if (weight >= LEAST || to.boxes.length <= ALL_NUMBERS) {
        const mark = {
          is: 'text',
          x: box.x,
          y,
          text: short(weight),
          size: NUMBER_SIZE * unit,
          anchor: 'middle',
        } as const;
        numbers.push({ ...mark, paint: weight >= 0.1 ? 'text' : 'quiet' });
        if (layers.length > 1) numbers.push({ is: 'dot', x: box.x - 22 * unit, y, radius: 3 * unit, paint });
      }
    });
  });
  return [...glows, ...layers.flatMap((layer, k) => arcsOf(picture, layer, k)), ...numbers];
}

const from = ({ from }: Rays) => from;

function glow(box: Box, top: number, size: number, weight: number, paint: Paint, unit: number): Mark {
  const strength = Math.min(1, weight);
  return {
    is: 'glow',
    x: box.x,
    y: box.y + top,
    rx: box.width / 2 + 34 * unit,
    ry: 1.25 * size,
    paint,
    opacity: 0.5 * strength ** 0.8,
  };
}

function arcsOf(picture: Rays, { grid, paint }: Layer, k: number): Mark[] {
  const { axis, sources, to, unit } = picture;
  return sources.flatMap((source) => {
    const weights = reach(grid, axis, source);
    return to.boxes.flatMap((_, target): Mark[] => {
      const weight = weights[target];
      if (weight < LEAST) return [];
      const width = (1 + 8 * Math.min(1, weight)) * unit;
      return [
        { is: 'path', d: arc(picture, source, target, k), paint, width, opacity: 0.3 + 0.5 * Math.min(1, weight) },
      ];
    });
  });
}

/** From word to word; arcs of further heads rise a little higher, so that none covers another. */
function arc(
  { from, to, fromTop, toTop, arcs, unit, layers }: Rays,
  source: number,
  target: number,
  k: number,
): string {
  const [start, end] = [from.boxes[source], to.boxes[target]];
  const lift = layers.length > 1 ? 1 - 0.12 * (layers.length - 1 - k) : 1;
  if (arcs === 'between') {
    const [y0, y1] =
      fromTop < toTop
        ? [below(from, start, fromTop, unit), above(to, end, toTop)]
        : [above(from, start, fromTop), below(to, end, toTop, unit)];
    const middle = (y0 + y1) / 2;
    return path(start.x, y0, start.x, middle, end.x, middle, end.x, y1);
  }
  const sign = arcs === 'above' ? -1 : 1;
  const edge = (box: Box) =>
    arcs === 'above' ? above(from, box, fromTop) : below(from, box, fromTop, unit, layers.length);
  const [y0, y1] = [edge(start), edge(end)];
  const distance = Math.abs(start.x - end.x);
  const widest = from.boxes.length > 1 ? Math.abs(from.boxes[0].x - from.boxes[from.boxes.length - 1].x) : 0;
  // As high as half a circle would be, but no higher than there is room for the longest.
  const rise = Math.min(from.room - 6 * unit, 14 * unit + distance * Math.min(0.32, from.room / Math.max(widest, 1)));
  const height = (rise * lift * 4) / 3;
  if (source === target) {
    const loop = 12 * unit;
    return path(
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
  return path(start.x, y0, start.x, y0 + sign * height, end.x, y1 + sign * height, end.x, y1);
}

const above = (line: WordLine, box: Box, top: number) => box.y + top - 0.68 * line.size;
const below = (line: WordLine, box: Box, top: number, unit: number, numbers = 1) =>
  box.y + top + line.numberDrop + (numbers - 0.4) * NUMBER_PITCH * unit;

const path = (x0: number, y0: number, x1: number, y1: number, x2: number, y2: number, x3: number, y3: number) =>
  `M${near(x0)} ${near(y0)}C${near(x1)} ${near(y1)} ${near(x2)} ${near(y2)} ${near(x3)} ${near(y3)}`;
const near = (value: number) => Math.round(10 * value) / 10;
