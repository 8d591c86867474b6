import { describe, expect, it } from 'vitest';
import { type Format, rounded } from './formats.ts';

describe('numbers in a format', () => {
  // By hand from the bits: 1/3 is 1.0101…₂ · 2^−2, cut after 10, 7 and 23 of them.
  it.each<[number, Format, number]>([
    [1 / 3, 'float16', 1365 / 4096],
    [1 / 3, 'bfloat16', 171 / 512],
    [1 / 3, 'tf32', 1365 / 4096],
    [2049, 'float16', 2048],
    [2051, 'float16', 2052],
    [257, 'bfloat16', 256],
    [65519, 'float16', 65504],
    [65520, 'float16', Number.POSITIVE_INFINITY],
    [-1e6, 'float16', Number.NEGATIVE_INFINITY],
    [1e6, 'tf32', 999936],
    [2 ** -24, 'float16', 2 ** -24],
    [2 ** -26, 'float16', 0],
  ])('%d in %s is %d', (number, format, expected) => {
    expect(rounded(number, format)).toBe(expected);
  });

  it('are those of Math.fround in float32', () => {
    for (const number of [1 / 3, 0.1, -1e-20, 123456789, 1e-42])
      expect(rounded(number, 'float32')).toBe(Math.fround(number));
  });
});
