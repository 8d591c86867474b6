import { expect, it } from 'vitest';
import { stacked } from '../../src/carry/stacked.ts';

it('puts heads behind one another: the first head first, row by row', () => {
  const head = (...values: number[]) => ({ rows: 1, columns: 2, values: Float32Array.from(values) });
  expect(stacked('weights', [head(1, 2), head(3, 4), head(5, 6)])).toEqual({
    name: 'weights',
    dtype: 'float32',
    shape: [3, 1, 2],
    values: Float32Array.of(1, 2, 3, 4, 5, 6),
  });
});
