import { describe, expect, it } from 'vitest';
import { type Rays, rays } from '../../src/pictures/arcs.ts';
import type { Mark } from '../../src/pictures/mark.ts';
import { wordLine } from '../../src/pictures/word-line.ts';

const line = wordLine({
  words: ['a', 'b', 'c'],
  width: 336,
  unit: 1,
  numbers: 1,
  arcs: 'above',
  measure: () => 20,
});
const grid = { rows: 3, columns: 3, values: Float32Array.of(0, 0.25, 0.75, 1, 0, 0, 0.992, 0.008, 0) };
const picture: Rays = {
  from: line,
  to: line,
  fromTop: 0,
  toTop: 0,
  arcs: 'above',
  axis: 'row',
  sources: [0],
  layers: [{ grid, paint: 'light' }],
  unit: 1,
};
const texts = (marks: Mark[]) => marks.flatMap((mark) => (mark.is === 'text' ? [mark.text] : []));
const arcs = (marks: Mark[]) => marks.flatMap((mark) => (mark.is === 'path' ? [mark] : []));

describe('the rays of a word', () => {
  it('are an arc, a glow and a number for each word that it reaches', () => {
    const marks = rays(picture);
    expect(texts(marks)).toEqual(['0.25', '0.75']);
    expect(arcs(marks).map(({ width }) => width)).toEqual([3, 7]);
    expect(marks.filter(({ is }) => is === 'glow')).toHaveLength(2);
  });

  it('leave weights below a hundredth their number alone', () => {
    const marks = rays({ ...picture, sources: [2] });
    expect(arcs(marks)).toHaveLength(1);
    expect(texts(marks)).toEqual(['0.99', '0.01']);
  });

  it('add up where several words throw light', () => {
    expect(texts(rays({ ...picture, sources: [0, 1] }))).toEqual(['1.00', '0.25', '0.75']);
  });

  it('come from those who look, where one is looked at', () => {
    expect(texts(rays({ ...picture, axis: 'column', sources: [0] }))).toEqual(['1.00', '0.99']);
  });

  it('have a color for each head', () => {
    const layers = [
      { grid, paint: 'head-0' },
      { grid, paint: 'head-1' },
    ] as const;
    expect(new Set(arcs(rays({ ...picture, layers })).map(({ paint }) => paint))).toEqual(
      new Set(['head-0', 'head-1']),
    );
  });
});

describe('the rays of a text of several lines', () => {
  const words = Array.from({ length: 12 }, () => 'w');
  const lines = wordLine({ words, width: 240, unit: 1, numbers: 1, arcs: 'above', measure: () => 30 });
  const weights = new Float32Array(12 * 12);
  // The first word looks at all others, strongly at the one beside it and at the last.
  weights.set([0, 0.4, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.33]);
  const wrapped: Rays = {
    ...picture,
    from: lines,
    to: lines,
    layers: [{ grid: { rows: 12, columns: 12, values: weights }, paint: 'light' }],
  };

  it('have arcs within the line, and from line to line the strong ones alone', () => {
    const drawn = arcs(rays(wrapped)).map(({ d }) => d);
    const inLine = lines.boxes.filter(({ line }) => line === 0).length - 1;
    expect(lines.lines).toBeGreaterThan(2);
    expect(drawn.filter((d) => d.includes('C'))).toHaveLength(inLine);
    expect(drawn.filter((d) => d.includes('L'))).toHaveLength(1);
    expect(texts(rays(wrapped)).filter((text) => text === '0.03')).toHaveLength(9);
  });

  it('never cross a word', () => {
    for (const arcsAt of ['above', 'below'] as const) {
      const own = wordLine({ words, width: 240, unit: 1, numbers: 1, arcs: arcsAt, measure: () => 30 });
      for (const { d } of arcs(rays({ ...wrapped, from: own, to: own, arcs: arcsAt }))) {
        const points = [...d.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
        const inside = points.filter(([x, y]) =>
          own.boxes.some((box) => Math.abs(x - box.x) < box.width / 2 && Math.abs(y - box.y) < 0.5 * own.size),
        );
        expect(inside).toEqual([]);
        expect(points.every(([x]) => x >= 0 && x <= own.width)).toBe(true);
      }
    }
  });

  it('leave what is between two texts to the lines that face each other', () => {
    const between: Rays = { ...wrapped, arcs: 'between', toTop: 400 };
    // The first line of the upper text does not face the lower one.
    expect(arcs(rays(between))).toEqual([]);
    expect(arcs(rays({ ...between, sources: [11] }))).toEqual([]);
    const last = new Float32Array(12 * 12).fill(1 / 12);
    const even = { ...between, layers: [{ grid: { rows: 12, columns: 12, values: last }, paint: 'light' as const }] };
    const facing = lines.boxes.filter(({ line }) => line === 0).length;
    expect(arcs(rays({ ...even, sources: [11] }))).toHaveLength(facing);
  });
});
