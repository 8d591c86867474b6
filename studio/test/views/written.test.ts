import { describe, expect, it } from 'vitest';
import type { Part } from '../../src/ask/lesson/part.ts';
import { exactly, factor, given, writtenSide } from '../../src/views/lesson/written.ts';

const part = { is: 'text', name: 'sharp', reading: { keys: ['the', 'mat'] } } as unknown as Part;
const side = (pointer: string, ...values: number[]) => ({
  left: { request: 'sharp', pointer, values },
  right: { values },
});

describe('numbers of the lesson', () => {
  it('are written as they were given, with the minus of print', () => {
    expect([30, -100, -1.9459, 0].map(given)).toEqual(['30', '−100', '−1.95', '0']);
    expect([13, 0.62771, -0.5].map(exactly)).toEqual(['13', '0.6277', '−0.5000']);
  });

  it('are short where they are factors', () => {
    expect([1, 1 / Math.sqrt(3), 0.02, -20].map(factor)).toEqual(['1', '0.5774', '0.02', '−20']);
  });

  it('are the words that they count', () => {
    expect(writtenSide(side('/focus/looks_at/0/index', 1), 'left', [part])).toBe('“mat” (1)');
    expect(writtenSide(side('/stats/max_key/0', 1), 'right', [part])).toBe('“mat” (1)');
    expect(writtenSide(side('/stats/max_key/0', -1), 'left', [part])).toBe('no word (−1)');
  });

  it('are numbers where they count no words', () => {
    expect(writtenSide(side('/weights/0', 0.25, 0.75), 'left', [part])).toBe('[0.2500, 0.7500]');
    expect(writtenSide(side('/stats/effective_keys/0', 5), 'left', [])).toBe('5');
  });
});
