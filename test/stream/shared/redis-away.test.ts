/** Runs while the Redis that replicas share is away, hangs, is full or comes back empty. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { runSchema } from '../../../src/stream/protocol.ts';
import { type Serving, serve, until } from '../../http/serving.ts';
import { hasRedis, type RedisServer, startRedis } from '../../redis/redis-server.ts';
import { startTcpProxy, type TcpProxy } from '../../redis/tcp-proxy.ts';
import { dial, lesson, problem } from '../dial.ts';

const problemSchema = z.object({ code: z.string() });

describe.skipIf(!hasRedis)('runs while Redis is away', () => {
  let redis: RedisServer;
  let server: Serving;

  beforeAll(async () => {
    redis = await startRedis();
    server = await serve({ redisUrl: redis.url, redisTimeoutMs: 3000 });
    await until(() => server.lines.some(({ msg }) => msg === 'Redis is there'));
  });

  afterAll(async () => {
    await server?.app.close();
    await redis?.close();
  });

  const start = (request: object) =>
    fetch(`${server.url}/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ detail: 'row', request }),
    });

  it('are refused with a time to come back, and all else goes on; when it is back, nothing is lost', async () => {
    const { run } = runSchema.parse(await (await start(problem(1, 30, 4))).json());
    const viewer = await dial(server.url);
    viewer.send({ type: 'watch', id: 'v', run, after: 0, credits: 1 });
    await viewer.first('started');
    await redis.kill();
    await until(() => server.lines.some(({ msg }) => String(msg).includes('Redis is away')));
    for (const response of [await start(lesson), await fetch(`${server.url}/runs/${run}`)]) {
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(problemSchema.parse(await response.json()).code).toBe('sharing_unavailable');
    }
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${server.url}/info`)).json()).toMatchObject({ sharing: 'away' });
    // Whoever watches already goes on.
    viewer.send({ type: 'credit', id: 'v', n: 10_000 });
    await viewer.first('done');
    // It may have been found more than once before, where this process was too busy to hear its answers.
    const found = () => server.lines.filter(({ msg }) => msg === 'Redis is there').length;
    const before = found();
    await redis.start();
    await until(() => found() > before);
    expect((await fetch(`${server.url}/runs/${run}`)).status).toBe(200);
    viewer.socket.terminate();
  });

  it('are refused in due time by one that hangs, and by one that is full', async () => {
    redis.pause();
    expect((await start(lesson)).status).toBe(503);
    redis.goOn();
    // What hung was left, and is sought anew.
    await vi.waitFor(async () => expect((await start(lesson)).status).toBe(201), 20_000);
    redis.command('config', 'set', 'maxmemory', '1');
    const full = await start(lesson);
    expect(full.status).toBe(503);
    expect(await full.json()).toMatchObject({ code: 'sharing_unavailable', detail: expect.stringContaining('full') });
    redis.command('config', 'set', 'maxmemory', '0');
    expect((await start(lesson)).status).toBe(201);
  });

  it('go on where they are held when it comes back empty, are unknown elsewhere, and new ones are taken', async () => {
    const { run } = runSchema.parse(await (await start(lesson)).json());
    await redis.kill();
    await redis.start('empty');
    const other = await serve({ redisUrl: redis.url });
    const isThere = async (url: string) => (await fetch(`${url}/runs/${run}`)).status;
    await vi.waitFor(async () => expect(await isThere(server.url)).toBe(200), 20_000);
    await vi.waitFor(async () => expect(await isThere(other.url)).toBe(404), 20_000);
    expect((await start(lesson)).status).toBe(201);
    // Whoever began it may end it.
    expect((await fetch(`${server.url}/runs/${run}`, { method: 'DELETE' })).status).toBe(204);
    expect([404, 410]).toContain(await isThere(server.url));
    await other.app.close();
  });
});

describe.skipIf(!hasRedis)('runs while Redis is slow', () => {
  let redis: RedisServer;
  let proxy: TcpProxy;
  let a: Serving;
  let b: Serving;

  beforeAll(async () => {
    redis = await startRedis();
    proxy = await startTcpProxy(redis.port);
    [a, b] = [await serve({ redisUrl: proxy.url }), await serve({ redisUrl: proxy.url })];
    await until(() => [a, b].every(({ lines }) => lines.some(({ msg }) => msg === 'Redis is there')));
  });

  afterAll(async () => {
    await a?.app.close();
    await b?.app.close();
    await proxy?.close();
    await redis?.close();
  });

  const start = () =>
    fetch(`${a.url}/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ detail: 'row', request: problem(1, 12, 4) }),
    });

  it('are started, found, seen whole and ended, though each answer takes half a second', async () => {
    proxy.delay(500);
    const { run, plan } = runSchema.parse(await (await start()).json());
    const viewer = await dial(b.url);
    viewer.send({ type: 'watch', id: 'v', run, after: 0, credits: 10_000 });
    await viewer.first('done');
    expect(viewer.steps.map(({ seq }) => seq)).toEqual(Array.from({ length: plan.steps }, (_, i) => i + 1));
    expect((await fetch(`${b.url}/runs/${run}`, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(`${a.url}/runs/${run}`)).status).toBe(410);
    viewer.socket.terminate();
    proxy.delay(0);
  });

  it('are refused or taken, and never lost, while connections break off', async () => {
    proxy.breakAfter(200);
    const answers = await Promise.all(Array.from({ length: 6 }, start));
    const statuses = answers.map(({ status }) => status);
    for (const status of statuses) expect([201, 503]).toContain(status);
    const runs = await Promise.all(
      answers.filter(({ status }) => status === 201).map(async (one) => runSchema.parse(await one.json()).run),
    );
    proxy.breakAfter(undefined);
    await vi.waitFor(async () => expect((await start()).status).toBe(201), 20_000);
    for (const run of runs) {
      await vi.waitFor(async () => expect((await fetch(`${b.url}/runs/${run}`)).status).toBe(200), 20_000);
    }
  });
});
