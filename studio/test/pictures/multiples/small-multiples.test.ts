import { describe, expect, it } from 'vitest';
import {
  type MultiplesSetting,
  multipleAt,
  multiplesMarks,
  multiplesSides,
  planMultiples,
} from '../../../src/pictures/multiples/small-multiples.ts';

const grid = { rows: 2, columns: 2, values: Float32Array.of(0.125, 0.5, 0, 0.03125) };
const setting = (rows: number, columns: number, width: number, height = 1000): MultiplesSetting => ({
  rows,
  columns,
  grids: Array.from({ length: rows * columns }, (_, i) => (i === 0 ? undefined : grid)),
  rowTitle: 'layer',
  columnTitle: 'head',
  width,
  height,
  unit: 1,
  measure: (names) => Math.max(...names.map((name) => 7 * name.length)),
});

describe('small multiples', () => {
  it.each([
    [12, 12, 700],
    [96, 96, 700],
    [1, 1, 320],
    [5, 4, 280],
  ])('of %i × %i fit in %i pixels', (rows, columns, width) => {
    const plan = planMultiples(setting(rows, columns, width));
    expect(plan.width).toBeLessThanOrEqual(width);
    expect(plan.side).toBeGreaterThanOrEqual(1);
  });

  it('have a frame where one is not there yet, and cells, as bright as the root of their part of the largest where it is', () => {
    const here = setting(1, 2, 400);
    const [first, second] = multiplesMarks(here, planMultiples(here));
    expect(first).toMatchObject({ is: 'frame' });
    expect(second).toMatchObject({ is: 'cells', rows: 2, columns: 2, strengths: Float32Array.of(0.5, 1, 0, 0.25) });
  });

  it('are found by a point, and not beside', () => {
    const plan = planMultiples(setting(3, 4, 500));
    const { left, top, pitch } = plan;
    expect(multipleAt(plan, left + 2.5 * pitch, top + 1.5 * pitch)).toEqual({ row: 1, column: 2 });
    expect(multipleAt(plan, left - 1, top + 1)).toBeUndefined();
    expect(multipleAt(plan, left + 4 * pitch, top + 1)).toBeUndefined();
  });

  it('are named by as many numbers as there is room for', () => {
    const here = setting(96, 96, 700);
    const plan = planMultiples(here);
    const marks = multiplesSides(here, plan, { picked: { row: 0, column: 0 }, pointed: undefined });
    const across = marks.filter((mark) => mark.is === 'text' && mark.anchor === 'middle');
    expect(across.length).toBeLessThan(48);
    expect(across.length).toBeGreaterThan(4);
  });
});
