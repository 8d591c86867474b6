import { randomUUID } from 'node:crypto';
import { fc, test } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Ledger } from '../../src/limits/ledger.ts';
import { RedisLink } from '../../src/redis/redis-link.ts';
import { until } from '../http/serving.ts';
import { hasRedis, type RedisServer, startRedis } from '../redis/redis-server.ts';
import { startTcpProxy, type TcpProxy } from '../redis/tcp-proxy.ts';

const log = { info: () => {}, warn: () => {} };

describe.skipIf(!hasRedis)('the ledger of callers', () => {
  let redis: RedisServer;
  let proxy: TcpProxy;
  let link: RedisLink;
  let ledger: Ledger;
  /** Slow as nothing is filled while a test looks. */
  const slow = { rate: 1e-6, burst: 100 };

  beforeAll(async () => {
    redis = await startRedis({ appendfsync: 'no' });
    proxy = await startTcpProxy(redis.port);
    const settings = { redisUrl: proxy.url, redisPrefix: 'test', redisTimeoutMs: 10_000 };
    link = await RedisLink.connect(settings, log);
    await until(() => link.isThere);
    ledger = await Ledger.open({ nearMs: 1000, redis: link, replicas: { count: 1, onHeard: () => {} }, log });
  });
  afterAll(async () => {
    link.close();
    await proxy.close();
    await redis.close();
  });

  test.prop([fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 8 })], { numRuns: 20 })(
    'adds up what is taken, to a thousandth',
    async (thousandths) => {
      const key = ledger.keyOf('work', randomUUID());
      let sum = 0;
      for (const one of thousandths) {
        sum += one;
        // What the rate brings meanwhile is less than a thousandth, and rounded up.
        expect(await ledger.post(key, slow, one / 1000)).toBe(sum / 1000);
      }
    },
  );

  it('gives back what the rate brings, and forgets a bucket that is full', async () => {
    const key = ledger.keyOf('requests', randomUUID());
    const begun = performance.now();
    expect(await ledger.post(key, { rate: 1000, burst: 100 }, 400)).toBe(400);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const missing = await ledger.post(key, { rate: 1000, burst: 100 }, 0);
    expect(missing).toBeLessThanOrEqual(400 - 50 + 2);
    expect(missing).toBeGreaterThanOrEqual(400 - (performance.now() - begun) - 2);
    // -2: it has gone by now, on a machine that is busy.
    const left = Number(redis.command('pttl', key));
    expect(left === -2 || (left > 0 && left <= 400)).toBe(true);
    await vi.waitFor(() => expect(redis.command('exists', key)).toBe('0'), { timeout: 20_000 });
  });

  it('holds what is missing when the rate changes', async () => {
    const key = ledger.keyOf('work', randomUUID());
    await ledger.post(key, slow, 40);
    expect(await ledger.post(key, { rate: 2e-6, burst: 50 }, 2)).toBe(42);
  });

  test.prop([fc.string({ unit: 'binary', maxLength: 200 })], { numRuns: 50 })(
    'has no part of the name of a caller in a key, whatever stands in it',
    async (name) => {
      const key = ledger.keyOf('work', name);
      expect(key).toMatch(/^test:limit:work:[\w-]{43}$/);
      await ledger.post(key, slow, 1);
      expect(Number(redis.command('pttl', key))).toBeGreaterThan(0);
    },
  );

  it('is far when Redis is slow, and answers all the same', async () => {
    const key = ledger.keyOf('work', randomUUID());
    proxy.delay(1500);
    const posted = ledger.post(key, slow, 3);
    await until(() => !ledger.isNear);
    expect(await posted).toBe(3);
    expect(ledger.isNear).toBe(false);
    proxy.delay(0);
    expect(await ledger.post(key, slow, 1)).toBe(4);
    expect(ledger.isNear).toBe(true);
  });

  it('is far when Redis is full', async () => {
    redis.command('config', 'set', 'maxmemory', '1');
    expect(await ledger.post(ledger.keyOf('work', randomUUID()), slow, 3)).toBeUndefined();
    expect(ledger.isNear).toBe(false);
    redis.command('config', 'set', 'maxmemory', '0');
    expect(await ledger.post(ledger.keyOf('work', randomUUID()), slow, 3)).toBe(3);
    expect(ledger.isNear).toBe(true);
  });

  it('goes on when Redis has forgotten its script', async () => {
    const key = ledger.keyOf('work', randomUUID());
    await ledger.post(key, slow, 3);
    redis.command('script', 'flush');
    expect(await ledger.post(key, slow, 3)).toBe(6);
  });
});
