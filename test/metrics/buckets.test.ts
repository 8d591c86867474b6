import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { Buckets } from '../../src/metrics/buckets.ts';

describe('buckets', () => {
  test.prop([fc.array(fc.double({ min: 0, max: 20, noNaN: true }))])('hold the values up to their bounds', (values) => {
    const bounds = [0.5, 1, 4, 16];
    const buckets = new Buckets(bounds);
    for (const value of values) buckets.add(value);
    let total = 0;
    for (const [i, bound] of bounds.entries()) {
      total += buckets.counts[i];
      expect(total).toBe(values.filter((value) => value <= bound).length);
    }
    expect(total + buckets.counts[bounds.length]).toBe(values.length);
    expect(buckets.sum).toBe(values.reduce((sum, value) => sum + value, 0));
  });
});
