import { describe, expect, it } from 'vitest';
import { type BarRow, barAt, bars, planBars, rangeOf } from '../../src/pictures/bars.ts';

const values = [2, -1, 0, 1];
const rows: BarRow[] = [
  { label: 'q', values, range: rangeOf(values), height: 30, paint: 'text' },
  { label: 'q × k', values, range: rangeOf(values), height: 30, paint: 'light' },
];
const plan = planBars(rows, 40, 1);
/** The rectangles of a row: its line, those that go up, those that go down. */
const rectsOf = (row: number) =>
  bars(rows, plan, 1)
    .filter((mark) => mark.is === 'bars')
    .slice(3 * row, 3 * row + 3)
    .map(({ rects }) => rects);

describe('bars', () => {
  it('stand on a line where positive and hang from it where negative, as long as their number', () => {
    const [[line], up, down] = rectsOf(0);
    // 30 pixels for the range from −1 to 2: ten for each.
    expect(up.map(({ height }) => height)).toEqual([20, 10]);
    expect(down.map(({ height }) => height)).toEqual([10]);
    expect(up.map(({ y, height }) => y + height)).toEqual([line.y + 0.5, line.y + 0.5]);
    expect(down[0].y).toBe(line.y + 0.5);
  });

  it('stand below one another in all rows', () => {
    const [first, second] = [rectsOf(0), rectsOf(1)];
    expect(second[1].map(({ x }) => x)).toEqual(first[1].map(({ x }) => x));
    expect(second[0][0].y).toBeGreaterThan(first[2][0].y + 10);
  });

  it('are found under the pointer', () => {
    expect([0, 9.9, 10, 39.9].map((x) => barAt(plan, x))).toEqual([0, 0, 1, 3]);
    expect([barAt(plan, -1), barAt(plan, 40)]).toEqual([undefined, undefined]);
  });

  it('do without numbers', () => {
    const nothing: BarRow[] = [{ ...rows[0], values: [0, 0], range: rangeOf([0, 0]) }];
    const marks = bars(nothing, planBars(nothing, 40, 1), 1);
    expect(JSON.stringify(marks)).not.toMatch(/null|NaN/);
  });
});
