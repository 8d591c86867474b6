import { describe, expect, it } from 'vitest';
import { firstNonFinite } from '../../src/tensor/tensor.ts';

describe('the first number that is not finite', () => {
  const lengths = [1, 3, 4, 5, 4095, 4096, 4097, 8195, 12_289];

  it.each(lengths)('is none among %i finite ones, however large', (length) => {
    const single = Float32Array.from(
      { length },
      (_, i) => [3.4028234663852886e38, -3.4028234663852886e38, -0, 1e-45][i % 4],
    );
    const double = Float64Array.from(
      { length },
      (_, i) => [Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, -0][i % 4],
    );
    expect([firstNonFinite(single), firstNonFinite(double)]).toEqual([-1, -1]);
  });

  it.each(lengths)('is found at every place of %i', (length) => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const data = new Float32Array(length).fill(1);
    const missed: number[] = [];
    for (let at = length - 1; at >= 0; at--) {
      // What stands behind it is odd, too: the first one counts.
      data[at] = odd[at % 3];
      if (at < length - 8) data[at + 8] = 1;
      if (firstNonFinite(data) !== at) missed.push(at);
    }
    expect(missed).toEqual([]);
  });

  it('is none of none', () => {
    expect(firstNonFinite(new Float32Array(0))).toBe(-1);
  });
});
