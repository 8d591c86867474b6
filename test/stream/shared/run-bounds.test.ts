/** What bounds the runs that replicas share: their number, their bytes, their time. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Config } from '../../../src/config/config.ts';
import { runSchema } from '../../../src/stream/protocol.ts';
import { type Serving, serve, until } from '../../http/serving.ts';
import { hasRedis, type RedisServer, startRedis } from '../../redis/redis-server.ts';
import { dial, lesson, problem } from '../dial.ts';

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
    await until(() => redis.command('--scan', '--pattern', 'spotlight:run*') === '');
    expect((await fetch(`${a.url}/runs/${run}`)).status).toBe(404);
  });

  it('say for a while that a run has expired', async () => {
    const [a, b] = [await replica({ runTtlMs: 4000 }), await replica({ runTtlMs: 4000 })];
    const run = await runIn(await start(a, lesson));
    await until(() => Number(redis.command('zscore', 'spotlight:runs', run)) < Date.now());
    expect(problemSchema.parse(await (await fetch(`${b.url}/runs/${run}`)).json()).code).toBe('run_expired');
  });

  it('let go of what nobody watches first, and of what is watched before they refuse', async () => {
    redis.command('flushall');
    const [a, b] = [await replica({ maxRuns: 2 }), await replica({ maxRuns: 2 })];
    const watched = await runIn(await start(a, lesson));
    const viewer = await dial(b.url);
    viewer.send({ type: 'watch', id: 'v', run: watched, after: 0, credits: 1 });
    await viewer.first('step');
    const idle = await runIn(await start(a, lesson));
    await until(() => [watched, idle].every((run) => redis.command('hget', `spotlight:run:${run}`, 'end') !== ''));
    await runIn(await start(a, lesson));
    expect((await fetch(`${b.url}/runs/${idle}`)).status).toBe(410);
    expect((await fetch(`${b.url}/runs/${watched}`)).status).toBe(200);
    viewer.send({ type: 'credit', id: 'v', n: 1000 });
    await viewer.first('done');
    viewer.socket.terminate();
  });

  it('of one replica say that a run is elsewhere, and never that it is gone', async () => {
    redis.command('flushall');
    const [a, b] = [await replica({}), await replica({ maxRuns: 1 })];
    const runs = await Promise.all(Array.from({ length: 5 }, async () => runIn(await start(a, problem(2, 40, 8)))));
    const tile = async (run: string) => {
      const { status, headers } = await fetch(`${b.url}/runs/${run}/matrix?step=pattern&rows=0:8`);
      if (status === 503) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      return status;
    };
    const statuses = await Promise.all(runs.map(tile));
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    for (const run of runs) expect(await tile(run)).toBe(200);
  });

  it('hold while runs are started and asked for at once: what is kept is what Redis counts', async () => {
    redis.command('flushall');
    const [a, b] = [await replica({ maxRuns: 4 }), await replica({ maxRuns: 4 })];
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, i) => start(i % 2 === 0 ? a : b, problem(1, 20, 4))),
    );
    for (const answer of answers) expect([201, 503]).toContain(answer.status);
    const sizes = redis.command('hvals', 'spotlight:run-sizes').split('\n').filter(Boolean).map(Number);
    expect(sizes.length).toBeLessThanOrEqual(4);
    expect(redis.command('get', 'spotlight:run-bytes') || '0').toBe(String(sizes.reduce((sum, size) => sum + size, 0)));
    expect(redis.command('zcard', 'spotlight:runs')).toBe(String(sizes.length));
  });

  it('give every key an end from its first moment, whatever was done last', async () => {
    const ending = () =>
      redis
        .command('--scan')
        .split('\n')
        .filter((key) => key !== '' && Number(redis.command('pttl', key)) === -1);
    redis.command('flushall');
    const [a, b] = [await replica({}), await replica({})];
    const run = await runIn(await start(a, lesson));
    expect(ending()).toEqual([]);
    expect((await fetch(`${b.url}/runs/${run}`)).status).toBe(200);
    expect(ending()).toEqual([]);
  });

  it('forget a run whose time is over though the connection that started it is still there', async () => {
    redis.command('flushall');
    const a = await replica({ runTtlMs: 300 });
    const owner = await dial(a.url);
    owner.send({ type: 'start', id: 's', credits: 100, detail: 'whole', request: lesson });
    await owner.first('done');
    const { run } = await owner.first('started');
    owner.send({ type: 'unwatch', id: 's' });
    await until(() => redis.command('exists', `spotlight:run:${run}`) === '0');
    // The connection is told of in each round.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(redis.command('exists', `spotlight:run:${run}`)).toBe('0');
    owner.socket.terminate();
  });
});
