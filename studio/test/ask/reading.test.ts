import { describe, expect, it } from 'vitest';
import { readingOf } from '../../src/ask/reading.ts';

const packed = (shape: number[], numbers: number[]) => ({
  shape,
  dtype: 'float32' as const,
  data: Buffer.from(new Float32Array(numbers).buffer).toString('base64'),
});
const stats = {
  entropy: packed([2], [0, 0.5]),
  effective_keys: packed([2], [1, 1.5]),
  mean_distance: packed([2], [1, 1]),
};
const asked = { text: 'red car' };
const answer = {
  tokens: [
    { text: 'red', start: 0, end: 3 },
    { text: 'car', start: 4, end: 7 },
  ],
  weights: packed([2, 2], [0, 1, 1, 0]),
  stats,
  heads: [{ name: 'semantic' as const, built_from: 'words', weights: packed([2, 2], [0, 1, 0.25, 0.75]), stats }],
  meta: { is_causal: false, exclude_self: true },
};

describe('a reading', () => {
  it('has the numbers of the answer', () => {
    const { queries, keys, heads } = readingOf(answer, asked);
    expect([queries, keys]).toEqual([
      ['red', 'car'],
      ['red', 'car'],
    ]);
    expect([...heads[0].weights.values]).toEqual([0, 1, 0.25, 0.75]);
    expect([...heads[0].statistics.entropy]).toEqual([0, 0.5]);
  });

  it('knows what cannot be seen', () => {
    expect(readingOf(answer, asked).isHidden(1, 1)).toBe(true);
    expect(readingOf(answer, asked).isHidden(0, 1)).toBe(false);
    const causal = readingOf({ ...answer, meta: { is_causal: true, exclude_self: false } }, asked);
    expect([causal.isHidden(0, 1), causal.isHidden(1, 0), causal.isHidden(1, 1)]).toEqual([true, false, false]);
  });

  it('has other words on the other side in cross-attention', () => {
    const context_tokens = [
      { text: 'rouge', start: 0, end: 5 },
      { text: 'voiture', start: 6, end: 13 },
    ];
    const { keys, isCross } = readingOf({ ...answer, context_tokens }, { ...asked, context: 'rouge voiture' });
    expect([keys, isCross]).toEqual([['rouge', 'voiture'], true]);
  });

  it('knows which words begin a line, and behind how many spaces', () => {
    const tokens = [
      { text: 'def', start: 1, end: 4 },
      { text: 'f', start: 5, end: 6 },
      { text: 'return', start: 10, end: 16 },
    ];
    const { queryIndents } = readingOf({ ...answer, tokens }, { text: '\ndef f:\n  return' });
    expect(queryIndents).toEqual([0, undefined, 2]);
  });
});
