import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { cutOf, sizeOf, toSee } from '../../../src/views/tensors/grids/cut.ts';

describe('the cells of a tensor', () => {
  it('are those of the head that is looked at', () => {
    expect(cutOf([2, 3, 4, 5], { batch: 1, head: 2 }, 3)).toEqual({
      rows: 4,
      columns: 5,
      start: 5 * 20,
      index: [1, 2],
    });
    expect(cutOf([3, 4, 5], { batch: 0, head: 1 }, 3)).toEqual({ rows: 4, columns: 5, start: 20, index: [1] });
    expect(cutOf([4, 5], { batch: 0, head: 7 }, 8)).toEqual({ rows: 4, columns: 5, start: 0, index: [] });
  });

  it('are one row of a list, and one cell of a number', () => {
    expect(cutOf([5], { batch: 0, head: 0 }, 1)).toEqual({ rows: 1, columns: 5, start: 0, index: [] });
    expect(cutOf([], { batch: 0, head: 0 }, 1)).toEqual({ rows: 1, columns: 1, start: 0, index: [] });
  });

  it('are those of the key head that a group of query heads shares', () => {
    // Eight query heads over two of keys: the first four share one (GQA).
    expect([0, 3, 4, 7].map((head) => cutOf([2, 4, 5], { batch: 0, head }, 8).index)).toEqual([[0], [0], [1], [1]]);
  });

  it('are the only ones there are where a mask is broadcast', () => {
    expect(cutOf([1, 1, 4, 5], { batch: 3, head: 2 }, 4).index).toEqual([0, 0]);
  });

  test.prop([fc.nat(200), fc.nat(200), fc.integer({ min: 1, max: 200 })])(
    'come into sight by moving within',
    (from, to, count) => {
      const at = to % count;
      const next = toSee(from, at, count);
      expect(next).toBeGreaterThanOrEqual(0);
      expect(next + sizeOf(count)).toBeLessThanOrEqual(count);
      expect(at >= next && at < next + sizeOf(count)).toBe(true);
    },
  );
});
