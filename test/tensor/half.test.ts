import { describe, expect, it } from 'vitest';
import { firstNonFiniteHalf, widenBfloat16, widenFloat16 } from '../../src/tensor/half.ts';

const patterns = Uint16Array.from({ length: 65_536 }, (_, pattern) => pattern);

/** A binary float of `exponentBits` and `fractionBits`, straight from IEEE 754 section 3.4. */
function numberOf(pattern: number, exponentBits: number, fractionBits: number): number {
  const sign = pattern >= 2 ** (exponentBits + fractionBits) ? -1 : 1;
  const biased = Math.floor(pattern / 2 ** fractionBits) % 2 ** exponentBits;
  const fraction = (pattern % 2 ** fractionBits) / 2 ** fractionBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (biased === 2 ** exponentBits - 1) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (biased === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (biased - bias));
}

const formats = [
  { name: 'float16' as const, widen: widenFloat16, exponentBits: 5, fractionBits: 10 },
  { name: 'bfloat16' as const, widen: widenBfloat16, exponentBits: 8, fractionBits: 7 },
];

describe.each(formats)('$name', ({ name, widen, exponentBits, fractionBits }) => {
  const expected = Array.from(patterns, (pattern) => numberOf(pattern, exponentBits, fractionBits));
  it.each([
    ['float32', new Float32Array(65_536)],
    ['float64', new Float64Array(65_536)],
  ])('widens every pattern exactly to %s', (_, into) => {
    widen(patterns, into);
    const odd = expected.findIndex((x, pattern) => !Object.is(x, into[pattern]));
    expect(odd).toBe(-1);
  });

  it("finds none where there are none, on a word's border or beside it", () => {
    expect(firstNonFiniteHalf(name, patterns.subarray(1, 1))).toBe(-1);
    expect(firstNonFiniteHalf(name, patterns.subarray(2, 2))).toBe(-1);
  });

  it('finds NaN and ±∞, wherever they stand, and nothing else', () => {
    const finite = patterns.filter((pattern) => Number.isFinite(expected[pattern]));
    expect(firstNonFiniteHalf(name, finite)).toBe(-1);
    for (const pattern of patterns) {
      if (Number.isFinite(expected[pattern])) continue;
      const place = pattern % 10_000;
      // On a word's border or beside it, with and without a last pattern that has no pair.
      const data = finite.slice(0, 10_004).subarray((pattern >> 1) % 2, 10_002 + (pattern % 3));
      data.set([pattern, 0x7fff], place);
      if (firstNonFiniteHalf(name, data) !== place) expect.fail(`${pattern} at ${place}`);
    }
  });
});
