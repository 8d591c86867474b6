import { describe, expect, it, vi } from 'vitest';
import { Caller } from '../../src/limits/caller.ts';
import { policyField, remainingField } from '../../src/limits/fields.ts';

/** A number of the clock, in ms. */
const NOW = 1000;

describe('a caller', () => {
  it('is refused one request more than its burst, and told when the next is let in', () => {
    const caller = new Caller({ requestRate: 0.5, requestBurst: 2 });
    for (let i = 0; i < 2; i++) {
      expect(caller.refusal(NOW)).toBeUndefined();
      caller.count(NOW);
    }
    expect(caller.refusal(NOW)).toMatchObject({
      code: 'rate_limited',
      limit: 'CALLER_REQUEST_RATE',
      retryAfterMs: 2000,
    });
    expect(caller.refusal(NOW + 1999)?.code).toBe('rate_limited');
    expect(caller.refusal(NOW + 2000)).toBeUndefined();
  });

  it('whose last request cost more work than was left waits until that is made up for', () => {
    const caller = new Caller({ workRate: 100, workBurst: 50 });
    caller.pay(1_050e6, NOW);
    expect(caller.refusal(NOW)).toMatchObject({ limit: 'CALLER_WORK_RATE', retryAfterMs: 10_000 });
    expect(caller.refusal(NOW + 10_000)).toBeUndefined();
    expect(caller.refusal(NOW, 'reading')?.limit).toBe('CALLER_WORK_RATE');
    expect(caller.refusal(NOW, 'looking')).toBeUndefined();
  });

  it('does not have one computed that was let in beside one that used up its work', () => {
    const caller = new Caller({ workRate: 1, workBurst: 50 });
    caller.payAhead(51e6);
    expect(() => caller.payAhead(1)).toThrow('used up');
  });

  it('pays 64 multiply-adds for each byte', () => {
    const caller = new Caller({ workRate: 64, workBurst: 64 });
    const now = vi.spyOn(performance, 'now').mockReturnValue(NOW);
    caller.payBytes(2e6);
    expect(caller.refusal()?.retryAfterMs).toBe(1000);
    now.mockRestore();
  });

  it('may have so many requests at once as it is allowed', () => {
    const caller = new Caller({ concurrency: 1 });
    const end = caller.begin();
    expect(caller.refusal()).toMatchObject({ code: 'rate_limited', limit: 'CALLER_CONCURRENCY' });
    end();
    expect(caller.refusal()).toBeUndefined();
  });

  it('is told its policies and what is left, as the draft of RateLimit writes it', () => {
    const caller = new Caller({ requestRate: 10, requestBurst: 100, workRate: 4000, concurrency: 8 });
    const end = caller.begin();
    caller.count(NOW);
    caller.pay(2_000e6, NOW);
    expect(policyField(caller)).toBe(
      '"requests";q=100;w=10, "work";q=40000;w=10;qu="million-multiply-adds", "concurrency";q=8;qu="concurrent-requests"',
    );
    expect(remainingField(caller, NOW)).toBe('"requests";r=99;t=1, "work";r=38000;t=1, "concurrency";r=7');
    end();
  });

  it('that is refused is told the same time as in Retry-After', () => {
    const caller = new Caller({ requestRate: 0.25, requestBurst: 1 });
    caller.count(NOW);
    expect(caller.refusal(NOW)?.retryAfterMs).toBe(4000);
    expect(remainingField(caller, NOW)).toBe('"requests";r=0;t=4');
  });
});
