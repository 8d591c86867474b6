import { describe, expect, it } from 'vitest';
import { attend } from './attend.ts';
import { isMultiHead } from './fields.ts';
import { attendMultiHead } from './multi-head.ts';
import { relativeDifference } from './nested.ts';
import { drawnPair } from './pairs.ts';

const pairs = Array.from({ length: 40 }, (_, seed) => drawnPair(seed));

describe('two habits at once', () => {
  it('are wrong together', () => {
    for (const { fields, expected } of pairs) {
      const { output } = isMultiHead(fields) ? attendMultiHead(fields) : attend(fields);
      expect(relativeDifference(expected, output)).toBeGreaterThan(5e-4);
    }
  });

  it('are of many names, on both routes', () => {
    expect(new Set(pairs.flatMap(({ names }) => names)).size).toBeGreaterThan(30);
    expect(new Set(pairs.map(({ fields }) => isMultiHead(fields))).size).toBe(2);
  });

  it('are drawn the same from the same seed', () => {
    expect(drawnPair(3)).toEqual(pairs[3]);
  });
});
