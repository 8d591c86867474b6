import { describe, expect, it } from 'vitest';
import { long, rough, short, whole } from '../../src/pictures/figures.ts';

describe('a number', () => {
  it('has two decimals in pictures and four where it is looked into', () => {
    expect([short(0.627715), long(0.627715)]).toEqual(['0.63', '0.6277']);
  });
  it('is a point where it is 0, and 0.00 where it is almost', () => {
    expect([short(0), short(1e-9)]).toEqual(['·', '0.00']);
  });
  it('has signs that are as wide as figures', () => {
    expect([short(-1.5), long(Number.NEGATIVE_INFINITY)]).toEqual(['−1.50', '−∞']);
  });
  it('is copied whole, as the service writes it', () => {
    expect(whole(Math.fround(0.627715))).toBe('0.627715');
    expect(whole(Math.fround(0.1))).toBe('0.1');
  });

  it.each([
    [0, '0'],
    [0.123456, '0.123'],
    [1e-5, '1e−5'],
    [1.3e-6, '1.3e−6'],
    [-0.000987654, '−9.88e−4'],
    [12345, '1.23e4'],
    [100, '100'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('%f is told in three digits, whatever its size: %s', (value, text) => {
    expect(rough(value)).toBe(text);
  });
});
