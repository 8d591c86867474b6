/** Pages of other origins, by the headers that browsers send and read; test/browser does the same with a real one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lesson } from '../../lesson.ts';
import { EchoPool, exchange, JSON_TYPE, parsed, post, type Serving, serve } from '../serving.ts';

const PAGE = 'https://studio.example';
const STRANGER = 'https://evil.example';
const EXPOSED = [
  'etag',
  'inference-header-content-length',
  'location',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'server-timing',
  'tensor-shape',
  'www-authenticate',
  'x-request-id',
];
const plain = JSON.stringify({ ...lesson, query: [lesson.query] });
const large = JSON.stringify({ ...lesson, query: Array.from({ length: 2000 }, () => lesson.query) });

const runOf = async (answer: Response) => z.object({ run: z.string() }).parse(await answer.json()).run;

/** What lets a page read an answer. */
function permitted({ headers }: Response) {
  const list = (name: string) => headers.get(name)?.toLowerCase().split(/, */) ?? [];
  return {
    origin: headers.get('access-control-allow-origin'),
    exposed: list('access-control-expose-headers').sort(),
    varies: list('vary').includes('origin'),
  };
}

const preflight = (url: string, origin: string, path = '/attention', method = 'POST') =>
  fetch(url + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'content-type,x-request-id',
    },
  });

/** Requests of each kind of answer: name, path, what is sent, and its status. */
const requests: [string, string, RequestInit, number][] = [
  ['a tiny request', '/attention', { method: 'POST', headers: JSON_TYPE, body: plain }, 200],
  ['a large request', '/attention', { method: 'POST', headers: JSON_TYPE, body: large }, 200],
  ['words', '/attention/text', { method: 'POST', headers: JSON_TYPE, body: '{"text":"a cat"}' }, 200],
  ['information', '/info', {}, 200],
  ['an example', '/examples/library-search', {}, 200],
  ['a document', '/openapi.json', {}, 200],
  ['a run', '/attention?stream=1', { method: 'POST', headers: JSON_TYPE, body: plain }, 201],
  ['a tiny request that is wrong', '/attention', { method: 'POST', headers: JSON_TYPE, body: '{' }, 400],
  ['a path that cannot be read', '/%', {}, 400],
  ['a path that is not there', '/nowhere', {}, 404],
  ['a method that is not there', '/attention', {}, 405],
  [
    'a type that is not there',
    '/attention',
    { method: 'POST', headers: { 'content-type': 'text/html' }, body: 'x' },
    415,
  ],
  ['an unknown parameter', '/info?x=1', {}, 422],
  ['a body that is too large', '/attention', { method: 'POST', headers: JSON_TYPE, body: 'x'.repeat(200_000) }, 413],
];

describe('a page of a listed origin', () => {
  let serving: Serving;
  beforeAll(async () => {
    serving = await serve({ logLevel: 'silent', corsOrigins: [PAGE, 'http://localhost:5173'], maxBodyBytes: 100_000 });
  });
  afterAll(() => serving.app.close());

  const send = (path: string, init: RequestInit, origin?: string) =>
    fetch(serving.url + path, { ...init, headers: { ...init.headers, ...(origin !== undefined && { origin }) } });

  it.each(requests)('reads the answer to %s', async (_name, path, init, status) => {
    const answer = await send(path, init, PAGE);
    expect(answer.status).toBe(status);
    expect(permitted(answer)).toEqual({ origin: PAGE, exposed: EXPOSED, varies: true });
    expect(answer.headers.get('x-request-id')).toBeTruthy();
  });

  it.each(requests)('is told from others and from programs in the answer to %s', async (_name, path, init) => {
    for (const answer of [await send(path, init), await send(path, init, STRANGER), await send(path, init, 'null')]) {
      expect(permitted(answer)).toEqual({ origin: null, exposed: [], varies: true });
    }
  });

  it('asks first, and may keep the answer', async () => {
    for (const path of ['/attention', '/runs/x', '/nowhere']) {
      const answer = await preflight(serving.url, 'http://localhost:5173', path, 'DELETE');
      expect(answer.status).toBe(204);
      expect(permitted(answer)).toMatchObject({ origin: 'http://localhost:5173', varies: true });
      expect(answer.headers.get('access-control-allow-methods')?.split(', ')).toEqual([
        'GET',
        'HEAD',
        'POST',
        'DELETE',
      ]);
      expect(answer.headers.get('access-control-allow-headers')).toBe('content-type,x-request-id');
      expect(Number(answer.headers.get('access-control-max-age'))).toBeGreaterThanOrEqual(7200);
      expect(answer.headers.get('x-request-id')).toBeTruthy();
    }
  });

  it('reads events', async () => {
    const run = await runOf(
      await send('/attention?stream=1', { method: 'POST', headers: JSON_TYPE, body: plain }, PAGE),
    );
    const answer = await send(`/runs/${run}/events`, {}, PAGE);
    expect(permitted(answer)).toEqual({ origin: PAGE, exposed: EXPOSED, varies: true });
    expect(await answer.text()).toContain('event: done');
  });

  it('reads why its request was no HTTP', async () => {
    const text = `GET / HTTP/1.1\r\nHost: x\r\nOrigin: ${PAGE}\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`;
    const { status, headers } = parsed(await exchange(serving.port, text));
    expect(status).toBe(431);
    expect(headers).toMatchObject({ 'access-control-allow-origin': PAGE, vary: 'origin' });
    const other = parsed(await exchange(serving.port, text.replace(PAGE, STRANGER)));
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('is no other when its scheme, port or name differs', async () => {
    for (const origin of ['http://studio.example', `${PAGE}:8443`, `${PAGE}.evil.example`, 'https://astudio.example']) {
      expect(permitted(await send('/info', {}, origin)).origin).toBeNull();
    }
    expect(permitted(await send('/info', {}, 'https://Studio.Example')).origin).toBe('https://Studio.Example');
  });
});

describe('a page of an origin that is not listed', () => {
  let closed: Serving;
  beforeAll(async () => {
    closed = await serve({ logLevel: 'silent' });
  });
  afterAll(() => closed.app.close());

  const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
    fetch(closed.url + path, {
      method,
      headers: { origin: STRANGER, ...headers },
      ...(method === 'POST' && { body: plain }),
    });

  it('finds out in one line why', async () => {
    for (const answer of [await preflight(closed.url, STRANGER), await ask('POST', '/attention', JSON_TYPE)]) {
      expect(answer.status).toBe(403);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(await answer.json()).toMatchObject({
        code: 'origin_not_allowed',
        detail: expect.stringMatching(/CORS_ORIGINS$/),
      });
    }
  });

  it('starts and ends nothing, not even without asking first', async () => {
    const run = await runOf(await post(`${closed.url}/attention?stream=1`, plain));
    for (const [method, path, type] of [
      ['POST', '/attention', 'application/json'],
      ['POST', '/attention?stream=1', 'text/plain'],
      ['POST', '/runs', 'text/plain'],
      ['POST', '/tokenize', 'application/x-www-form-urlencoded'],
      ['DELETE', `/runs/${run}`, 'text/plain'],
    ]) {
      const answer = await ask(method, path, { 'content-type': type });
      expect(answer.status, `${method} ${path}`).toBe(403);
      expect(permitted(answer).origin).toBeNull();
    }
    expect((await fetch(`${closed.url}/runs/${run}`)).status).toBe(200);
  });

  it('is another page when its origin is the host of the server', async () => {
    const own = (origin: string, headers: Record<string, string> = {}) =>
      ask('POST', '/attention', { ...JSON_TYPE, origin, ...headers }).then(({ status }) => status);
    expect(await own(closed.url)).toBe(200);
    expect(await own(closed.url.toUpperCase())).toBe(200);
    expect(await own(`http://127.0.0.1:${closed.port + 1}`)).toBe(403);
    // Behind a gateway that names another host: only browsers write this header.
    expect(await own('https://spotlight.example', { 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await own('https://spotlight.example', { 'sec-fetch-site': 'same-site' })).toBe(403);
  });

  it('is not asked for by programs, whose answers are as they were', async () => {
    for (const [, path, init] of requests) {
      expect(permitted(await fetch(closed.url + path, init))).toEqual({ origin: null, exposed: [], varies: false });
    }
  });

  it('may be any, with *', async () => {
    const open = await serve({ logLevel: 'silent', corsOrigins: ['*'], maxBodyBytes: 100_000 });
    for (const origin of [STRANGER, 'null', PAGE]) {
      expect((await preflight(open.url, origin)).headers.get('access-control-allow-origin')).toBe('*');
      for (const [name, path, init, status] of requests) {
        const answer = await fetch(open.url + path, { ...init, headers: { ...init.headers, origin } });
        expect(answer.status, name).toBe(status);
        expect(permitted(answer), name).toEqual({ origin: '*', exposed: EXPOSED, varies: false });
      }
    }
    const broken = parsed(await exchange(open.port, 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'));
    expect(broken.headers['access-control-allow-origin']).toBe('*');
    await open.app.close();
  });
});

it('a listed page reads refusals of a server that is ill, slow or leaving', async () => {
  const pool = new EchoPool();
  const { app, url } = await serve({ logLevel: 'silent', corsOrigins: [PAGE], bodyTimeoutMs: 1000 }, pool);
  const asking = (body: string | ReadableStream = plain) =>
    fetch(`${url}/attention`, { method: 'POST', headers: { ...JSON_TYPE, origin: PAGE }, body, duplex: 'half' });
  pool.before = () => Promise.reject(new Error('the pool fell over'));
  const ill = await asking();
  expect([ill.status, permitted(ill).origin]).toEqual([500, PAGE]);
  pool.isReady = false;
  const starting = await asking();
  expect([starting.status, permitted(starting).origin, starting.headers.get('retry-after')]).toEqual([503, PAGE, '1']);
  pool.isReady = true;
  const slow = await asking(new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('{')) }));
  expect([slow.status, permitted(slow).origin]).toEqual([408, PAGE]);
  await app.close();
});
