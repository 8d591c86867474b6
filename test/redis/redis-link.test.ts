import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RedisLink } from '../../src/redis/redis-link.ts';
import { until } from '../http/serving.ts';
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts';

const quiet = { info: () => {}, warn: () => {} };

describe.skipIf(!hasRedis)('the connection to what replicas share', () => {
  let redis: RedisServer;
  const links: RedisLink[] = [];
  const connect = async (redisTimeoutMs = 5000) => {
    const link = await RedisLink.connect({ redisUrl: redis.url, redisPrefix: 'test', redisTimeoutMs }, quiet);
    links.push(link);
    return link;
  };

  beforeAll(async () => {
    redis = await startRedis();
  });

  afterAll(async () => {
    for (const link of links) link.close();
    await redis?.close();
  });

  it('asks, and tells all who listen', async () => {
    const [one, other] = [await connect(), await connect()];
    await until(() => one.isThere && other.isThere);
    const heard: string[] = [];
    other.listen('news', (message) => heard.push(message));
    await until(() => redis.command('pubsub', 'numsub', 'test:news').endsWith('1'));
    await one.tell('news', 'hello');
    await until(() => heard.length > 0);
    expect(heard).toEqual(['hello']);
    await one.ask((client) => client.set(one.key('a', 'b'), '1'));
    expect(redis.command('get', 'test:a:b')).toBe('1');
  });

  it('says at once that Redis is away, finds it again by itself, and listens as before', async () => {
    const link = await connect();
    await until(() => link.isThere);
    const heard: string[] = [];
    link.listen('again', (message) => heard.push(message));
    let isBack = false;
    await redis.kill();
    await until(() => !link.isThere);
    link.onBack(() => {
      isBack = true;
    });
    await expect(link.ask((client) => client.get('x'))).rejects.toMatchObject({
      code: 'sharing_unavailable',
      status: 503,
      retryAfterMs: 2000,
    });
    await redis.start();
    await until(() => isBack);
    await until(() => redis.command('pubsub', 'numsub', 'test:again').endsWith('1'));
    await link.tell('again', 'back');
    await until(() => heard.length > 0);
    expect(heard).toEqual(['back']);
  });

  it('waits no longer than it may for one that hangs', async () => {
    const link = await connect(200);
    await until(() => link.isThere);
    redis.pause();
    await expect(link.ask((client) => client.get('x'))).rejects.toMatchObject({ code: 'sharing_unavailable' });
    redis.goOn();
    await vi.waitFor(async () => expect(await link.ask((client) => client.get('x'))).toBeNull(), 10_000);
    expect(link.failures).toBeGreaterThan(0);
  });

  it('says that Redis is full', async () => {
    const link = await connect();
    await until(() => link.isThere);
    redis.command('config', 'set', 'maxmemory', '1');
    await expect(link.ask((client) => client.set('x', 'y'))).rejects.toMatchObject({
      code: 'sharing_unavailable',
      message: expect.stringContaining('no memory left'),
    });
    redis.command('config', 'set', 'maxmemory', '0');
  });

  it('logs neither its password nor what was asked, whatever went wrong', async () => {
    const guarded = await startRedis();
    guarded.command('config', 'set', 'requirepass', 'the-right-one');
    const lines: unknown[] = [];
    const log = { info: () => {}, warn: (about: object) => lines.push(about) };
    const redisUrl = guarded.url.replace('redis://', 'redis://:hunter2-secret@');
    const link = await RedisLink.connect({ redisUrl, redisPrefix: 'test', redisTimeoutMs: 1000 }, log);
    await until(() => lines.length > 0);
    const told = lines
      .flatMap((about) => Object.values(about as object))
      .map((error) => ({ ...error, text: String(error) }));
    expect(JSON.stringify(told)).not.toContain('hunter2');
    link.close();
    await guarded.close();
    const open = await connect();
    await until(() => open.isThere);
    redis.command('set', 'test:other', 'x');
    const bug: unknown = await open
      .ask((client) => client.lpush('test:other', 'a secret body'))
      .catch((error) => error);
    expect(JSON.stringify({ ...(bug as object) })).not.toContain('secret');
  });

  it('shows a bug as one', async () => {
    const link = await connect();
    await until(() => link.isThere);
    redis.command('set', 'test:text', 'x');
    await expect(link.ask((client) => client.lpush('test:text', 'y'))).rejects.toThrow('WRONGTYPE');
  });
});
