/** What bounds the runs that replicas share: their number, their bytes, their time. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Config } from '../../../src/config/config.ts';
import { runSchema } from '../../../src/stream/protocol.ts';
import { type Serving, serve, until } from '../../http/serving.ts';
import { hasRedis, type RedisServer, startRedis } from '../../redis/redis-server.ts';
import { lesson } from '../dial.ts';

const problemSchema = z.object({ code: z.string() });

describe.skipIf(!hasRedis)('the bounds of shared runs', () => {
  let redis: RedisServer;
  const servers: Serving[] = [];
  const replica = async (settings: Partial<Config>) => {
    const server = await serve({ redisUrl: redis.url, ...settings });
    servers.push(server);
    await until(() => server.lines.some(({ msg }) => msg === 'Redis is there'));
    return server;
  };
  const start = ({ url }: Serving, request: object) =>
    fetch(`${url}/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ detail: 'row', request }),
    });
  const runIn = async (response: Response) => runSchema.parse(await response.json()).run;

  beforeAll(async () => {
    redis = await startRedis();
  });

  afterAll(async () => {
    for (const { app } of servers) await app.close();
    await redis?.close();
  });

  it('are of all replicas together: the oldest finished one goes, everywhere', async () => {
    const [a, b] = [await replica({ maxRuns: 2 }), await replica({ maxRuns: 2 })];
    const first = await runIn(await start(a, lesson));
    const second = await runIn(await start(b, lesson));
    const isFinished = (run: string) => redis.command('hget', `spotlight:run:${run}`, 'end') !== '';
    await until(() => isFinished(first) && isFinished(second));
    const third = await runIn(await start(b, lesson));
    const statuses = (run: string) =>
      Promise.all([a, b].map(async ({ url }) => (await fetch(`${url}/runs/${run}`)).status));
    expect(await statuses(first)).toEqual([410, 410]);
    expect(await statuses(third)).toEqual([200, 200]);
    expect(redis.command('zcard', 'spotlight:runs')).toBe('2');
  });

  it('leave nothing behind when the time of all is over', async () => {
    redis.command('flushall');
    const a = await replica({ runTtlMs: 300 });
    const run = await runIn(await start(a, lesson));
    await until(() => redis.command('dbsize') === '0');
    expect((await fetch(`${a.url}/runs/${run}`)).status).toBe(404);
  });

  it('say for a while that a run has expired', async () => {
    const [a, b] = [await replica({ runTtlMs: 4000 }), await replica({ runTtlMs: 4000 })];
    const run = await runIn(await start(a, lesson));
    await until(() => Number(redis.command('zscore', 'spotlight:runs', run)) < Date.now());
    expect(problemSchema.parse(await (await fetch(`${b.url}/runs/${run}`)).json()).code).toBe('run_expired');
  });
});
