import { describe, expect, it } from 'vitest';
import { attend } from './attend.ts';
import { relativeDifference } from './nested.ts';
import { noisy, places } from './places.ts';
import { arithmetics, rightIn } from './right-answers.ts';

/** Half of the last place of each format: what one rounding does at most. */
const ROUNDING = { float16: 2 ** -11, bfloat16: 2 ** -8, tf32: 2 ** -11, float32: 2 ** -24 };

describe('right attention in other arithmetic', () => {
  it.each(arithmetics)('$name is off by a few roundings of $format', (arithmetic) => {
    for (let seed = 0; seed < 10; seed++) {
      const { fields, expected } = rightIn(arithmetic, seed);
      const difference = relativeDifference(expected, attend(fields).output);
      expect(difference).toBeGreaterThan(ROUNDING[arithmetic.format] / 20);
      expect(difference).toBeLessThan(ROUNDING[arithmetic.format] * 20);
    }
  });
});

describe('noise in one place', () => {
  it.each(places)('is where it is said to be: $name', (place) => {
    for (let seed = 0; seed < 5; seed++) {
      const { fields, expected } = noisy(place, seed);
      const differences = attend(fields).output.flatMap((entry, b) =>
        entry.flatMap((head, h) => head.map((row, i) => relativeDifference(expected[b][h][i], row))),
      );
      const wrong = differences.filter((difference) => difference > 1e-3).length;
      expect(wrong).toBeGreaterThan(0);
      if (place.name.startsWith('one wrong head')) expect(wrong).toBe(differences.length / 4);
      if (place.name.startsWith('the last rows')) expect(wrong % 6).toBe(0);
    }
  });
});
