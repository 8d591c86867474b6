import { fc, test } from '@fast-check/vitest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bucket } from '../../src/limits/bucket.ts';
import { SharedBucket, type SharedLedger } from '../../src/limits/shared-bucket.ts';

let now = 0;
beforeEach(() => {
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** What Redis holds, answering when it is told to; each replica has a way of its own there. */
class Shop {
  readonly bucket: Bucket;
  posts: (() => void)[] = [];
  isNear = true;

  constructor(rate: number, burst: number) {
    this.bucket = new Bucket({ rate, burst });
  }

  ledger(replicas: number): SharedLedger {
    const shop = this;
    return {
      get isNear() {
        return shop.isNear;
      },
      replicas,
      nearMs: 100,
      postable: (amount) => amount,
      enlist: () => {},
      post: (_key, _size, amount) =>
        new Promise((answer) => {
          shop.posts.push(() => {
            if (shop.isNear) shop.bucket.take(amount, now);
            answer(shop.isNear ? shop.bucket.missing(now) : undefined);
          });
        }),
    };
  }

  async answer(index: number): Promise<void> {
    const [post] = this.posts.splice(index, 1);
    post?.();
    for (let i = 0; i < 5; i++) await Promise.resolve();
  }

  async answerAll(): Promise<void> {
    while (this.posts.length > 0) await this.answer(0);
  }

  replica(replicas: number, least = 1): SharedBucket {
    return new SharedBucket({ ledger: this.ledger(replicas), key: 'k', size: this.bucket.size, least });
  }
}

/** Takes one where one is let in at once. */
function takeOne(bucket: SharedBucket): boolean {
  if (bucket.toWaitFor(1, now) !== undefined || bucket.msUntil(1, now) > 0) return false;
  bucket.take(1, now);
  return true;
}

describe('a bucket of all replicas', () => {
  it('tells on one what was taken on another', async () => {
    const shop = new Shop(1, 80);
    const [one, other] = [shop.replica(2), shop.replica(2)];
    one.take(30, now);
    await shop.answerAll();
    other.take(1, now);
    void other.post();
    await shop.answerAll();
    expect(other.level(now)).toBe(80 - 30 - 1);
    now += 5000;
    expect(other.level(now)).toBe(80 - 31 + 5);
  });

  it('lets in a little at once, then waits for what the others have taken', async () => {
    const shop = new Shop(1, 40);
    const [one, other] = [shop.replica(2), shop.replica(2)];
    one.take(40, now);
    await shop.answerAll();
    // A quarter of the burst for two is five for each.
    expect(Array.from({ length: 7 }, () => takeOne(other))).toEqual([true, true, true, true, true, false, false]);
    let waited: unknown = 'waiting';
    void other.toWaitFor(1, now)?.then(() => {
      waited = 'done';
    });
    await shop.answerAll();
    await Promise.resolve();
    expect(waited).toBe('done');
    expect(other.toWaitFor(1, now)).toBeUndefined();
    // Five too many: they are made up for.
    expect(other.msUntil(1, now)).toBe(6000);
  });

  it('is its part of it while Redis is away, and has the others hear of it afterwards', async () => {
    const shop = new Shop(1, 90);
    const one = shop.replica(3);
    shop.isNear = false;
    expect(one.level(now)).toBe(30);
    one.take(30, now);
    expect([one.msUntil(1, now), one.toWaitFor(1, now)]).toEqual([3000, undefined]);
    shop.isNear = true;
    void one.post();
    await shop.answerAll();
    expect(shop.bucket.level(now)).toBe(60);
    expect(one.level(now)).toBe(60);
  });

  it('is never nothing', () => {
    const shop = new Shop(0.001, 1);
    shop.isNear = false;
    expect(takeOne(shop.replica(100))).toBe(true);
  });

  it('keeps what could not be posted', async () => {
    const shop = new Shop(1, 8);
    const one = shop.replica(1);
    one.take(5, now);
    shop.isNear = false;
    await shop.answerAll();
    shop.isNear = true;
    void one.post();
    await shop.answerAll();
    expect(shop.bucket.level(now)).toBe(3);
  });

  it('gives no more over an absence of Redis than it would have given without', async () => {
    const shop = new Shop(10, 60);
    const replicas = [shop.replica(2), shop.replica(2)];
    let taken = 0;
    const takeAll = async () => {
      for (const one of replicas) while (takeOne(one)) taken++;
      await shop.answerAll();
      for (const one of replicas) void one.post();
      await shop.answerAll();
    };
    for (let ms = 0; ms <= 6000; ms += 100) {
      now = ms;
      // Away for two seconds, and then for two short moments.
      shop.isNear = !(ms > 1000 && ms < 3000) && ms !== 4000 && ms !== 5000;
      await takeAll();
      expect(taken).toBeLessThanOrEqual(60 + (10 * ms) / 1000 + 60 / 4);
    }
    expect(taken).toBeGreaterThan(60 + 10 * 5);
  });

  const events = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ ask: fc.nat(3), times: fc.integer({ min: 1, max: 40 }) }) },
      { weight: 2, arbitrary: fc.record({ waitMs: fc.integer({ min: 1, max: 3000 }) }) },
      { weight: 4, arbitrary: fc.record({ answer: fc.nat(3) }) },
      { weight: 2, arbitrary: fc.record({ post: fc.nat(3) }) },
    ),
    { maxLength: 120 },
  );
  test.prop(
    [fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 4 }), events],
    {
      numRuns: 1000,
    },
  )(
    'lets in its burst, what its rate brings and a quarter of the burst, however slow the answers are',
    async (rate, burst, count, events) => {
      now = 0;
      const shop = new Shop(rate, burst);
      const replicas = Array.from({ length: count }, () => shop.replica(count));
      let taken = 0;
      for (const event of events) {
        if ('waitMs' in event) now += event.waitMs;
        else if ('answer' in event) await shop.answer(event.answer % Math.max(1, shop.posts.length));
        else if ('post' in event) void replicas[event.post % count].post();
        else for (let i = 0; i < event.times; i++) if (takeOne(replicas[event.ask % count])) taken++;
        const most = burst + (rate * now) / 1000 + Math.max(count, burst / 4);
        expect(taken).toBeLessThanOrEqual(most + 1e-6);
      }
    },
  );
});
