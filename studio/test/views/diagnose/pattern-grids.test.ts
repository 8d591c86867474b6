import { describe, expect, it } from 'vitest';
import { cellOf, gridsOf, tellingCells } from '../../../src/views/diagnose/pattern-grids.ts';
import { sheetOf } from '../../../src/views/patterns/pattern-sheet.ts';

const patterns = {
  batch: 0,
  head: 1,
  right: [
    [0.5, 0.5],
    [0.25, 0.75],
  ],
  yours: [
    [1, 0],
    [0.25, 'NaN' as const],
  ],
};

describe('two patterns', () => {
  const grids = gridsOf(patterns);

  it('have a difference: yours less the right one', () => {
    expect([...(grids.difference ?? [])]).toEqual([0.5, -0.5, 0, Number.NaN]);
  });

  it('show what is no number as what cannot be seen', () => {
    const sheet = sheetOf(grids, Float32Array.of(1, 0, 0.25, Number.NaN), 'weights');
    expect([...sheet.blocks[0].values]).toEqual([1, 0, 0.25, Number.NEGATIVE_INFINITY]);
    expect(sheet.most).toBe(1);
  });

  it('have a scale of both signs up to what is farthest apart', () => {
    expect(sheetOf(grids, Float32Array.of(0.5, -0.75, 0, Number.NaN), 'signed').most).toBe(0.75);
    expect(sheetOf(grids, new Float32Array(4), 'signed').most).toBe(1);
  });

  it('are told by the cells that are farthest apart, what is no number first', () => {
    expect(tellingCells(grids, 2).map(({ query, key }) => [query, key])).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });

  it('have no cell beyond their ends, as a link to another dump may name', () => {
    expect(cellOf(grids, { query: 1, key: 0 })).toEqual({ query: 1, key: 0, right: 0.25, yours: 0.25 });
    expect(cellOf(grids, { query: 2, key: 0 })).toBeUndefined();
    expect(cellOf(grids, { query: 0, key: 2 })).toBeUndefined();
  });

  it('are one where no cause gives the numbers', () => {
    const alone = gridsOf({ ...patterns, yours: null });
    expect(alone.yours).toBeUndefined();
    expect(alone.difference).toBeUndefined();
    expect(tellingCells(alone, 1)).toEqual([{ query: 1, key: 1, right: 0.75, yours: undefined }]);
  });
});
