import { describe, expect, it } from 'vitest';
import { namesOf, rangeWords } from '../../../src/requests/diagnosis/pattern-words.ts';

describe('numbers in words', () => {
  it.each<[number[], string]>([
    [[2], 'head 2'],
    [[1, 2], 'heads 1 and 2'],
    [[0, 3, 5], 'heads 0, 3 and 5'],
    [[4, 5, 6, 7], 'heads 4 to 7'],
    [[0, 2, 4, 6, 8, 10, 12, 14, 16], '9 heads from 0 to 16'],
  ])('%j are "%s"', (numbers, words) => {
    expect(namesOf('head', numbers)).toBe(words);
  });

  it.each<[{ from: number; to: number }, string]>([
    [{ from: 3, to: 4 }, 'row 3'],
    [{ from: 8, to: 16 }, 'rows from 8 on'],
    [{ from: 0, to: 5 }, 'the first 5 rows'],
    [{ from: 2, to: 5 }, 'rows 2 to 4'],
  ])('the range %j of 16 is "%s"', (range, words) => {
    expect(rangeWords('row', range, 16)).toBe(words);
  });
});
