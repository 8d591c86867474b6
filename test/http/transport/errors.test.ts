import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../../src/errors.ts';
import { EchoPool, exchange, parsed, post, type Serving, serve } from '../serving.ts';

const pool = new EchoPool();
let serving: Serving;
beforeAll(async () => {
  serving = await serve({ headersTimeoutMs: 1000 }, pool);
});
afterAll(() => serving.app.close());

describe('a problem', () => {
  it('has all its fields', async () => {
    const answer = await fetch(`${serving.url}/nowhere?secret=1`, { headers: { 'x-request-id': 'mine-1' } });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toEqual({
      type: '/docs/errors#not_found',
      title: ERROR_CODES.not_found[1],
      status: 404,
      detail: expect.any(String),
      instance: 'mine-1',
      code: 'not_found',
    });
  });

  it('never repeats what was sent', async () => {
    for (const path of [
      '/secret-path',
      '/%',
      '/%E0%A4%A',
      `/${'secret'.repeat(1000)}`,
      '/docs/static/..%2f..%2fsecret',
    ]) {
      const answer = await fetch(serving.url + path);
      const text = await answer.text();
      expect([400, 404], path).toContain(answer.status);
      expect(JSON.parse(text)).toMatchObject({ status: answer.status, code: expect.any(String) });
      expect(text).not.toMatch(/secret|%E0/);
      expect(text.length).toBeLessThan(4096);
    }
  });

  it('of ours tells nothing, and the log everything', async () => {
    pool.before = () => Promise.reject(new Error('the pool fell over'));
    const answer = await post(`${serving.url}/attention`, '{}');
    pool.before = async () => {};
    expect(answer.status).toBe(500);
    const text = await answer.text();
    expect(text).not.toMatch(/fell over|\.ts|at /);
    const { instance } = JSON.parse(text);
    const line = serving.lines.find(({ level, requestId }) => level === 50 && requestId === instance);
    expect(JSON.stringify(line)).toMatch(/the pool fell over.*errors\.test\.ts/);
  });
});

describe('a path', () => {
  it.each([
    ['DELETE', '/attention', 'POST'],
    ['GET', '/attention/multi-head', 'POST'],
    ['PUT', '/health/live', 'GET, HEAD'],
    ['OPTIONS', '/attention?x=1', 'POST'],
  ])('that does not take %s of %s says what it takes', async (method, path, allow) => {
    const answer = await fetch(serving.url + path, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
    expect(await answer.json()).toMatchObject({ code: 'method_not_allowed' });
  });

  it('that is not there answers 404 whatever the body', async () => {
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      expect((await post(`${serving.url}/attentions`, '{', { 'content-type': type })).status).toBe(404);
    }
    expect((await post(`${serving.url}/attentions`, 'x'.repeat(3_000_000))).status).toBe(404);
  });
});

describe('a request that is not HTTP/1.1', () => {
  it.each([
    ['two lengths', 'POST /attention HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde', 400],
    [
      'length and chunks',
      'POST /attention HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a length that is no number', 'POST /attention HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\na', 400],
    [
      'chunks that are not last',
      'POST /attention HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['no host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['an unknown version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', 400],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n', 400],
    // RFC 9110 section 9.1; methods are case-sensitive.
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', 501],
    ['a method that begins as a known one', 'POSTER / HTTP/1.1\r\nHost: x\r\n\r\n', 501],
    ['a method in small letters', 'get / HTTP/1.1\r\nHost: x\r\n\r\n', 501],
    ['an unknown method and no version', 'BREW /\r\n\r\n', 400],
    ['another protocol', '\x16\x03\x01 hello\r\n\r\n', 400],
    ['a header that is too large', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['a proxy', 'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n', 405],
    ['an expectation', 'GET / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n', 417],
    ['a header that never ends', 'GET / HTTP/1.1\r\nHost: x\r\n', 408],
  ])('but has %s is refused once, with a problem', async (_name, text, status) => {
    const answer = parsed(await exchange(serving.port, text));
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.problem).toMatchObject({
      status,
      code: expect.any(String),
      instance: answer.headers['x-request-id'],
    });
    expect(answer.headers.connection).toBe('close');
  });

  it('but HTTP/1.0 is served without a host', async () => {
    expect(await exchange(serving.port, 'GET /health/live HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 OK/);
  });

  it('ends within its body: the rest is not waited for', async () => {
    const text =
      'POST /attention HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{';
    const { status, problem } = parsed(await exchange(serving.port, text, { halfClose: true }));
    expect(status).toBe(400);
    expect(problem.code).toBe('incomplete_body');
  });
});

describe('a connection', () => {
  it('answers pipelined requests in their order', async () => {
    const answers = await exchange(
      serving.port,
      'GET /health/live HTTP/1.1\r\nHost: x\r\nX-Request-Id: one\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\nX-Request-Id: two\r\nConnection: close\r\n\r\n',
    );
    expect([...answers.matchAll(/HTTP\/1.1 (\d+)|x-request-id: (\w+)/g)].map(([, status, id]) => status ?? id)).toEqual(
      ['200', 'one', '404', 'two'],
    );
  });

  it('lives on after a refusal of a small body', async () => {
    let answers = '';
    const socket = connect(serving.port, '127.0.0.1');
    socket.on('data', (data) => (answers += data));
    socket.write('POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde');
    socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect([...answers.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status)).toEqual(['404', '200']);
  });
});

describe('x-request-id', () => {
  it.each(['a', 'A-b_c.1', 'x'.repeat(128)])('is taken from the request when it is sane: %s', async (id) => {
    const answer = await fetch(`${serving.url}/health/live`, { headers: { 'x-request-id': id } });
    expect(answer.headers.get('x-request-id')).toBe(id);
  });

  it.each(['x'.repeat(129), 'a b', '"', 'a;b', 'é'])('is made anew when it is not: %s', async (id) => {
    const answer = await fetch(`${serving.url}/health/live`, { headers: { 'x-request-id': id } });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is on every kind of answer', async () => {
    for (const path of ['/', '/info', '/docs', '/docs/static/swagger-ui.css', '/openapi.json', '/nowhere', '/%']) {
      expect((await fetch(serving.url + path)).headers.get('x-request-id'), path).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});
