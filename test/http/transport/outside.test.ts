/** How the server is found from outside: under a path, behind a gateway, and by its names. */
import { request as requestOf } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { lesson } from '../../lesson.ts';
import { EchoPool, exchange, JSON_TYPE, parsed, post, type Serving, serve, until } from '../serving.ts';

const plain = JSON.stringify({ ...lesson, query: [lesson.query] });
const TRUSTED = { trustProxy: ['127.0.0.0/8'] };
const FORWARDED = {
  'x-forwarded-for': '198.51.100.1, 203.0.113.7',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'public.example',
  'x-forwarded-prefix': '/outer',
};

/** As `fetch`, which lets nobody name another host. */
function ask(
  url: string,
  { method = 'GET', body, ...headers }: Record<string, string>,
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = requestOf(url, { method, headers, agent: false }, (answer) => {
      let text = '';
      answer.on('data', (data) => (text += data));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    asked.on('error', reject).end(body);
  });
}

/** How an upgrade ends: a message of the stream, or the status of a refusal. */
function dial(url: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url.replace('http', 'ws'), 'spotlight.v1', { headers });
    socket.on('open', () => socket.send('{"type":"hello"}'));
    socket.on('message', (data) => {
      resolve(JSON.parse(String(data)).type);
      socket.close();
    });
    socket.on('close', (code) => resolve(`closed ${code}`));
    socket.on('unexpected-response', (_request, { statusCode }) => {
      resolve(`status ${statusCode}`);
      socket.terminate();
    });
    socket.on('error', () => {});
  });
}

/** All that looks like a path of this server in a text. */
const pathsIn = (text: string) => text.match(/(?<=[":(])\/[a-z][^")\s]*/g) ?? [];

describe('a server with BASE_PATH', () => {
  let serving: Serving;
  let at: string;
  beforeAll(async () => {
    serving = await serve({ basePath: '/a/b' });
    at = `${serving.url}/a/b`;
  });
  afterAll(() => serving.app.close());

  it('answers under it, on the express lane and on the long road', async () => {
    expect((await post(`${at}/attention`, plain)).status).toBe(200);
    expect((await post(`${at}/attention/text`, '{"text":"a cat"}')).status).toBe(200);
    expect((await fetch(`${at}/info`)).status).toBe(200);
    expect(await dial(`${at}/attention/stream`)).toBe('welcome');
  });

  it.each(['/attention', '/info', '/', '/a', '/a/bc', '/a/b/a/b/info', '/A/B/info', '/a/b//info'])(
    'has nothing at %s',
    async (path) => {
      const answer = await post(serving.url + path, plain);
      const { code, type } = z.object({ code: z.string(), type: z.string() }).parse(await answer.json());
      expect([answer.status, code, type]).toEqual([404, 'not_found', '/a/b/docs/errors#not_found']);
    },
  );

  it('counts what is asked beside it for no route', async () => {
    await post(`${serving.url}/attention`, plain, { ...JSON_TYPE, 'x-request-id': 'beside' });
    await until(() => serving.lines.some(({ requestId }) => requestId === 'beside'));
    expect(serving.lines.find(({ requestId }) => requestId === 'beside')).toMatchObject({ route: null, status: 404 });
    const counted = await (await fetch(`${at}/metrics`)).text();
    expect(counted).not.toContain('spotlight_requests_total{route="/attention",method="POST",status="404"}');
  });

  it('refuses a WebSocket beside it', async () => {
    expect(await dial(`${serving.url}/attention/stream`)).toBe('status 404');
  });

  it('tells its health without it, too, as probes know no gateway', async () => {
    for (const path of ['/health/live', '/health/ready', '/a/b/health/ready', '/v2/health/ready'])
      expect((await fetch(serving.url + path)).status).toBe(200);
  });

  it.each(['/', '/examples', '/examples/library-search', '/docs', '/docs/errors'])(
    'begins every link of %s with it',
    async (path) => {
      const answer = await fetch(at + path, { headers: { accept: 'application/json, text/html;q=0.5' } });
      const text = await answer.text();
      // Routes are named as in the documents; other texts with slashes point into JSON.
      const paths = pathsIn(text).filter((one) => !/^\/(attention|scores|weights|output|stats)\b/.test(one));
      expect(paths.length).toBeGreaterThan(2);
      expect(paths.filter((one) => !one.startsWith('/a/b/'))).toEqual([]);
    },
  );

  it('leads from its documents to where it is', async () => {
    const openapi = await (await fetch(`${at}/openapi.json`)).json();
    const shown = await (await fetch(`${at}/docs/json`)).json();
    const asyncapi = await (await fetch(`${at}/asyncapi.json`)).json();
    expect(openapi).toMatchObject({
      servers: expect.arrayContaining([expect.objectContaining({ url: '/a/b' })]),
      paths: { '/attention': {} },
      info: { description: expect.stringContaining('(/a/b/docs/errors)') },
    });
    expect(shown).toEqual(openapi);
    expect(asyncapi).toMatchObject({ channels: { stream: { address: '/a/b/attention/stream' } } });
    expect(await (await fetch(`${at}/openapi.yaml`)).text()).toContain('- url: /a/b\n');
    expect(await (await fetch(`${at}/asyncapi.yaml`)).text()).toContain('address: /a/b/attention/stream\n');
  });

  it('says under it where a run is, and what is wrong with one', async () => {
    const started = await post(`${at}/attention?stream=1`, plain);
    const location = started.headers.get('location') ?? '';
    expect(location).toMatch(/^\/a\/b\/runs\//);
    expect((await fetch(serving.url + location)).status).toBe(200);
    const gone = await (await fetch(`${at}/runs/nobody`)).json();
    expect(gone).toMatchObject({ type: '/a/b/docs/errors#run_not_found' });
    const events = await (await fetch(`${serving.url}${location}/events`)).text();
    expect(events).toContain('event: done');
  });

  it('says so to a request that is not HTTP', async () => {
    const { problem } = parsed(await exchange(serving.port, 'GET / HTTP/9\r\n\r\n'));
    expect(problem.type).toBe('/a/b/docs/errors#bad_request');
  });

  it('leads to the slash that the links of its page need', async () => {
    const html = { accept: 'text/html' };
    const answer = await fetch(at, { headers: html, redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([308, '/a/b/']);
    expect((await fetch(at)).headers.get('content-type')).toContain('json');
    const index = await fetch(`${at}/docs/static/index.html`, { redirect: 'manual' });
    expect(index.headers.get('location')).toBe('/a/b/docs/');
  });

  it('ignores offers of HTTP/2 under it', async () => {
    const answer = await ask(`${at}/info`, {
      connection: 'upgrade, http2-settings',
      upgrade: 'h2c',
      'http2-settings': '',
    });
    expect(answer.status).toBe(200);
  });
});

describe('a server whose BASE_PATH looks like a probe', () => {
  it.each(['/health', '/health/live', '/v2', '/v2/health'])('at %s answers probes and all else', async (basePath) => {
    const { app, url } = await serve({ basePath }, new EchoPool());
    for (const path of [
      '/health/live',
      '/health/ready',
      '/v2/health/live',
      `${basePath}/health/ready`,
      `${basePath}/info`,
    ])
      expect([path, (await fetch(url + path)).status]).toEqual([path, 200]);
    expect((await fetch(`${url}${basePath}/live`)).status).toBe(basePath.endsWith('health') ? 200 : 404);
    await app.close();
  });
});

describe('the headers of a gateway', () => {
  let behind: Serving;
  let alone: Serving;
  beforeAll(async () => {
    behind = await serve({ ...TRUSTED, basePath: '/inner' });
    alone = await serve({ trustProxy: ['192.0.2.0/24'] });
  });
  afterAll(async () => {
    await Promise.all([behind.app.close(), alone.app.close()]);
  });
  const lineOf = async ({ lines }: Serving, id: string) => {
    await until(() => lines.some(({ requestId }) => requestId === id));
    return lines.find(({ requestId }) => requestId === id);
  };

  it.each([
    ['/attention', 'express'],
    ['/attention/text', 'long'],
  ])('stand in the log when it is trusted: %s', async (path, id) => {
    const body = path === '/attention' ? plain : '{"text":"a cat"}';
    await post(`${behind.url}/inner${path}`, body, { ...JSON_TYPE, ...FORWARDED, 'x-request-id': id });
    expect(await lineOf(behind, id)).toMatchObject({ client: '203.0.113.7', proto: 'https', host: 'public.example' });
    await post(alone.url + path, body, { ...JSON_TYPE, ...FORWARDED, 'x-request-id': id });
    const line = await lineOf(alone, id);
    expect(line).toMatchObject({ client: '127.0.0.1', status: 200 });
    expect(line).not.toHaveProperty('host');
  });

  it('begin every link with its prefix, before that of BASE_PATH', async () => {
    const headers = { ...JSON_TYPE, ...FORWARDED };
    const problem = await (await post(`${behind.url}/inner/attention`, '{', headers)).json();
    expect(problem).toMatchObject({ type: '/outer/inner/docs/errors#invalid_json' });
    const started = await post(`${behind.url}/inner/attention?stream=1`, plain, headers);
    expect(started.headers.get('location')).toMatch(/^\/outer\/inner\/runs\//);
    const openapi = await (await fetch(`${behind.url}/inner/openapi.json`, { headers })).json();
    expect(JSON.stringify(openapi)).toContain('"servers":[{"url":"/outer/inner",');
    const page = await (await fetch(`${behind.url}/inner/docs`, { headers })).text();
    expect(page).toContain('src="/outer/inner/docs/static/swagger-ui-bundle.js"');
  });

  it('are not read when it is not trusted', async () => {
    const problem = await (await post(`${alone.url}/attention`, '{', { ...JSON_TYPE, ...FORWARDED })).json();
    expect(problem).toMatchObject({ type: '/docs/errors#invalid_json' });
  });

  it.each([
    ['https://public.example', 200],
    ['https://public.example:443', 200],
    // Another protocol, port or host is another origin (RFC 6454).
    ['http://public.example', 403],
    ['https://public.example:8443', 403],
    ['https://evil.example', 403],
  ])('let the page of %s use what it came from: %i', async (origin, status) => {
    const headers = { ...JSON_TYPE, ...FORWARDED, origin };
    expect((await post(`${behind.url}/inner/attention`, plain, headers)).status).toBe(status);
    expect((await post(`${behind.url}/inner/attention/text`, '{"text":"a cat"}', headers)).status).toBe(status);
    expect(await dial(`${behind.url}/inner/attention/stream`, { ...FORWARDED, origin })).toBe(
      status === 200 ? 'welcome' : 'closed 4403',
    );
    expect((await post(`${alone.url}/attention`, plain, headers)).status).toBe(403);
  });
});

describe('a server that knows its names', () => {
  let serving: Serving;
  beforeAll(async () => {
    serving = await serve({
      ...TRUSTED,
      allowedHosts: ['spotlight.example', '*.wild.example', '[::1]'],
      corsOrigins: [PAGE],
    });
  });
  afterAll(() => serving.app.close());
  const PAGE = 'https://listed.example';
  const attend = { method: 'POST', ...JSON_TYPE, body: plain };

  it.each([
    'spotlight.example',
    'SPOTLIGHT.example:8080',
    'spotlight.example.',
    'a.wild.example',
    'a.b.wild.example:1',
    '[::1]:8080',
  ])('answers for %s', async (host) => {
    for (const [path, how] of [
      ['/attention', attend],
      ['/info', {}],
    ] as const)
      expect((await ask(serving.url + path, { ...how, host })).status).toBe(200);
    expect(await dial(`${serving.url}/attention/stream`, { host })).toBe('welcome');
  });

  it.each([
    'evil.example',
    'wild.example',
    'spotlight.example.evil.example',
    'xspotlight.example',
    '127.0.0.1',
    'localhost',
  ])('answers nothing for %s', async (host) => {
    for (const [path, how] of [
      ['/attention', attend],
      ['/attention/text', { ...attend, body: '{"text":"a cat"}' }],
      ['/attention', { method: 'OPTIONS', origin: PAGE, 'access-control-request-method': 'POST' }],
      ['/info', {}],
      ['/', {}],
      ['/nowhere', {}],
    ] as const) {
      const { status, text } = await ask(serving.url + path, { ...how, host });
      expect([path, status, JSON.parse(text).code]).toEqual([path, 421, 'misdirected_request']);
    }
    expect(await dial(`${serving.url}/attention/stream`, { host })).toBe('status 421');
  });

  it('tells its health by any name, as probes know its address', async () => {
    for (const path of ['/health/live', '/health/ready', '/v2/health/live', '/v2/health/ready'])
      expect((await ask(serving.url + path, { host: '10.1.2.3:8080' })).status).toBe(200);
  });

  it('goes by the name that a trusted gateway was asked for', async () => {
    const by = (name: string) => ask(`${serving.url}/info`, { host: 'spotlight.example', 'x-forwarded-host': name });
    expect((await by('a.wild.example')).status).toBe(200);
    expect((await by('evil.example')).status).toBe(421);
  });

  it('lets a listed page read why it is refused', async () => {
    const { status, headers } = await ask(`${serving.url}/info`, { host: 'evil.example', origin: PAGE });
    expect([status, headers['access-control-allow-origin']]).toEqual([421, PAGE]);
  });

  it('refuses a request without a name', async () => {
    expect(await exchange(serving.port, 'GET /info HTTP/1.0\r\n\r\n')).toContain('HTTP/1.1 421');
  });
});

describe('a connection that is gone', () => {
  it('still has its address in the log', async () => {
    const pool = new EchoPool();
    pool.before = (_request, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { app, url, lines } = await serve({}, pool);
    const client = new AbortController();
    const answer = fetch(`${url}/attention`, { method: 'POST', headers: JSON_TYPE, body: '{}', signal: client.signal });
    await until(() => pool.requests.length > 0);
    client.abort();
    await expect(answer).rejects.toThrow();
    await until(() => lines.some(({ status }) => status === 499));
    expect(lines.find(({ status }) => status === 499)).toMatchObject({ client: '127.0.0.1' });
    await app.close();
  });
});
