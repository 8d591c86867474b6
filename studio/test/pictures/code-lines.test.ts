import { describe, expect, it } from 'vitest';
import { codeLines } from '../../src/pictures/code-lines.ts';

const text = 'def f(x):\n    return x\n';
const words = ['def', 'f', '(', 'x', ')', ':', 'return', 'x'];
const starts = [0, 4, 5, 6, 7, 8, 14, 21];
const lines = codeLines({ text, words, starts, width: 900, unit: 1, advance: 0.5 });

describe('code', () => {
  it('stands on its lines and in its columns', () => {
    const left = lines.boxes.map(({ x, width }) => (x - width / 2) / (0.5 * lines.size));
    expect(left.map((column) => Math.round(1000 * column) / 1000)).toEqual([0, 4, 5, 6, 7, 8, 4, 11]);
    expect(new Set(lines.boxes.slice(0, 6).map(({ y }) => y)).size).toBe(1);
    expect(lines.boxes[6].y).toBeGreaterThan(lines.boxes[0].y);
    expect(lines.lines).toBe(2);
  });

  it('is wider than its room rather than too small to read', () => {
    const narrow = codeLines({ text, words, starts, width: 20, unit: 1, advance: 0.5 });
    expect(narrow.size).toBe(11);
    expect(narrow.width).toBe(12 * 0.5 * 11);
  });
});
