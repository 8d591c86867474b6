import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { type Format, rounder } from '../../../src/attention/diagnosis/rounding.ts';
import { rounded } from '../../diagnosis/wrong/formats.ts';

describe('a number in a smaller format', () => {
  // float16: what numpy.float16 gives; bfloat16 and TF32: by hand from the bits.
  it.each<[number, Format, number]>([
    [0.1, 'float16', 0.0999755859375],
    [1 / 3, 'float16', 0.333251953125],
    [-Math.PI, 'float16', -3.140625],
    [2049, 'float16', 2048],
    [2051, 'float16', 2052],
    [6e-8, 'float16', 2 ** -24],
    [2 ** -25, 'float16', 0],
    [3 * 2 ** -25, 'float16', 2 ** -23],
    [2 ** -14 - 2 ** -26, 'float16', 2 ** -14],
    [65504, 'float16', 65504],
    [65519.99, 'float16', 65504],
    [65520, 'float16', Number.POSITIVE_INFINITY],
    [-1e9, 'float16', Number.NEGATIVE_INFINITY],
    [0.1, 'bfloat16', 0.10009765625],
    [257, 'bfloat16', 256],
    [259, 'bfloat16', 260],
    [1 + 2 ** -8, 'bfloat16', 1],
    [1 + 3 * 2 ** -8, 'bfloat16', 1 + 2 ** -6],
    [65520, 'bfloat16', 65536],
    [1e6, 'tf32', 999936],
    [1e6 + 0.03, 'float32', 1000000],
  ])('%d in %s is %d', (number, format, expected) => {
    expect(rounder(format)(number)).toBe(expected);
  });

  it.each<Format>(['float16', 'bfloat16', 'tf32', 'float32'])('stays what it is where %s has it', (format) => {
    for (const number of [0, 1, -2, 0.375, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]) {
      expect(rounder(format)(number)).toBe(number);
    }
  });

  // Far from the least numbers of bfloat16 and TF32, which nothing here comes near.
  const isUsual = (number: number) => number === 0 || Math.abs(number) > 1e-30;
  const numbers = fc
    .oneof(fc.double({ min: -1e5, max: 1e5, noNaN: true }), fc.double({ min: -1e-4, max: 1e-4, noNaN: true }))
    .filter(isUsual);
  test.prop([numbers, fc.constantFrom<Format>('float16', 'bfloat16', 'tf32', 'float32')])(
    'is what rounding by the step of its exponent gives',
    (number, format) => {
      expect(rounder(format)(number) + 0).toBe(rounded(number, format) + 0);
    },
  );
});
