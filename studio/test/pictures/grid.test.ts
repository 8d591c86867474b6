import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { light, maximum, ranked, reach, strongest } from '../../src/pictures/grid.ts';

const grid = { rows: 2, columns: 3, values: Float32Array.of(0, 0.25, 0.75, 0.5, 0.5, 0) };

describe('the light of words', () => {
  it('is what they look at, along a row', () => expect([...reach(grid, 'row', 1)]).toEqual([0.5, 0.5, 0]));
  it('is who looks at them, down a column', () => expect([...reach(grid, 'column', 1)]).toEqual([0.25, 0.5]));
  it('adds up', () => expect([...light(grid, 'row', [0, 1])]).toEqual([0.5, 0.75, 0.75]));
  it('is none of none', () => expect([...light(grid, 'row', [])]).toEqual([0, 0, 0]));
});

describe('several heads', () => {
  it('have a largest weight in each cell', () => {
    const other = { rows: 2, columns: 3, values: Float32Array.of(1, 0, 0, 0, 0.75, 0.25) };
    expect([...maximum([grid, other]).values]).toEqual([1, 0.25, 0.75, 0.5, 0.75, 0.25]);
  });
});

describe('an order of weights', () => {
  it('begins with the largest, the first among equals', () => {
    expect(strongest([0.1, 0.4, 0.4])).toBe(1);
    expect(ranked(Float32Array.of(0.1, 0.4, 0.4, 0.2), 3)).toEqual([1, 2, 3]);
  });
  test.prop([fc.array(fc.constantFrom(0, 0.25, 0.5, 0.75, 1), { maxLength: 40 }), fc.nat(12)])(
    'is what sorting all of them begins with',
    (weights, most) => {
      const all = weights.map((weight, place) => ({ weight, place }));
      const sorted = all.toSorted((a, b) => b.weight - a.weight || a.place - b.place).slice(0, most);
      expect(ranked(Float32Array.from(weights), most)).toEqual(sorted.map(({ place }) => place));
    },
  );
  it('has no strongest where all is dark', () => expect(strongest([0, 0])).toBe(-1));
});
