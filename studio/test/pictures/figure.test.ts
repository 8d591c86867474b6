import { describe, expect, it } from 'vitest';
import { figure, type Part } from '../../src/pictures/figure.ts';
import { panels } from '../../src/pictures/multiples/panels.ts';

const words = { title: 'a title', description: 'what it shows' };
const part = (width: number, height: number): Part => ({ width, height, marks: [] });
const measure = (text: string) => 10 * text.length;

describe('a figure', () => {
  it('has its parts below one another, in the middle', () => {
    const { width, height, parts } = figure([part(100, 20), part(60, 30)], words);
    // An edge of 24, and 28 between.
    expect([width, height]).toEqual([148, 24 + 20 + 28 + 30 + 24]);
    expect(parts.map(({ x, y }) => [x, y])).toEqual([
      [24, 24],
      [44, 72],
    ]);
  });

  it('has pictures of one kind two by two, each right below its name', () => {
    const three = ['one', 'another', 'third'].map((title) => ({ title, part: part(50, 40) }));
    const { width, parts } = figure(panels(three, measure), words);
    // The longest name is 70 wide.
    expect(width).toBe(24 + 70 + 28 + 70 + 24);
    const places = parts.map(({ x, y, marks: [mark] }) => [x, y, mark?.is === 'text' ? mark.text : '']);
    expect(places).toEqual([
      [24, 24, 'one'],
      [122, 24, 'another'],
      [24, 24 + 14 + 10, ''],
      [122, 24 + 14 + 10, ''],
      [73, 48 + 40 + 28, 'third'],
      [73, 116 + 14 + 10, ''],
    ]);
  });
});
