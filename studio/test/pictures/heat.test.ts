import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { type HeatSetting, heatCellAt, heatMarks, heatSides, planHeat } from '../../src/pictures/heat.ts';

/** A letter is 6 wide. */
const measure = (names: readonly string[]) => Math.max(0, ...names.map((name) => 6 * name.length));
const setting = (values: number[], columns: number, width = 400): HeatSetting => ({
  values: Float32Array.from(values),
  rowNames: Array.from({ length: values.length / columns }, (_, row) => `${row}`),
  columnNames: Array.from({ length: columns }, (_, column) => `${column}`),
  most: Math.max(...values.filter(Number.isFinite)) || 1,
  width,
  unit: 1,
  measure,
});
const strengthsOf = (heat: HeatSetting) => {
  const [cells] = heatMarks(heat, planHeat(heat));
  return cells.is === 'cells' ? [...cells.strengths] : [];
};
const textsOf = (marks: ReturnType<typeof heatMarks>) =>
  marks.flatMap((mark) => (mark.is === 'text' ? [mark.text] : []));

describe('errors in cells', () => {
  it('are as bright as they are large beside the largest, and what is no number as bright as can be', () => {
    expect(strengthsOf(setting([0, 1, 2, 4], 2))).toEqual([0, 0.25, 0.5, 1]);
    expect(strengthsOf(setting([2, Number.NaN, Number.POSITIVE_INFINITY], 3))).toEqual([1, 1, 1]);
    expect(strengthsOf(setting([0, 0], 2))).toEqual([0, 0]);
  });

  it('have their numbers where there is room', () => {
    const wide = setting([0.5, 1.3e-6], 2);
    expect(textsOf(heatMarks(wide, planHeat(wide)))).toEqual(['0.5', '1.3e−6']);
    const narrow = setting(Array(32).fill(1), 32);
    expect(textsOf(heatMarks(narrow, planHeat(narrow)))).toEqual([]);
  });

  it('leave out names that have no room, evenly', () => {
    const narrow = setting(Array(32).fill(1), 32);
    const names = textsOf(heatSides(narrow, planHeat(narrow), undefined));
    // Of the row its name; a cell of 12 has no room for two digits and a gap of 8.
    expect(names).toEqual(['0', ...Array.from({ length: 16 }, (_, i) => String(2 * i))]);
  });

  test.prop([fc.integer({ min: 1, max: 32 }), fc.integer({ min: 1, max: 32 }), fc.integer({ min: 120, max: 2000 })])(
    'are met where they are drawn, and fit',
    (rows, columns, width) => {
      const plan = planHeat(setting(Array(rows * columns).fill(1), columns, width));
      expect(plan.width).toBeLessThanOrEqual(width);
      const middle = (at: number, start: number, size: number) => start + (at + 0.5) * size;
      const last = { row: rows - 1, column: columns - 1 };
      const x = middle(last.column, plan.left, plan.cellWidth);
      expect(heatCellAt(plan, x, middle(last.row, plan.top, plan.cellHeight))).toEqual(last);
      expect(heatCellAt(plan, plan.left - 1, plan.top + 1)).toBeUndefined();
      expect(heatCellAt(plan, x, plan.height + 1)).toBeUndefined();
    },
  );
});
