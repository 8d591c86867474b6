import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { bearer, leaveWhileLookedAt, serveKeyed, startRun } from '../../access/keyed.ts';
import { postJob } from '../../jobs/job-client.ts';
import { dial, lesson } from '../../stream/dial.ts';
import { EchoPool, JSON_TYPE, post, type Serving, serve, until } from '../serving.ts';

/** Tiny: the express lane answers it. */
const TINY = '{"query":[[1]],"key":[[1]],"value":[[7]]}';
/** Not read by the express lane. */
const LONG_ROAD = { ...JSON_TYPE, 'request-timeout': '9' };
/** One more request than that is too much for longer than any test takes. */
const FEW = { callerRequestRate: 0.001, callerRequestBurst: 2 };

const opened: Serving[] = [];
async function serveLimited(settings: Parameters<typeof serve>[0], pool?: EchoPool): Promise<Serving> {
  const own = await serve({ logLevel: 'info', ...settings }, pool);
  opened.push(own);
  return own;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ app }) => app.close()));
});

const statuses = async (answers: Promise<Response>[]) =>
  (await Promise.all(answers)).map(({ status }) => status).sort();

describe.each([
  ['the express lane', JSON_TYPE],
  ['the long road', LONG_ROAD],
])('a caller on %s', (_road, headers) => {
  it('is told what it may do and what is left, and refused what is more, with the time to wait', async () => {
    const { url, lines } = await serveLimited(FEW);
    const first = await post(`${url}/attention`, TINY, headers);
    expect(first.status).toBe(200);
    // 2 / 0.001 s until all is back; one of them is taken.
    expect(first.headers.get('ratelimit-policy')).toBe('"requests";q=2;w=2000');
    expect(first.headers.get('ratelimit')).toMatch(/^"requests";r=1;t=1000$/);
    await post(`${url}/attention`, TINY, headers);
    const refused = await post(`${url}/attention`, TINY, headers);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', status: 429 });
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(900);
    expect(seconds).toBeLessThanOrEqual(1000);
    expect(refused.headers.get('ratelimit')).toBe(`"requests";r=0;t=${seconds}`);
    await until(() => lines.some(({ code }) => code === 'rate_limited'));
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('limit="CALLER_REQUEST_RATE"} 1');
  });

  it('pays for its bytes and for what is computed', async () => {
    const { url } = await serveLimited({ callerWorkRate: 0.001, callerWorkBurst: 100 });
    const rows = Array.from({ length: 40 }, (_, i) => Array.from({ length: 16 }, (_, j) => (i + j) % 3));
    const body = JSON.stringify({ query: rows, key: rows, value: rows });
    const answer = await post(`${url}/attention`, body, headers);
    const bytes = Buffer.byteLength(body) + Number(answer.headers.get('content-length'));
    // 40 · 40 pairs, 16 for their score and 16 for the values that they carry; 1000 multiply-adds come back in a second.
    const seconds = (64 * bytes + 40 * 40 * 32) / 1000;
    const told = Number(/t=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);
    expect(told).toBeGreaterThan(seconds - 3);
    expect(told).toBeLessThanOrEqual(Math.ceil(seconds));
  });

  it('is counted once for each request, and pays for its bytes', async () => {
    const { url } = await serveLimited({
      callerRequestRate: 0.001,
      callerRequestBurst: 9,
      callerWorkRate: 0.000001,
      callerWorkBurst: 1000,
    });
    await post(`${url}/attention`, TINY, headers);
    const { headers: told } = await post(`${url}/attention`, TINY, headers);
    expect(told.get('ratelimit')).toMatch(/^"requests";r=7;t=(2000|19\d\d), "work";r=999;t=\d+$/);
  });
});

describe('limits by caller', () => {
  it('are not there unless they are set', async () => {
    const { url } = await serveLimited({});
    const { headers } = await post(`${url}/attention`, TINY);
    expect([headers.get('ratelimit'), headers.get('ratelimit-policy')]).toEqual([null, null]);
  });

  it('leave probes, operators, pages and documents alone', async () => {
    const { url } = await serveLimited(FEW);
    for (let i = 0; i < 3; i++) await post(`${url}/attention`, TINY);
    const paths = [
      '/health/live',
      '/health/ready',
      '/v2/health/ready',
      '/metrics',
      '/info',
      '/docs',
      '/openapi.json',
      '/',
    ];
    expect(await statuses(paths.map((path) => fetch(url + path)))).toEqual(paths.map(() => 200));
    const info = (await (await fetch(`${url}/info`)).json()) as { limits: { caller: object } };
    expect(info.limits.caller).toEqual({
      ...{ request_rate: 0.001, request_burst: 2, work_rate: null, work_burst: null, concurrency: null },
    });
  });

  it('bound work: a request may cost more than is left, and the next one waits for that', async () => {
    const { url } = await serveLimited({ callerWorkRate: 0.1, callerWorkBurst: 1 });
    const rows = Array.from({ length: 128 }, (_, i) => Array.from({ length: 64 }, (_, j) => (i - j) / 100));
    const body = JSON.stringify({ query: rows, key: rows, value: rows });
    expect((await post(`${url}/attention`, body)).status).toBe(200);
    const refused = await post(`${url}/attention`, body);
    expect(refused.status).toBe(429);
    // 128 · 128 · (64 + 64) multiply-adds are 2.1 million; the bytes of three times 8192 numbers are more.
    const leastSeconds = (2.1 + (64 * Buffer.byteLength(body)) / 1e6 - 1) / 0.1;
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(leastSeconds * 0.9);
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('million multiply-adds') });
  });

  it('bound what one caller has running at once, and count it until its answer is out', async () => {
    const pool = new EchoPool();
    let go = () => {};
    pool.before = () => new Promise((resolve) => (go = resolve));
    const { url } = await serveLimited({ callerConcurrency: 1 }, pool);
    const first = post(`${url}/attention`, '{}');
    await until(() => pool.requests.length === 1);
    const refused = await post(`${url}/attention`, '{}');
    expect([refused.status, refused.headers.get('ratelimit')]).toEqual([429, '"concurrency";r=0']);
    go();
    expect((await first).status).toBe(200);
    await (await first).text();
    pool.before = async () => {};
    expect((await post(`${url}/attention`, '{}')).status).toBe(200);
  });

  it('bound runs that are computed, too, until they are', async () => {
    const { url } = await serveLimited({ callerConcurrency: 1 });
    const rows = Array.from({ length: 2048 }, (_, i) => Array.from({ length: 64 }, (_, j) => ((i * j) % 7) / 7));
    const body = JSON.stringify({ query: rows, key: rows, value: rows, precision: 'float64' });
    const started = await post(`${url}/attention?stream=1&detail=head`, body);
    expect(started.status).toBe(201);
    const { headers } = await post(`${url}/attention`, TINY);
    expect(headers.get('ratelimit')).toBe('"concurrency";r=0');
    const { run } = (await started.json()) as { run: string };
    const stateOf = async () => ((await (await fetch(`${url}/runs/${run}`)).json()) as { state: string }).state;
    while ((await stateOf()) === 'running') await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await post(`${url}/attention`, TINY)).status).toBe(200);
  });

  it('let in what costs more than there ever is at once: requests, runs, and what a stream starts', async () => {
    const { url } = await serveLimited({ callerWorkRate: 0.001, callerWorkBurst: 1 });
    const rows = Array.from({ length: 200 }, () => Array.from({ length: 16 }, () => 0.5));
    const tensors = { query: rows, key: rows, value: rows };
    const run = { request: { kind: 'attention', ...tensors }, detail: 'whole' };
    expect((await post(`${url}/runs`, JSON.stringify(run))).status).toBe(201);
    expect((await post(`${url}/runs`, JSON.stringify(run))).status).toBe(429);
    const other = await serveLimited({ callerWorkRate: 0.001, callerWorkBurst: 1 });
    const client = await dial(other.url);
    client.send({ type: 'start', id: 'a', ...run, credits: 9 });
    await client.first('done', 'a');
    client.send({ type: 'start', id: 'b', ...run, credits: 9 });
    await client.first('error');
    client.socket.close();
  });

  it('count the bytes of steps that are watched', async () => {
    const { url } = await serveLimited({ callerWorkRate: 0.001, callerWorkBurst: 1000 });
    const run = await startRun(url);
    const left = async () =>
      Number(/t=(\d+)/.exec((await fetch(`${url}/runs/${run}`)).headers.get('ratelimit') ?? '')?.[1]);
    const before = await left();
    await (await fetch(`${url}/runs/${run}/events`)).text();
    expect(await left()).toBeGreaterThan(before);
  });

  it('let whoever has used up its work see what became of it, and get nothing more', async () => {
    const { url } = await serveLimited({ callerWorkRate: 0.001, callerWorkBurst: 0.5 });
    const run = await startRun(url);
    const rows = Array.from({ length: 64 }, (_, i) => Array.from({ length: 64 }, (_, j) => (i - j) / 100));
    const { job } = await postJob(url, JSON.stringify({ query: rows, key: rows, value: rows }));
    const statusOf = async (path: string, method = 'GET') => {
      const answer = await fetch(url + path, { method });
      await answer.body?.cancel();
      return answer.status;
    };
    expect((await post(`${url}/attention`, TINY)).status).toBe(429);
    const looks = [`/jobs/${job.job}`, `/jobs/${job.job}/events`, '/tokenizers', '/examples', '/v2'];
    for (const path of looks) expect([path, await statusOf(path)]).toEqual([path, 200]);
    for (const path of [`/runs/${run}/events`, `/jobs/${job.job}/result`, '/examples/sat-on-the-mat']) {
      expect([path, await statusOf(path)]).toEqual([path, 429]);
    }
    expect(await statusOf(`/jobs/${job.job}`, 'DELETE')).toBe(204);
  });

  it('leave who ends a run alone, and who asks whether a model is ready', async () => {
    const { url } = await serveLimited({ callerRequestRate: 0.001, callerRequestBurst: 1 });
    const run = await startRun(url);
    expect((await fetch(`${url}/v2/models/attention/ready`)).status).toBe(200);
    expect((await fetch(`${url}/runs/${run}`, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(`${url}/runs/${run}`)).status).toBe(429);
  });

  it('let go of what a connection still waited for when it breaks', async () => {
    const pool = new EchoPool();
    pool.before = (_request, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { app, url, port } = await serveLimited({ callerConcurrency: 3, logLevel: 'silent' }, pool);
    const socket = connect(port, '127.0.0.1');
    const one = 'POST /attention HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
    socket.write(one.repeat(3));
    await until(() => pool.requests.length === 3);
    socket.destroy();
    await until(() => pool.signals.every(({ aborted }) => aborted) && app.answering() === 0);
    expect(pool.lent).toBe(0);
    pool.before = async () => {};
    const { headers } = await post(`${url}/attention`, '{}');
    expect(headers.get('ratelimit')).toBe('"concurrency";r=2');
  });

  it('count each client behind a gateway that is trusted for itself', async () => {
    const { url } = await serveLimited({ ...FEW, trustProxy: ['127.0.0.0/8'] });
    const from = (address: string) => post(`${url}/attention`, TINY, { ...JSON_TYPE, 'x-forwarded-for': address });
    const answers = ['2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:1::1', '192.0.2.1'].map(from);
    expect(await statuses(answers)).toEqual([200, 200, 200, 200, 429]);
  });

  it('are told to clients of the Open Inference Protocol in its own form', async () => {
    const { url } = await serveLimited(FEW);
    for (let i = 0; i < 2; i++) await post(`${url}/attention`, TINY);
    const refused = await post(`${url}/v2/models/attention/infer`, '{"inputs":[]}');
    expect(refused.status).toBe(429);
    expect(Object.keys((await refused.json()) as object)).toEqual(['error']);
    expect(refused.headers.get('retry-after')).not.toBeNull();
  });

  it('count what a stream starts, as an error of its subscription', async () => {
    const { url } = await serveLimited({ callerRequestRate: 0.001, callerRequestBurst: 2 });
    const client = await dial(url);
    client.send({ type: 'start', id: 'a', request: lesson, detail: 'whole', credits: 9 });
    await client.first('done', 'a');
    client.send({ type: 'start', id: 'b', request: lesson, detail: 'whole', credits: 9 });
    const { problem } = await client.first('error', 'b');
    expect(problem).toMatchObject({ code: 'rate_limited', status: 429 });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('limit="CALLER_REQUEST_RATE"} 1');
    client.socket.close();
  });
});

describe('keys', () => {
  it('have limits each for itself, and their own where the file says so, which can change', async () => {
    const keyed = await serveKeyed({ ...FEW, logLevel: 'info' });
    opened.push(keyed);
    const { url, file, keys } = keyed;
    const ask = (key: string, headers = JSON_TYPE) => post(`${url}/attention`, TINY, { ...headers, ...bearer(key) });
    expect(await statuses([ask(keys.all), ask(keys.all, LONG_ROAD), ask(keys.all)])).toEqual([200, 200, 429]);
    const stream = await dial(url, { token: keys.all });
    stream.send({ type: 'start', id: 'a', request: lesson, detail: 'whole', credits: 9 });
    await stream.first('error', 'a');
    expect((await ask(keys.other)).status).toBe(200);
    const entries = JSON.parse(readFileSync(file, 'utf8')) as { keys: { name: string; limits?: object }[] };
    for (const entry of entries.keys)
      if (entry.name === 'all') entry.limits = { request_rate: 1000, request_burst: 50 };
    writeFileSync(file, JSON.stringify(entries));
    keyed.app.access.reload();
    const { status, headers } = await ask(keys.all);
    expect([status, headers.get('ratelimit-policy')]).toEqual([200, '"requests";q=50;w=1']);
    stream.send({ type: 'start', id: 'b', request: lesson, detail: 'whole', credits: 9 });
    await stream.first('done', 'b');
    stream.socket.close();
    expect((await ask(keys.other)).headers.get('ratelimit-policy')).toBe('"requests";q=2;w=2000');
  });

  it('are free again when a client left while its key was looked at', async () => {
    const keyed = await serveKeyed({ callerConcurrency: 1, logLevel: 'silent' });
    opened.push(keyed);
    const { url, keys } = keyed;
    await leaveWhileLookedAt(keyed, keys.attention, 'POST /attention HTTP/1.1\r\nContent-Length: 9');
    expect((await post(`${url}/attention`, TINY, { ...LONG_ROAD, ...bearer(keys.attention) })).status).toBe(200);
  });

  it('that are wrong cost those nothing who have right ones', async () => {
    const keyed = await serveKeyed(FEW);
    opened.push(keyed);
    const { url, keys } = keyed;
    for (let i = 0; i < 5; i++)
      expect((await post(`${url}/attention`, TINY, { ...JSON_TYPE, ...bearer('x') })).status).toBe(401);
    await startRun(url, bearer(keys.runs));
  });
});
