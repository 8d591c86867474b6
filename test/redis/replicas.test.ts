import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RedisLink } from '../../src/redis/redis-link.ts';
import { Replicas } from '../../src/redis/replicas.ts';
import { until } from '../http/serving.ts';
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts';

const quiet = { info: () => {}, warn: () => {} };

describe.skipIf(!hasRedis)('replicas', () => {
  let redis: RedisServer;
  const links: RedisLink[] = [];
  const join = async () => {
    const settings = { redisUrl: redis.url, redisPrefix: 'test', redisTimeoutMs: 5000 };
    const link = await RedisLink.connect(settings, quiet);
    links.push(link);
    const replicas = new Replicas(link);
    await until(() => link.isThere);
    await replicas.beat();
    return replicas;
  };

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    for (const link of links) link.close();
    await redis.close();
  });

  it('hear of each other, know how long Redis takes, and leave no key behind', async () => {
    const all = [await join(), await join(), await join()];
    await vi.waitFor(() => expect(all.map(({ count }) => count)).toEqual([3, 3, 3]), { timeout: 20_000 });
    expect(all[0].roundTripMs).toBeGreaterThan(0);
    expect(Number(redis.command('pttl', 'test:replicas'))).toBeGreaterThan(0);
    await redis.kill();
    await until(() => links.every(({ isThere }) => !isThere));
    await all[0].beat();
    // As last heard, while it is away.
    expect([all[0].count, all[0].roundTripMs]).toEqual([3, undefined]);
    await redis.start('empty');
    await vi.waitFor(() => expect(redis.command('zcard', 'test:replicas')).toBe('3'), { timeout: 20_000 });
    for (const one of all) await one.close();
    expect(redis.command('keys', '*')).toBe('');
  });
});
