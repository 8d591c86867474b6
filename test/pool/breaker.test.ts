import { beforeEach, describe, expect, it } from 'vitest';
import { Breaker } from '../../src/pool/breaker.ts';

describe('the breaker of threads that die', () => {
  let now = 0;
  let breaker = new Breaker();
  beforeEach(() => {
    now = 1000;
    breaker = new Breaker(() => now);
  });
  const die = (times: number, everyMs = 0) => {
    let rest: number | undefined;
    for (let i = 0; i < times; i++) {
      now += everyMs;
      rest = breaker.died();
    }
    return rest;
  };

  it('lets some die, and many over a long time', () => {
    expect(die(4)).toBeUndefined();
    now += 31_000;
    expect(die(50, 10_000)).toBeUndefined();
    expect(breaker.refusal).toBeUndefined();
  });

  it('refuses after five within half a minute, and says for how long', () => {
    expect(die(5, 1000)).toBe(5000);
    expect(breaker.refusal).toMatchObject({ code: 'workers_failing', status: 503, retryAfterMs: 5000 });
    now += 4000;
    expect(breaker.refusal?.retryAfterMs).toBe(1000);
    now += 1000;
    expect(breaker.refusal).toBeUndefined();
  });

  it('rests twice as long when one more dies soon after, up to five minutes', () => {
    let rest = die(5);
    for (const ms of [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]) {
      now += (rest ?? 0) + 1000;
      rest = breaker.died();
      expect(rest).toBe(ms);
    }
  });

  it('begins anew after half a minute without a death', () => {
    now += (die(5) ?? 0) + 31_000;
    expect(die(4)).toBeUndefined();
    expect(breaker.died()).toBe(5000);
  });

  it('does not count those that die while it rests', () => {
    die(5);
    expect(die(20)).toBeUndefined();
    now += 5000;
    expect(breaker.refusal).toBeUndefined();
  });
});
