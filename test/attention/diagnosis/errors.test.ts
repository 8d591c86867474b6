import { describe, expect, it } from 'vitest';
import { ErrorSums, isBeyond } from '../../../src/attention/diagnosis/errors.ts';

const none = { rtol: 0, atol: 0 };

describe('the figures of an error', () => {
  it('are what arithmetic by hand gives', () => {
    const sums = new ErrorSums({ rtol: 0, atol: 0.5 });
    // Off by 0 and 2 of 4 numbers, by 1 and 0 of the others.
    sums.addRow(Float64Array.of(1, 4, 3, 0), 0, [1, 2]);
    sums.addRow(Float64Array.of(1, 4, 3, 0), 2, [4, 0]);
    const figures = sums.figures();
    expect(figures).toMatchObject({
      compared: 4,
      beyondTolerance: 0.5,
      maxAbsolute: 2,
      meanAbsolute: 0.75,
      maxRelative: 1,
    });
    expect(figures.meanRelative).toBeCloseTo((0 + 1 + 0.25) / 3, 12);
    expect(figures.rootMeanSquare).toBeCloseTo(Math.sqrt(5 / 4), 12);
    // (1·1 + 4·2)/√(17·5) and 12/12.
    expect(figures.cosine?.min).toBeCloseTo(9 / Math.sqrt(85), 12);
    expect(figures.cosine?.mean).toBeCloseTo((9 / Math.sqrt(85) + 1) / 2, 12);
    // Σab − ΣaΣb/n = 21 − 14; Σa² − (Σa)²/n = 26 − 16; Σb² − (Σb)²/n = 21 − 12.25.
    expect(figures.correlation).toBeCloseTo(7 / Math.sqrt(10 * 8.75), 12);
  });

  it('count what is no number apart', () => {
    const sums = new ErrorSums(none);
    sums.addRow(Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY, 1), 0, [1, 1, 1]);
    expect(sums.figures()).toMatchObject({ nan: 1, infinite: 1, maxAbsolute: 0, beyondTolerance: 2 / 3 });
  });

  it('take an infinity where one is right for right', () => {
    const sums = new ErrorSums(none);
    sums.addRow(Float64Array.of(Number.NEGATIVE_INFINITY), 0, [Number.NEGATIVE_INFINITY]);
    expect(sums.figures()).toMatchObject({ infinite: 0, beyondTolerance: 0 });
  });

  it.each([1e300, 1.7e308, -1e300, 1e-310])('are numbers where one of %d was given', (given) => {
    for (const right of [1, -1e-300, 1.7e308, 0]) {
      const sums = new ErrorSums(none);
      sums.addRow(Float64Array.of(given, 1), 0, [right, 2]);
      const { cosine, correlation, ...figures } = sums.figures();
      const all = [...Object.values(figures), correlation ?? 0, cosine?.min ?? 0, cosine?.mean ?? 0];
      expect(all.filter((figure) => typeof figure === 'number' && !Number.isFinite(figure))).toEqual([]);
    }
  });
});

describe('a number', () => {
  it('is beyond a tolerance of 0 only where it is another', () => {
    expect(isBeyond(1, 1, none)).toBe(false);
    expect(isBeyond(1, 1 + Number.EPSILON, none)).toBe(true);
    expect(isBeyond(Number.NaN, 1, none)).toBe(true);
  });

  it('is within atol + rtol·|right|, that included', () => {
    expect(isBeyond(1.75, 1, { rtol: 0.25, atol: 0.5 })).toBe(false);
    expect(isBeyond(1.7501, 1, { rtol: 0.25, atol: 0.5 })).toBe(true);
  });
});
