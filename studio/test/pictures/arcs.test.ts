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
