import { describe, expect, it } from 'vitest';
import { type Setting, wordLine } from '../../src/pictures/word-line.ts';

/** Each character is half as wide as it is high. */
const measure = (word: string, size: number) => (word.length * size) / 2;
const setting: Setting = { words: ['The', 'cat', 'sat'], width: 400, unit: 1, numbers: 1, arcs: 'above', measure };

describe('words on a line', () => {
  it('stand evenly around the middle where they fit', () => {
    const { boxes, lines } = wordLine(setting);
    // Slots of 112: (400 − 3 · 112) / 2 + 56 = 88.
    expect(boxes.map(({ x }) => x)).toEqual([88, 200, 312]);
    expect(lines).toBe(1);
  });

  it('run on in lines where they do not, and none leaves the picture', () => {
    const { boxes, lines } = wordLine({ ...setting, words: Array.from({ length: 50 }, () => 'attention'), width: 300 });
    expect(lines).toBeGreaterThan(5);
    for (const { x, width } of boxes) expect([x - width / 2 >= 0, x + width / 2 <= 300]).toEqual([true, true]);
  });

  it('are as high with arcs above as with arcs below', () => {
    expect(wordLine({ ...setting, arcs: 'below' }).height).toBe(wordLine(setting).height);
  });

  it('are no words of no sentence', () => expect(wordLine({ ...setting, words: [] }).boxes).toEqual([]));

  it('keep the lines of their text, and how far these are indented', () => {
    const words = ['def', 'f', ':', 'return'];
    const { boxes, lines } = wordLine({ ...setting, words, indents: [0, undefined, undefined, 4] });
    expect(lines).toBe(2);
    expect(boxes.map(({ line }) => line)).toEqual([0, 0, 0, 1]);
    const left = ({ x, width }: { x: number; width: number }) => x - width / 2;
    // Four spaces, each 0.6 of type of 20.
    expect(left(boxes[3]) - left(boxes[0])).toBeGreaterThanOrEqual(40);
  });
});
