import { describe, expect, it } from 'vitest';
import type { RowSteps } from '../../src/ask/row-steps.ts';
import { arithmeticOf } from '../../src/views/sentence/pair/arithmetic.ts';
import { linesOf } from '../../src/views/sentence/pair/lines.ts';

// By hand: q = (1, 2), k = (2, 0.5), (0, 1), (1, −1): scores 3, 2, −1; ÷ 0.5: 6, 4, −2; the first is hidden.
// e^(4 − 4) = 1, e^(−2 − 4) = 0.002479; sum 1.002479; weights 0, 0.997527, 0.002473.
const steps: RowSteps = {
  row: 0,
  head: 'semantic',
  queryWords: ['a', 'b', 'c'],
  keyWords: ['a', 'b', 'c'],
  temperature: 0.5,
  query: Float32Array.of(1, 2),
  keys: Float32Array.of(2, 0.5, 0, 1, 1, -1),
  values: Float32Array.of(1, 1, 10, 20, -4, 0),
  scores: Float32Array.of(3, 2, -1),
  scaled: Float32Array.of(6, 4, -2),
  biased: undefined,
  masked: Float32Array.of(Number.NEGATIVE_INFINITY, 4, -2),
  pattern: Float32Array.of(0, 0.997527, 0.002473),
  output: Float32Array.of(9.965382, 19.950546),
};
const linesFor = (given: RowSteps, query: number, key: number) =>
  linesOf({ ...arithmeticOf(given, { query, key }), temperature: given.temperature });

describe('the arithmetic of a pair', () => {
  it('goes from products to what the weight adds', () => {
    const worked = arithmeticOf(steps, { query: 0, key: 2 });
    expect([...worked.products]).toEqual([1, -2]);
    expect(worked.score).toBe(-1);
    expect(worked.exponential).toBeCloseTo(0.002479, 6);
    expect(worked.sum).toBeCloseTo(1.002479, 6);
    expect([...worked.added].map((number) => number.toFixed(6))).toEqual(['-0.009892', '0.000000']);
  });

  it('is written with its numbers', () => {
    expect(linesFor(steps, 0, 2)).toEqual([
      { does: 'q · k', result: '−1.0000', formula: 'the sum of 2 products' },
      { does: '÷ temperature', result: '−2.0000', formula: '−1.0000 ÷ 0.5 = −2.0000' },
      { does: 'e^(x − max)', result: '0.0025', formula: 'e^(−2.0000 − 4.0000) = 0.0025' },
      { does: '÷ sum of the row', result: '0.0025', formula: '0.0025 ÷ 1.0025 = 0.0025' },
    ]);
  });

  it('says why a word is hidden, and what follows', () => {
    const lines = linesFor(steps, 0, 0);
    expect(lines.slice(2)).toEqual([
      { does: 'hidden', result: '−∞', formula: 'no word looks at itself' },
      { does: 'e^(x − max)', result: '0', formula: 'e^(−∞ − 4.0000) = 0' },
      { does: '÷ sum of the row', result: '0', formula: '0 ÷ 1.0025 = 0' },
    ]);
    const causal = { ...steps, masked: Float32Array.of(6, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY) };
    expect(linesFor(causal, 0, 1)[2]).toMatchObject({ does: 'hidden', formula: 'it comes later (causal)' });
  });

  it('has no NaN where a row sees nothing', () => {
    const hidden = new Float32Array(3).fill(Number.NEGATIVE_INFINITY);
    const dark = { ...steps, masked: hidden, pattern: new Float32Array(3), output: new Float32Array(2) };
    expect(arithmeticOf(dark, { query: 0, key: 1 })).toMatchObject({ exponential: 0, sum: 0, weight: 0 });
    expect(linesFor(dark, 0, 1).at(-1)).toEqual({
      does: 'weight',
      result: '0',
      formula: 'all that it could read is hidden',
    });
  });

  it('tells what distance takes off', () => {
    // ALiBi with 0.05 a position at temperature 0.5: 0.1 a position, after the temperature.
    const biased = Float32Array.of(6, 3.9, -2.2);
    const [, , line] = linesFor({ ...steps, biased, masked: undefined }, 0, 2);
    expect(line).toEqual({ does: 'distance (ALiBi)', result: '−2.2000', formula: '−2.0000 − 0.2000 = −2.2000' });
  });

  it('puts a negative largest in brackets', () => {
    const scaled = Float32Array.of(-3, -1, -2);
    const [, , line] = linesFor({ ...steps, scaled, masked: undefined }, 0, 2);
    expect(line.formula).toBe('e^(−2.0000 − (−1.0000)) = 0.3679');
  });
});
