import { describe, expect, it } from 'vitest';
import { cellAt, type MatrixSetting, matrix, matrixSides, planMatrix } from '../../src/pictures/matrix.ts';

const setting: MatrixSetting = {
  grid: { rows: 2, columns: 2, values: Float32Array.of(0, 1, 0.25, 0.75) },
  rowWords: ['red', 'car'],
  columnWords: ['red', 'car'],
  isHidden: (row, column) => row === 0 && column === 0,
  width: 200,
  unit: 1,
  measure: () => 22,
};

describe('a matrix', () => {
  const plan = planMatrix(setting);

  it('has a number in each cell that can be seen', () => {
    const texts = matrix(setting, plan).flatMap((mark) => (mark.is === 'text' ? [mark.text] : []));
    expect(texts).toEqual(['1.00', '0.25', '0.75']);
  });

  it('hatches what is hidden', () => {
    const [cells] = matrix(setting, plan);
    expect(cells.is === 'cells' && [...cells.strengths]).toEqual([Number.NaN, 1, 0.25, 0.75]);
  });

  it('finds the cell under a point', () => {
    expect(cellAt(plan, plan.left + 1.5 * plan.cell, plan.top + 0.5 * plan.cell)).toEqual({ row: 0, column: 1 });
    expect(cellAt(plan, plan.left - 1, plan.top + 1)).toBeUndefined();
  });

  it('frames the row that looks and lights its word', () => {
    const marks = matrixSides(setting, plan, { axis: 'row', sources: [1], pair: undefined });
    expect(marks[0]).toMatchObject({ is: 'frame', y: plan.top + plan.cell, width: 2 * plan.cell });
    expect(marks.filter((mark) => mark.is === 'text' && mark.paint === 'light')).toHaveLength(1);
  });

  it('of 500 words fits, without words and numbers', () => {
    const words = Array.from({ length: 500 }, () => 'word');
    const grid = { rows: 500, columns: 500, values: new Float32Array(250_000) };
    const large = planMatrix({ ...setting, grid, rowWords: words, columnWords: words });
    expect(large).toMatchObject({ width: 200, hasWords: false, hasNumbers: false });
    expect(matrix({ ...setting, grid }, large)).toHaveLength(1);
  });
});
