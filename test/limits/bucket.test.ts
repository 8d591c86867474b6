import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { Bucket } from '../../src/limits/bucket.ts';

describe('a bucket', () => {
  it('holds its burst, gives it at once, and then what its rate brings', () => {
    const bucket = new Bucket({ rate: 2, burst: 3 });
    expect(bucket.level(0)).toBe(3);
    for (let i = 0; i < 3; i++) bucket.take(1, 0);
    expect(bucket.level(0)).toBe(0);
    expect(bucket.msUntil(1, 0)).toBe(500);
    expect(bucket.msUntil(1, 400)).toBeCloseTo(100, 9);
    expect(bucket.level(500)).toBeCloseTo(1, 9);
    expect(bucket.msUntilFull(0)).toBe(1500);
    expect(bucket.level(99_999)).toBe(3);
  });

  it('may be taken below zero, and is waited for until that is made up for', () => {
    const bucket = new Bucket({ rate: 10, burst: 5 });
    bucket.take(105, 0);
    expect(bucket.level(0)).toBeCloseTo(-100, 9);
    expect(bucket.msUntil(0, 0)).toBeCloseTo(10_000, 9);
  });

  it('lacks what it lacked when it gets another size', () => {
    const bucket = new Bucket({ rate: 10, burst: 100 });
    bucket.take(40, 0);
    bucket.resize({ rate: 1, burst: 50 }, 1000);
    expect(bucket.level(1000)).toBeCloseTo(20, 9);
    expect(bucket.level(2000)).toBeCloseTo(21, 9);
  });

  const events = fc.array(
    fc.record({ waitMs: fc.integer({ min: 0, max: 5000 }), take: fc.integer({ min: 0, max: 50 }) }),
  );
  test.prop([fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }), events])(
    'is as full as one that is filled drop by drop and runs over',
    (rate, burst, events) => {
      const bucket = new Bucket({ rate, burst });
      let now = 0;
      let filled = burst;
      for (const { waitMs, take } of events) {
        now += waitMs;
        filled = Math.min(burst, filled + (rate * waitMs) / 1000) - take;
        bucket.take(take, now);
        expect(bucket.level(now)).toBeCloseTo(filled, 6);
        const waitFor = bucket.msUntil(1, now);
        expect(bucket.level(now + waitFor)).toBeGreaterThanOrEqual(1 - 1e-6);
      }
    },
  );
});
