/** Runs while the Redis that replicas share is away, hangs, is full or comes back empty. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runSchema } from '../../../src/stream/protocol.ts';
import { type Serving, serve, until } from '../../http/serving.ts';
import { hasRedis, type RedisServer, startRedis } from '../../redis/redis-server.ts';
import { dial, lesson, problem } from '../dial.ts';

const problemSchema = z.object({ code: z.string() });

describe.skipIf(!hasRedis)('runs while Redis is away', () => {
  let redis: RedisServer;
  let server: Serving;

  beforeAll(async () => {
    redis = await startRedis();
    server = await serve({ redisUrl: redis.url, redisTimeoutMs: 300 });
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
    await until(() => server.lines.some(({ msg }) => String(msg).includes('is lost')));
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
    await redis.start();
    await until(() => server.lines.filter(({ msg }) => msg === 'Redis is there').length === 2);
    expect((await fetch(`${server.url}/runs/${run}`)).status).toBe(200);
    viewer.socket.terminate();
  });

  it('are refused in due time by one that hangs, and by one that is full', async () => {
    redis.pause();
    expect((await start(lesson)).status).toBe(503);
    redis.goOn();
    await until(() => redis.command('ping') === 'PONG');
    redis.command('config', 'set', 'maxmemory', '1');
    const full = await start(lesson);
    expect(full.status).toBe(503);
    expect(await full.json()).toMatchObject({ code: 'sharing_unavailable', detail: expect.stringContaining('full') });
    redis.command('config', 'set', 'maxmemory', '0');
    expect((await start(lesson)).status).toBe(201);
  });

  it('are not known any more when it comes back empty, and new ones are taken', async () => {
    const { run } = runSchema.parse(await (await start(lesson)).json());
    await redis.kill();
    await redis.start('empty');
    await until(() => server.app !== undefined && redis.command('ping') === 'PONG');
    let status = 503;
    for (let tries = 0; status === 503 && tries < 100; tries++) {
      status = (await fetch(`${server.url}/runs/${run}`)).status;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(status).toBe(404);
    expect((await start(lesson)).status).toBe(201);
  });
});
