/** Runs of two replicas that share a real Redis. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Config } from '../../../src/config/config.ts';
import { runSchema } from '../../../src/stream/protocol.ts';
import { type Serving, serve, until } from '../../http/serving.ts';
import { hasRedis, type RedisServer, startRedis } from '../../redis/redis-server.ts';
import { type Client, dial, lesson, problem } from '../dial.ts';

const outputSchema = z.object({ output: z.array(z.array(z.array(z.number()))) });
const problemSchema = z.object({ code: z.string(), limit: z.string().optional() });
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

/** Of a subscription: what `z` is after all its steps, and which steps came. */
const seqsOf = (client: Client) => client.steps.map(({ seq }) => seq);
const upTo = (total: number, from = 1) => Array.from({ length: total - from + 1 }, (_, i) => i + from);

describe.skipIf(!hasRedis)('runs that replicas share', () => {
  let redis: RedisServer;
  let a: Serving;
  let b: Serving;
  const servers: Serving[] = [];
  const replica = async (settings: Partial<Config> = {}) => {
    const server = await serve({ redisUrl: redis.url, ...settings });
    servers.push(server);
    return server;
  };
  const start = async ({ url }: Serving, request: object, stepping: object = {}) => {
    const response = await fetch(`${url}/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ detail: 'head', request, ...stepping }),
    });
    if (response.status !== 201) throw new Error(await response.text());
    return runSchema.parse(await response.json());
  };
  const get = async ({ url }: Serving, path: string, init?: RequestInit) => {
    const response = await fetch(`${url}${path}`, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  beforeAll(async () => {
    redis = await startRedis();
    [a, b] = [await replica(), await replica()];
    await until(() => [a, b].every(({ lines }) => lines.some(({ msg }) => msg === 'Redis is there')));
  });

  afterAll(async () => {
    for (const { app } of servers) await app.close();
    await redis?.close();
  });

  it('are found on any of them, with the same plan', async () => {
    const run = await start(a, problem(2, 20, 8), { detail: 'head' });
    await until(() => redis.command('hget', `spotlight:run:${run.run}`, 'end') !== '');
    const there = await get(b, `/runs/${run.run}`);
    expect(there.status).toBe(200);
    const told = runSchema.parse(JSON.parse(there.text));
    expect(told).toMatchObject({ run: run.run, plan: run.plan, created_at: run.created_at, state: 'finished' });
    expect(JSON.parse((await get(a, `/runs/${run.run}`)).text).summary).toEqual(told.summary);
  });

  it('go on anywhere from where a viewer was: no step is missed and none comes twice', async () => {
    const request = problem(2, 24, 8);
    const run = await start(a, request, { detail: 'row' });
    const total = run.plan.steps;
    const first = await dial(a.url);
    first.send({ type: 'watch', id: 'v', run: run.run, after: 0, credits: 11 });
    await first.until(() => first.steps.length === 11);
    first.socket.terminate();
    const second = await dial(b.url);
    second.send({ type: 'watch', id: 'v', run: run.run, after: 11, credits: 10_000 });
    const { summary } = await second.first('done');
    expect([...seqsOf(first), ...seqsOf(second)]).toEqual(upTo(total));
    expect(summary.steps).toBe(total);
    // The rows of z, put together, are the answer of POST /attention.
    const answer = await fetch(`${b.url}/attention`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...request, kind: undefined }),
    });
    const { output } = outputSchema.parse(await answer.json());
    const z = [...first.steps, ...second.steps].filter(({ name }) => name === 'z').map(({ data }) => data);
    expect(z.flat(9)).toEqual(output.flat(9));
    second.socket.terminate();
  });

  it('are the same numbers as events, whichever replica sends them', async () => {
    const run = await start(b, lesson);
    const [there, here] = [await get(a, `/runs/${run.run}/events`), await get(b, `/runs/${run.run}/events`)];
    const steps = (text: string) =>
      [...text.matchAll(/^data: (.*"type":"step".*)$/gm)].map(([, data]) => ({ ...JSON.parse(data), ms: 0 }));
    expect(steps(there.text)).toHaveLength(run.plan.steps);
    expect(steps(there.text)).toEqual(steps(here.text));
  });

  it('give tiles on any of them, to the last bit', async () => {
    const run = await start(a, problem(2, 40, 8));
    const path = `/runs/${run.run}/matrix?step=pattern&head=1&rows=3:30&keys=2:39`;
    const accept = { headers: { accept: 'application/octet-stream' } };
    const [here, there] = [await get(a, path, accept), await get(b, path, accept)];
    expect(there.status).toBe(200);
    expect(there.text).toBe(here.text);
    expect(there.headers.get('etag')).toBe(here.headers.get('etag'));
  });

  it('are computed once where several ask for one at once', async () => {
    const run = await start(a, problem(4, 64, 16));
    const answers = await Promise.all(Array.from({ length: 8 }, () => get(b, `/runs/${run.run}`)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(JSON.parse((await get(b, `/runs/${run.run}`)).text).viewers).toBe(0);
  });

  it('end on all of them when one is told so, and their viewers hear why', async () => {
    const run = await start(a, problem(2, 24, 8), { detail: 'row' });
    const viewer = await dial(b.url);
    viewer.send({ type: 'watch', id: 'v', run: run.run, after: 0, credits: 3 });
    await viewer.until(() => viewer.steps.length === 3);
    expect((await get(a, `/runs/${run.run}`, { method: 'DELETE' })).status).toBe(204);
    expect((await viewer.first('error')).problem.code).toBe('run_cancelled');
    for (const server of [a, b]) {
      const gone = await get(server, `/runs/${run.run}`);
      expect(gone.status).toBe(410);
      expect(problemSchema.parse(JSON.parse(gone.text)).code).toBe('run_cancelled');
    }
    expect(redis.command('exists', `spotlight:run-body:${run.run}`)).toBe('0');
    viewer.socket.terminate();
  });

  it('end on a replica that holds nothing of them', async () => {
    const run = await start(a, lesson);
    expect((await get(b, `/runs/${run.run}`, { method: 'DELETE' })).status).toBe(204);
    await until(() => redis.command('hget', `spotlight:run:${run.run}`, 'gone') !== '');
    expect((await get(a, `/runs/${run.run}`)).status).toBe(410);
  });

  it('are ended by nobody else while the connection that started one is there, on any replica', async () => {
    const owner = await dial(a.url);
    owner.send({ type: 'start', id: 's', credits: 1, detail: 'row', request: problem(1, 12, 4) });
    const { run } = await owner.first('started');
    const refused = await get(b, `/runs/${run}`, { method: 'DELETE' });
    expect(problemSchema.parse(JSON.parse(refused.text)).code).toBe('not_owner');
    owner.socket.terminate();
    await until(() => redis.command('hget', `spotlight:run:${run}`, 'owner') === '');
    expect((await get(b, `/runs/${run}`, { method: 'DELETE' })).status).toBe(204);
  });

  it('end everywhere while they are being taken in, for the reason that they have', async () => {
    for (let i = 0; i < 6; i++) {
      const run = await start(a, problem(4, 60, 16), { detail: 'row' });
      const asked = [0, 1, 2].map(() => get(b, `/runs/${run.run}`));
      const ended = get(a, `/runs/${run.run}`, { method: 'DELETE' });
      for (const { status, text } of await Promise.all(asked)) {
        if (status !== 200)
          expect([status, problemSchema.parse(JSON.parse(text)).code]).toEqual([410, 'run_cancelled']);
      }
      expect((await ended).status).toBe(204);
      const late = await get(b, `/runs/${run.run}`);
      expect(problemSchema.parse(JSON.parse(late.text)).code).toBe('run_cancelled');
    }
  });

  it('may be ended elsewhere at once when the replica of their owner has said goodbye', async () => {
    const leaving = await replica();
    await until(() => leaving.lines.some(({ msg }) => msg === 'Redis is there'));
    const owner = await dial(leaving.url);
    owner.send({ type: 'start', id: 's', credits: 1, detail: 'row', request: problem(1, 12, 4) });
    const { run } = await owner.first('started');
    await leaving.app.close();
    servers.splice(servers.indexOf(leaving), 1);
    expect((await get(b, `/runs/${run}`, { method: 'DELETE' })).status).toBe(204);
  });

  it('go no later where they were taken in than where they were started', async () => {
    const run = await start(a, lesson);
    await until(() => redis.command('hget', `spotlight:run:${run.run}`, 'end') !== '');
    const expiry = async (server: Serving) =>
      Date.parse(String(runSchema.parse(JSON.parse((await get(server, `/runs/${run.run}`)).text)).expires_at));
    const here = await expiry(a);
    expect(Math.abs((await expiry(b)) - here)).toBeLessThan(2000);
  });

  it('are not found by ids that are none, and no id becomes more than a key', async () => {
    for (const id of [UNKNOWN, '*', 'a b', '%0d%0aFLUSHALL', '..%2f..', encodeURIComponent("x' 1 FLUSHALL")]) {
      const { status, text } = await get(b, `/runs/${id}`);
      expect([status, problemSchema.parse(JSON.parse(text)).code]).toEqual([404, 'run_not_found']);
    }
    const viewer = await dial(b.url);
    viewer.send({ type: 'watch', id: 'v', run: UNKNOWN, after: 0, credits: 1 });
    expect((await viewer.first('error', 'v')).problem.code).toBe('run_not_found');
    viewer.socket.terminate();
  });

  it('have names, details and tiles as they were asked for', async () => {
    const labels = { query_labels: ['eins', 'zwei'], key_labels: ['drei', 'vier'] };
    const request = {
      kind: 'attention',
      query: [
        [1, 0],
        [0, 1],
      ],
      key: [
        [1, 0],
        [0, 1],
      ],
      value: [[1], [2]],
      ...labels,
    };
    const run = await start(a, request, { detail: 'tile', tile_rows: 1, tile_keys: 1 });
    const there = runSchema.parse(JSON.parse((await get(b, `/runs/${run.run}`)).text));
    expect(there.plan).toEqual(run.plan);
    expect(there.plan).toMatchObject({ ...labels, detail: 'tile', tile: { rows: 1, keys: 1 } });
  });

  it('take bodies of many pieces, as they came', async () => {
    const request = problem(8, 512, 48);
    const body = JSON.stringify(request);
    expect(body.length).toBeGreaterThan(3 * 2 ** 20);
    const run = await start(a, request);
    expect(Number(redis.command('hlen', `spotlight:run-body:${run.run}`))).toBe(
      Math.ceil(Number(redis.command('hget', 'spotlight:run-sizes', run.run)) / 2 ** 20),
    );
    expect(runSchema.parse(JSON.parse((await get(b, `/runs/${run.run}`)).text)).plan).toEqual(run.plan);
  });

  it('say which kernel has numbered them, also where another computes their numbers', async () => {
    const other = await replica({ kernel: 'reference' });
    await until(() => other.lines.some(({ msg }) => msg === 'Redis is there'));
    const run = await start(other, lesson);
    expect(run.plan.kernel).toBe('reference');
    const there = runSchema.parse(JSON.parse((await get(a, `/runs/${run.run}`)).text));
    expect(there.plan).toEqual(run.plan);
  });

  it('keep the steps that they were given where another replica would have other limits', async () => {
    const small = await replica({ maxRunSteps: 5 });
    await until(() => small.lines.some(({ msg }) => msg === 'Redis is there'));
    const run = await start(a, problem(1, 16, 4), { detail: 'row' });
    const there = runSchema.parse(JSON.parse((await get(small, `/runs/${run.run}`)).text));
    expect(there.plan.steps).toBe(run.plan.steps);
  });

  it('leave no key without a time to go', async () => {
    // Those of jobs have a test of their own: test/jobs/shared/redis-away.test.ts.
    const keys = redis
      .command('--scan')
      .split('\n')
      .filter((key) => !key.includes(':jobs:'));
    expect(keys.filter((key) => Number(redis.command('pttl', key)) < 0)).toEqual([]);
  });
});
