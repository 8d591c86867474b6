import { describe, expect, it } from 'vitest';
import type { Mark } from '../../src/pictures/mark.ts';
import {
  planSheet,
  type Sheet,
  type SheetSetting,
  sheetCellAt,
  sheetMarks,
  sheetSides,
} from '../../src/pictures/sheet.ts';

const hidden = Number.NEGATIVE_INFINITY;
/** Two of three rows are there; all words are 30 wide. */
const sheet: Sheet = {
  rows: 3,
  columns: 3,
  blocks: [{ row: 0, column: 0, rows: 2, columns: 3, values: Float32Array.of(hidden, 4, -2, 1, hidden, 0) }],
  isOfPairs: true,
  scale: 'signed',
  most: 4,
};
const setting: SheetSetting = {
  sheet,
  words: { rows: 3, columns: 3 },
  rowWords: ['a', 'b', 'c'],
  columnWords: ['a', 'b', 'c'],
  width: 158,
  height: 500,
  unit: 1,
  measure: () => 30,
};
const plan = planSheet(setting);
const of = <K extends Mark['is']>(marks: readonly Mark[], is: K) =>
  marks.filter((mark): mark is Extract<Mark, { is: K }> => mark.is === is);

describe('a matrix that fills', () => {
  it('has its words at its sides, and cells in what is left', () => {
    // 158 − 30 for the words − 8 between, in three.
    expect(plan).toMatchObject({ left: 38, top: 28, cellWidth: 40, cellHeight: 40, hasWords: true, hasNumbers: true });
    expect([plan.width, plan.height]).toEqual([38 + 3 * 40, 28 + 3 * 40]);
  });

  it('draws what is there on the scale of both signs, and hatches what may not be seen', () => {
    const [cells, ...more] = of(sheetMarks(setting, plan), 'cells');
    expect(more).toEqual([]);
    expect([...cells.strengths]).toEqual([Number.NaN, 1, -0.5, 0.25, Number.NaN, 0]);
    expect(cells).toMatchObject({ x: 38, y: 28, rows: 2, columns: 3, scale: 'signed' });
  });

  it('writes the numbers that can be seen into their cells', () => {
    const numbers = of(sheetMarks(setting, plan), 'text');
    expect(numbers.map(({ text, x, y }) => [text, x, y])).toEqual([
      ['4.00', 98, 48],
      ['−2.00', 138, 48],
      ['1.00', 58, 88],
      ['·', 138, 88],
    ]);
  });

  it('frames the whole, the row that is looked at, and the cell', () => {
    const frames = of(sheetSides(setting, plan, { row: 1, column: 2, tile: undefined }), 'frame');
    expect(frames.map(({ x, y, width, height, paint }) => [x, y, width, height, paint])).toEqual([
      [38, 28, 120, 120, 'line'],
      [38, 68, 120, 40, 'light'],
      [118, 68, 40, 40, 'text'],
    ]);
  });

  it('frames a tile in place of the row, and lights its words', () => {
    const marks = sheetSides(setting, plan, { row: 0, column: 1, tile: { rows: [0, 2], columns: [1, 3] } });
    expect(of(marks, 'frame')[1]).toMatchObject({ x: 78, y: 28, width: 80, height: 80, paint: 'light' });
    const lit = of(marks, 'text').filter(({ paint }) => paint === 'light');
    expect(lit.map(({ text }) => text)).toEqual(['a', 'b', 'b', 'c']);
  });

  it('leaves its rows where they are when the columns are mere numbers', () => {
    const values = new Float32Array(12);
    const blocks = [{ row: 0, column: 0, rows: 3, columns: 4, values }];
    const strips = { ...setting, sheet: { ...sheet, columns: 4, blocks, isOfPairs: false } };
    const wide = planSheet(strips);
    expect([wide.left, wide.top, wide.cellHeight]).toEqual([plan.left, plan.top, plan.cellHeight]);
    expect(wide.hasNumbers).toBe(false);
    const over = of(sheetSides(strips, wide, { row: 0, column: undefined, tile: undefined }), 'text').slice(3);
    expect(over.map(({ text }) => text)).toEqual(['1', '4']);
  });

  it('finds the cell under the pointer, and none beside them', () => {
    expect(sheetCellAt(setting, plan, 118, 70)).toEqual({ row: 1, column: 2 });
    expect(sheetCellAt(setting, plan, 20, 70)).toBeUndefined();
    expect(sheetCellAt(setting, plan, 118, 20)).toBeUndefined();
  });

  it('frames a column where that alone is lit', () => {
    const sides = sheetSides(setting, plan, { row: undefined, column: 1, tile: undefined });
    expect(of(sides, 'frame')).toContainEqual(
      expect.objectContaining({ x: 38 + 40, y: 28, width: 40, height: 3 * 40, paint: 'light' }),
    );
  });

  it('is in the color of its head', () => {
    const own = { ...setting, sheet: { ...sheet, paint: 'head-1' as const } };
    expect(of(sheetMarks(own, plan), 'cells').map(({ paint }) => paint)).toEqual(['head-1']);
    expect(new Set(of(sheetMarks(own, plan), 'text').map(({ cellPaint }) => cellPaint))).toEqual(new Set(['head-1']));
  });
});
