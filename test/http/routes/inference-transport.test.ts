import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RequestError } from '../../../src/errors.ts';
import { framed } from '../framing.ts';
import { refused } from '../inference-refusal.ts';
import { binaryInputs } from '../lesson-inputs.ts';
import { EchoPool, exchange, type Serving, serve } from '../serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent', maxBodyBytes: 100_000 });
});
afterAll(() => serving.app.close());

describe('under /v2, what never comes to be read', () => {
  const whole = framed({ inputs: binaryInputs });

  it.each<[string, string, RequestInit, number, RegExp]>([
    [
      'too large',
      '/v2/models/attention/infer',
      { method: 'POST', body: new Uint8Array(100_001) },
      413,
      /larger than 100000 bytes/,
    ],
    [
      'compressed',
      '/v2/models/attention/infer',
      { method: 'POST', body: whole.body, headers: { 'content-encoding': 'gzip' } },
      415,
      /compressed bodies are not read/,
    ],
    [
      'of another type',
      '/v2/models/attention/infer',
      { method: 'POST', body: 'a=b', headers: { 'content-type': 'text/csv' } },
      415,
      /Content-Type must be application\/json or application\/octet-stream, or be left out/,
    ],
    ['another method', '/v2/models/attention/infer', { method: 'PUT', body: whole.body }, 405, /this path takes POST/],
    [
      'a page of another origin',
      '/v2/models/attention/infer',
      { method: 'POST', body: whole.body, headers: { origin: 'https://else.example' } },
      403,
      /CORS_ORIGINS/,
    ],
    ['no such model', '/v2/models/bert/infer', { method: 'POST', body: whole.body }, 404, /no model of this name/],
    [
      'no such version',
      '/v2/models/attention/versions/3/infer',
      { method: 'POST', body: whole.body },
      404,
      /no such version/,
    ],
    ['no such path', '/v2/else', { method: 'POST', body: whole.body }, 404, /nothing at this path/],
    ['no path at all', '/v2/%zz', {}, 400, /./],
    ['an unknown query', '/v2?verbose=1', {}, 400, /no query parameter/],
  ])('is refused in the form of the protocol: %s', async (_name, path, init, status, sentence) => {
    const answer = await fetch(serving.url + path, init);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ error: expect.stringMatching(sentence) });
    if (status === 415) expect(answer.headers.get('accept')).toBe('application/json, application/octet-stream');
    if (status === 405) expect(answer.headers.get('allow')).toBe('POST');
  });

  it('is refused before its body is sent when its header tells enough', async () => {
    const head =
      'POST /v2/models/attention/infer HTTP/1.1\r\nhost: a\r\ncontent-length: 999999\r\nexpect: 100-continue\r\n\r\n';
    const answer = await exchange(serving.port, head);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('{"error":"the body is larger than 100000 bytes"}');
  });

  it('is refused while the kernels are tested, and while the queue is full', async () => {
    const pool = new EchoPool();
    const { app, url } = await serve({ logLevel: 'silent' }, pool);
    pool.isReady = false;
    for (const path of ['/v2/health/ready', '/v2/models/attention/ready']) {
      const answer = await fetch(url + path);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await answer.json()).toEqual({ error: expect.stringContaining('still being tested') });
    }
    expect((await fetch(`${url}/v2/health/live`)).status).toBe(200);
    expect(await refused(url, whole)).toEqual({
      status: 503,
      error: expect.stringContaining('still being tested'),
    });
    pool.isReady = true;
    pool.admit = () => {
      throw new RequestError('saturated', 'the queue is full');
    };
    expect(await refused(url, whole)).toEqual({ status: 503, error: 'the queue is full' });
    await app.close();
  });

  it('is served by a server that drains, which is not ready', async () => {
    const { app, url } = await serve({ logLevel: 'silent' });
    app.drain();
    for (const path of ['/v2/health/ready', '/v2/models/attention/versions/1/ready']) {
      const answer = await fetch(url + path);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toEqual({ error: expect.stringContaining('shutting down') });
    }
    expect((await fetch(`${url}/v2/health/live`)).status).toBe(200);
    const { body, headers } = whole;
    expect((await fetch(`${url}/v2/models/attention/infer`, { method: 'POST', headers, body })).status).toBe(200);
    await app.close();
  });

  it('says nothing of a bug of ours but that it is one', async () => {
    const pool = new EchoPool();
    const { app, url } = await serve({ logLevel: 'silent' }, pool);
    pool.before = () => Promise.reject(new Error('a secret'));
    expect(await refused(url, whole)).toEqual({
      status: 500,
      error: expect.stringMatching(/^The server made a mistake/),
    });
    await app.close();
  });
});
