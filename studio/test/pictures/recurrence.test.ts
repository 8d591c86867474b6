import { describe, expect, it } from 'vitest';
import type { Mark } from '../../src/pictures/mark.ts';
import { type RecurrenceRow, recurrence } from '../../src/pictures/recurrence.ts';

const none = { before: undefined, now: undefined };
const row = (word: string, more: Partial<RecurrenceRow>): RecurrenceRow => ({
  word,
  isLit: false,
  max: none,
  rescale: none,
  sum: none,
  accumulator: undefined,
  ...more,
});
const marks = recurrence({
  rows: [
    row('sat', {
      isLit: true,
      max: { before: undefined, now: 2 },
      rescale: { before: 0, now: undefined },
      sum: { before: 1.5, now: undefined },
      accumulator: Float32Array.of(1, -4),
    }),
    row('mat', { max: { before: undefined, now: Number.NEGATIVE_INFINITY } }),
  ],
  current: 'max',
  width: 300,
  unit: 1,
  measure: () => 30,
});
const texts = marks.filter((mark): mark is Extract<Mark, { is: 'text' }> => mark.is === 'text');
const paintOf = (text: string) => texts.find((mark) => mark.text === text)?.paint;

describe('the rows of a tile', () => {
  it('have their running numbers beside them', () => {
    expect(texts.map(({ text }) => text)).toEqual([
      'm',
      '× α',
      'sum ℓ',
      'accumulator',
      'sat',
      '2.00',
      '0',
      '1.50',
      'mat',
      '−∞',
    ]);
  });

  it('are bright where the step has just changed them, and quiet where they are of the tile before', () => {
    expect(['m', '2.00', 'sat'].map(paintOf)).toEqual(['light', 'light', 'light']);
    expect(['sum ℓ', '1.50', 'mat'].map(paintOf)).toEqual(['quiet', 'quiet', 'quiet']);
  });

  it('show the accumulator as a strip of its numbers', () => {
    const strips = marks.filter((mark) => mark.is === 'cells');
    expect(strips).toHaveLength(1);
    expect(strips[0]).toMatchObject({ rows: 1, columns: 2, scale: 'signed', strengths: Float32Array.of(0.25, -1) });
  });
});
