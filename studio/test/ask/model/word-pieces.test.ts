import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { mergedWeights, wordsOf } from '../../../src/ask/model/word-pieces.ts';

describe('parts of words', () => {
  it.each([
    ['WordPiece', ['[CLS]', 'sl', '##eep', '##s', '.', '[SEP]'], ['[CLS]', 'sleeps', '.', '[SEP]'], [0, 1, 4, 5, 6]],
    [
      'GPT-2',
      ['The', 'Ġcat', 'Ġsl', 'eeps', '.', '<|endoftext|>', 'The'],
      ['The', 'cat', 'sleeps.', '<|endoftext|>', 'The'],
      [0, 1, 2, 5, 6, 7],
    ],
    ['GPT-2 beyond ASCII', ['Ġcaf', 'Ã©', 'Ġçī', '«'], ['café', '牫'], [0, 2, 4]],
    ['SentencePiece', ['<s>', '▁The', '▁sl', 'eeps', '</s>'], ['<s>', 'The', 'sleeps', '</s>'], [0, 1, 2, 4, 5]],
    ['SentencePiece, a space alone', ['▁', 'a', '▁b'], ['a', 'b'], [0, 2, 3]],
  ])('are words again: %s', (_, tokens, words, starts) => {
    expect(wordsOf(tokens)).toEqual({ words, starts });
  });

  it('are none where all tokens are words', () => {
    expect(wordsOf(['The', 'cat', 'sat'])).toBeUndefined();
    expect(wordsOf([])).toBeUndefined();
  });

  it('have the sum of the attention that they get, and the mean of what they give', () => {
    // Tokens: a, b0, b1. Rows of three weights, by hand.
    const values = Float32Array.of(0.5, 0.25, 0.25, 0.125, 0.5, 0.375, 0.625, 0.25, 0.125);
    const { rows, columns, values: merged } = mergedWeights({ rows: 3, columns: 3, values }, [0, 1, 3], [0, 1, 3]);
    expect([rows, columns]).toEqual([2, 2]);
    expect(Array.from(merged)).toEqual([0.5, 0.5, (0.125 + 0.625) / 2, (0.875 + 0.375) / 2]);
  });

  const grids = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })).chain(([rows, columns]) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      numbers: fc.array(fc.integer({ min: 1, max: 99 }), { minLength: rows * columns, maxLength: rows * columns }),
      queryStarts: fc.subarray([...Array(rows).keys()].slice(1)).map((some) => [0, ...some, rows]),
      keyStarts: fc.subarray([...Array(columns).keys()].slice(1)).map((some) => [0, ...some, columns]),
    }),
  );
  test.prop([grids])('leave each row a distribution', ({ rows, columns, numbers, queryStarts, keyStarts }) => {
    const values = Float32Array.from(numbers, (number, i) => {
      const row = numbers.slice(Math.floor(i / columns) * columns, (Math.floor(i / columns) + 1) * columns);
      return number / row.reduce((sum, one) => sum + one, 0);
    });
    const merged = mergedWeights({ rows, columns, values }, queryStarts, keyStarts);
    for (let row = 0; row < merged.rows; row++) {
      const own = Array.from(merged.values.subarray(row * merged.columns, (row + 1) * merged.columns));
      expect(own.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
    }
  });
});
