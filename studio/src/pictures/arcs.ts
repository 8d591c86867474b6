/** Attention between words as light: arcs from those that are lit, a glow and a number at those that they reach. */
import { arc, canArc, detour, NUMBER_PITCH, type Ways } from './arc-path.ts';
import { short } from './figures.ts';
import { type Axis, type Grid, light, ranked, reach } from './grid.ts';
import type { Mark, Paint } from './mark.ts';
import type { Box } from './word-line.ts';

/** One head, or several as one. */
export interface Layer {
  grid: Grid;
  paint: Paint;
}

export interface Rays extends Ways {
  axis: Axis;
  sources: readonly number[];
  layers: readonly Layer[];
}

/** Weights of less are numbers only. */
const LEAST = 0.01;
/** From line to line only what is strong has a line: the glow tells the rest, and lines beside lines tell nothing. */
const LEAST_DETOUR = 0.1;
const MOST_ARCS = 60;
/** The width of an arc of weight 1: where there is room, and between lines. */
const WIDE = 8;
const NARROW = 4;
/** Beyond so many words only those that are reached have a number, and of several lines only for one head. */
const ALL_NUMBERS = 60;
const NUMBER_SIZE = 14;

export function rays(picture: Rays): Mark[] {
  const { to, toTop, axis, sources, layers, unit } = picture;
  const glows: Mark[] = [];
  const numbers: Mark[] = [];
  const hasAll = to.boxes.length <= ALL_NUMBERS && (to.lines === 1 || layers.length === 1);
  layers.forEach(({ grid, paint }, k) => {
    const sum = light(grid, axis, sources);
    to.boxes.forEach((box, target) => {
      const weight = sum[target];
      const isSource = from(picture) === to && sources.includes(target);
      const y = box.y + toTop + to.numberDrop + k * NUMBER_PITCH * unit;
      if (weight >= LEAST) glows.push(glow(box, toTop, to.size, weight, paint, unit));
      if (isSource && weight === 0) {
        if (k === 0) numbers.push({ is: 'dot', x: box.x, y, radius: 4 * unit, paint: 'light' });
      } else if (weight >= LEAST || hasAll) {
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

/** From each source to those that it reaches most: arcs, and from line to line detours of the strong ones. */
function arcsOf(picture: Rays, { grid, paint }: Layer, index: number): Mark[] {
  const { axis, sources, from, to, unit, layers } = picture;
  const lane = { index, count: layers.length };
  const widest = (from.lines > 1 ? NARROW : WIDE) * unit;
  return sources.flatMap((source) => {
    const weights = reach(grid, axis, source);
    const strongest = ranked(weights, MOST_ARCS).reverse();
    return strongest.flatMap((target): Mark[] => {
      const weight = weights[target];
      const [start, end] = [from.boxes[source], to.boxes[target]];
      const isArc = canArc(picture, start, end);
      if (weight < (isArc ? LEAST : LEAST_DETOUR) || (!isArc && picture.arcs === 'between')) return [];
      const width = unit + widest * Math.min(1, weight);
      const d = isArc ? arc(picture, start, end, lane) : detour(picture, start, end, lane);
      return [{ is: 'path', d, paint, width, opacity: 0.3 + 0.5 * Math.min(1, weight) }];
    });
  });
}
