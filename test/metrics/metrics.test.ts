import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EchoPool, exchange, JSON_TYPE, post, type Serving, serve, until } from '../http/serving.ts';
import { lesson } from '../lesson.ts';
import { startServer } from '../server.ts';
import { hasPromtool, promtool } from './promtool.ts';
import { samplesOf, scrape } from './scrape.ts';

const tiny = JSON.stringify({ ...lesson, query: [lesson.query] });

describe('the metrics', () => {
  let serving: Serving;
  beforeAll(async () => {
    serving = await serve({ logLevel: 'silent', maxBodyBytes: 1_000_000 });
  });
  afterAll(() => serving.app.close());

  /** How the samples of a name grow while something happens. */
  async function grown(name: string, happens: () => Promise<unknown>): Promise<Record<string, number>> {
    const before = samplesOf(await scrape(serving.url), name);
    await happens();
    const after = samplesOf(await scrape(serving.url), name);
    const all = Object.entries(after).map(([key, value]) => [key, value - (before[key] ?? 0)] as const);
    return Object.fromEntries(all.filter(([, value]) => value !== 0));
  }

  const ask =
    (path: string, body: string, headers: Record<string, string> = JSON_TYPE) =>
    async () =>
      await (await post(serving.url + path, body, headers)).text();

  it.skipIf(!hasPromtool())('are what promtool accepts', async () => {
    await ask('/attention', tiny)();
    await ask('/nowhere', '')();
    const text = await (await fetch(`${serving.url}/metrics`)).text();
    expect(promtool(['check', 'metrics'], text)).toEqual({ status: 0, said: '' });
  });

  it.each<[name: string, path: string, body: string, headers: Record<string, string>, key: string]>([
    ['on the tiny lane', '/attention', tiny, JSON_TYPE, 'route="/attention",method="POST",status="200"'],
    [
      'on the long road',
      '/attention',
      tiny,
      { ...JSON_TYPE, accept: 'application/vnd.safetensors' },
      'route="/attention",method="POST",status="200"',
    ],
    ['that is refused', '/attention', '{', JSON_TYPE, 'route="/attention",method="POST",status="400"'],
    ['for nothing that is there', '/secret-path', '{}', JSON_TYPE, 'route="none",method="none",status="404"'],
    ['of a run', '/runs/abc/events', '', {}, 'route="none",method="none",status="405"'],
  ])('count a request %s', async (_name, path, body, headers, key) => {
    const requests = await grown('spotlight_requests_total', ask(path, body, headers));
    expect(requests[`spotlight_requests_total{${key}}`]).toBe(1);
    const name = 'spotlight_request_duration_seconds_count';
    const timed = await grown(name, ask(path, body, headers));
    expect(timed[`${name}{${key.replace(/,status.*/, '')}}`]).toBe(1);
  });

  it('count what was refused before it was a request', async () => {
    const requests = await grown('spotlight_requests_total', () => exchange(serving.port, 'BREW / HTTP/1.1\r\n\r\n'));
    expect(requests).toMatchObject({ 'spotlight_requests_total{route="none",method="none",status="501"}': 1 });
  });

  it('have no more labels, whatever is asked for', async () => {
    const name = 'spotlight_requests_total';
    const paths = Array.from({ length: 50 }, (_, i) => `/made-up-${i}`);
    const series = await grown(name, async () => {
      for (const path of paths) {
        await ask(path, '')();
        await fetch(`${serving.url}/runs${path}`);
        await fetch(serving.url + path, { method: 'PROPFIND' });
      }
    });
    expect(series).toEqual({
      [`${name}{route="none",method="none",status="404"}`]: 100,
      [`${name}{route="/runs/:id",method="GET",status="404"}`]: 50,
      [`${name}{route="/metrics",method="GET",status="200"}`]: 1,
    });
  });

  it('count the bytes that were decoded and encoded', async () => {
    const answer = (await ask('/attention', tiny)()).length;
    const labels = '{route="/attention",method="POST"}';
    expect(await grown('spotlight_decoded_bytes_total', ask('/attention', tiny))).toEqual({
      [`spotlight_decoded_bytes_total${labels}`]: tiny.length,
    });
    expect(await grown('spotlight_encoded_bytes_total', ask('/attention', tiny))).toEqual({
      [`spotlight_encoded_bytes_total${labels}`]: answer,
    });
  });

  it.each([
    ['the tiny lane', 3, 8],
    ['the threads', 300, 64],
  ])('count the operations of %s: 4·L²·d', async (_name, length, dim) => {
    const rows = Array.from({ length }, (_, i) => Array.from({ length: dim }, (_, j) => ((i + j) % 7) / 7));
    const asked = ask('/attention', JSON.stringify({ query: rows, key: rows, value: rows }));
    expect(await grown('spotlight_kernel_operations_total', asked)).toEqual({
      spotlight_kernel_operations_total: 4 * length * length * dim,
    });
    expect((await grown('spotlight_kernel_seconds_total', asked)).spotlight_kernel_seconds_total).toBeGreaterThan(0);
  });

  it('count the wait of what waits for a thread, and only of that', async () => {
    const name = 'spotlight_phase_duration_seconds_count';
    expect(await grown(name, ask('/attention', tiny))).toEqual({
      [`${name}{phase="decode"}`]: 1,
      [`${name}{phase="compute"}`]: 1,
      [`${name}{phase="encode"}`]: 1,
    });
    const words = ask('/attention/text', JSON.stringify({ text: 'the cat' }));
    expect((await grown(name, words))[`${name}{phase="queue"}`]).toBe(1);
    expect(
      (await grown('spotlight_thread_busy_seconds_total', words)).spotlight_thread_busy_seconds_total,
    ).toBeGreaterThan(0);
  });

  it('name the limit that was hit', async () => {
    expect(await grown('spotlight_limits_hit_total', ask('/attention', 'x'.repeat(1_000_001)))).toEqual({
      'spotlight_limits_hit_total{limit="MAX_BODY_BYTES"}': 1,
    });
    expect(await grown('spotlight_problems_total', ask('/attention', 'x'.repeat(1_000_001)))).toEqual({
      'spotlight_problems_total{code="body_too_large"}': 1,
    });
  });

  it('tell of runs', async () => {
    const run = ask('/attention?stream=1', tiny);
    expect(await grown('spotlight_runs', run)).toEqual({ spotlight_runs: 1 });
    expect((await grown('spotlight_run_bytes', run)).spotlight_run_bytes).toBeGreaterThan(0);
  });
});

describe('clients that leave', () => {
  it('are counted by what they missed', async () => {
    const pool = new EchoPool();
    const { app, url, port } = await serve({ logLevel: 'silent' }, pool);
    const head = 'POST /attention HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
    const reason = (name: string) => `spotlight_drops_total{reason="${name}"}`;
    pool.before = () => new Promise(() => {});
    const early = connect(port, '127.0.0.1', () => early.write(head));
    await until(() => pool.requests.length === 1);
    early.destroy();
    pool.before = async () => {};
    pool.answer = () => Array.from({ length: 64 }, () => new Uint8Array(1 << 20));
    const late = connect(port, '127.0.0.1', () => late.write(head));
    await new Promise((resolve) => late.once('data', resolve));
    late.destroy();
    let drops: Record<string, number> = {};
    do drops = samplesOf(await scrape(url), 'spotlight_drops_total');
    while (drops[reason('client_gone')] !== 1 || drops[reason('answer_cut')] !== 1);
    expect(drops[reason('too_many_connections')]).toBe(0);
    await app.close();
  });
});

describe('the description of the server', () => {
  it('tells that the metrics are text, which they are', async () => {
    const { app, url } = await serve({ logLevel: 'silent' }, new EchoPool());
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
      paths: Record<string, { get: { responses: Record<string, { content: object }> } }>;
    };
    const [type] = Object.keys(paths['/metrics'].get.responses['200'].content);
    expect(type).toBe('text/plain');
    expect((await fetch(`${url}/metrics`)).headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    await app.close();
  });
});

describe('METRICS_PORT', () => {
  it('has the metrics, and the main port has them no more', async () => {
    const server = await startServer({ METRICS_PORT: '0', WORKERS: '1' });
    const own = `http://127.0.0.1:${/metrics on port (\d+)/.exec(server.log())?.[1]}`;
    expect((await scrape(own)).get('spotlight_threads')).toBe(1);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${own}/info`)).status).toBe(404);
    expect((await fetch(`${own}/metrics`, { method: 'POST' })).status).toBe(405);
    expect(await server.stop()).toBe(0);
  });

  it('that is taken stops the start with one line', async () => {
    const server = await startServer({ WORKERS: '1' });
    const port = new URL(server.url).port;
    await expect(startServer({ METRICS_PORT: port, WORKERS: '1', LOG_LEVEL: 'silent' })).rejects.toThrow(
      new RegExp(
        `spotlight cannot start: METRICS_PORT is ${port}, but something else listens there already: listen EADDRINUSE`,
      ),
    );
    expect(await server.stop()).toBe(0);
  });
});
