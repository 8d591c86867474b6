import { describe, expect, it } from 'vitest';
import { widenBfloat16, widenFloat16 } from '../../src/tensor/half.ts';

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
  { name: 'float16', widen: widenFloat16, exponentBits: 5, fractionBits: 10 },
  { name: 'bfloat16', widen: widenBfloat16, exponentBits: 8, fractionBits: 7 },
];

describe.each(formats)('$name', ({ widen, exponentBits, fractionBits }) => {
  const expected = Array.from(patterns, (pattern) => numberOf(pattern, exponentBits, fractionBits));
  it.each([
    ['float32', new Float32Array(65_536)],
    ['float64', new Float64Array(65_536)],
  ])('widens every pattern exactly to %s', (_, into) => {
    widen(patterns, into);
    const odd = expected.findIndex((x, pattern) => !Object.is(x, into[pattern]));
    expect(odd).toBe(-1);
  });
});
