import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { SpotlightClient, SpotlightError } from '../../client/src/client.ts';
import { Attempts, backoffMs, DEFAULT_RETRIES, retryAfterMs } from '../../client/src/retries.ts';
import { listening } from '../listening.ts';
import { freePort } from '../server.ts';
import { failureOf } from './failure.ts';

type Reply = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server that answers one request after another with these; the last one again and again. */
async function serving(
  ...replies: Reply[]
): Promise<{ url: string; times: number[]; headers: IncomingMessage['headers'][] }> {
  const times: number[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const listener = createServer((request, response) => {
    times.push(performance.now());
    headers.push(request.headers);
    request.resume().on('end', () => replies[Math.min(times.length, replies.length) - 1](request, response));
  });
  server = listener;
  return { url: `http://127.0.0.1:${await listening(listener)}`, times, headers };
}

const problem =
  (status: number, code: string, headers: Record<string, string> = {}): Reply =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
    response.end(
      JSON.stringify({ type: '/x', title: 'a title', status, detail: 'why', instance: 'request-7', code, offset: 3 }),
    );
  };
const success: Reply = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ output: [1], meta: { kernel: 'none', scale: 1, shape: [1, 1, 1, 1] } }));
};
const cut: Reply = (_request, response) => response.destroy();
const cutWithin: Reply = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
  response.write('{"output":', () => response.destroy());
};
const silence: Reply = () => {};

const ask = { query: [1], key: [[1]], value: [[1]] };
const quick = { baseMs: 1, maxMs: 2 };

describe('a request', () => {
  it.each([
    ['503', problem(503, 'saturated')],
    ['429', problem(429, 'saturated')],
    ['a connection that is cut', cut],
    ['an answer that is cut', cutWithin],
  ])('is sent again after %s', async (_name, reply) => {
    const { url, times } = await serving(reply, reply, success);
    const client = new SpotlightClient({ baseUrl: url, retries: quick });
    expect((await client.attention(ask)).output).toEqual([1]);
    expect(times).toHaveLength(3);
  });

  it.each([400, 404, 422, 500, 504])('is not sent again after %i', async (status) => {
    const { url, times } = await serving(problem(status, 'not_finite'), success);
    const error = await failureOf(new SpotlightClient({ baseUrl: url, retries: quick }).attention(ask));
    expect(error).toBeInstanceOf(SpotlightError);
    expect(error).toMatchObject({ code: 'not_finite', status, detail: 'why', instance: 'request-7', offset: 3 });
    expect(times).toHaveLength(1);
  });

  it('waits as long as Retry-After says, in seconds', async () => {
    const { url, times } = await serving(problem(503, 'saturated', { 'retry-after': '1' }), success);
    await new SpotlightClient({ baseUrl: url, retries: quick }).attention(ask);
    expect(times[1] - times[0]).toBeGreaterThanOrEqual(1000);
  });

  it('waits until the date that Retry-After names', async () => {
    // HTTP dates have whole seconds.
    const at = Math.ceil(Date.now() / 1000) * 1000 + 1000;
    const { url } = await serving(problem(503, 'draining', { 'retry-after': new Date(at).toUTCString() }), success);
    await new SpotlightClient({ baseUrl: url, retries: quick }).attention(ask);
    // Timers may be a millisecond early.
    expect(Date.now()).toBeGreaterThanOrEqual(at - 2);
  });

  it('is sent no more often than allowed', async () => {
    const { url, times } = await serving(problem(503, 'saturated'));
    const client = new SpotlightClient({ baseUrl: url, retries: { ...quick, attempts: 3 } });
    expect(await failureOf(client.attention(ask))).toMatchObject({ code: 'saturated', status: 503, isTemporary: true });
    expect(times).toHaveLength(3);
    await failureOf(client.attention(ask, { retries: { attempts: 1 } }));
    expect(times).toHaveLength(4);
  });

  it('is not sent again when Retry-After lies behind the deadline', async () => {
    const { url, times } = await serving(problem(503, 'draining', { 'retry-after': '3600' }), success);
    const error = await failureOf(new SpotlightClient({ baseUrl: url }).attention(ask));
    expect(error).toMatchObject({ code: 'draining', retryAfterMs: 3_600_000 });
    expect(times).toHaveLength(1);
  });

  it('is sent as often as by default when the number of attempts is undefined, and for ever when it is Infinity', async () => {
    const { url, times } = await serving(problem(503, 'saturated'));
    const client = new SpotlightClient({ baseUrl: url, retries: { ...quick, attempts: undefined } });
    await failureOf(client.attention(ask, { retries: { attempts: undefined } }));
    expect(times).toHaveLength(DEFAULT_RETRIES.attempts);
    const patient = await serving(...new Array<Reply>(20).fill(problem(503, 'saturated')), success);
    const endless = { ...quick, attempts: Number.POSITIVE_INFINITY, deadlineMs: Number.POSITIVE_INFINITY };
    await new SpotlightClient({ baseUrl: patient.url, retries: endless }).attention(ask);
    expect(patient.times).toHaveLength(21);
  });

  it('fails at the deadline when no answer comes', async () => {
    const { url } = await serving(silence);
    const client = new SpotlightClient({ baseUrl: url, retries: { deadlineMs: 50 } });
    expect(await failureOf(client.attention(ask))).toMatchObject({ code: 'timed_out', status: undefined });
  });

  it('fails with the cause when nobody listens', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const error = await failureOf(new SpotlightClient({ baseUrl: url, retries: quick }).attention(ask));
    expect(error).toMatchObject({ code: 'connection_failed', status: undefined, isTemporary: true });
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it('rejects with the reason of its signal, before, while it waits for an answer and while it waits to be sent again', async () => {
    const { url } = await serving(silence, problem(503, 'saturated', { 'retry-after': '30' }));
    const client = new SpotlightClient({ baseUrl: url });
    const reason = new Error('the user left');
    await expect(client.attention(ask, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    for (let times = 0; times < 2; times++) {
      const controller = new AbortController();
      const answer = client.attention(ask, { signal: controller.signal });
      setTimeout(() => controller.abort(reason), 30);
      await expect(answer).rejects.toBe(reason);
    }
  });

  it('carries its token', async () => {
    const { url, headers } = await serving(success);
    await new SpotlightClient({ baseUrl: url, token: 'secret' }).attention(ask);
    expect(headers[0].authorization).toBe('Bearer secret');
  });
});

describe('an answer that is not from the service', () => {
  it('is an error of its own, with the status', async () => {
    const page: Reply = (_request, response) => {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<h1>Bad Gateway</h1>');
    };
    const { url } = await serving(page);
    const error = await failureOf(new SpotlightClient({ baseUrl: url }).attention(ask));
    expect(error).toMatchObject({ code: 'bad_answer', status: 502 });
  });

  it.each([
    ['not JSON', 'hello'],
    ['no answer', '{"output":[1]}'],
  ])('is an error when it is %s', async (_name, body) => {
    const { url } = await serving((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(body);
    });
    expect(await failureOf(new SpotlightClient({ baseUrl: url }).attention(ask))).toMatchObject({ code: 'bad_answer' });
  });

  it('is an error when it is a file that breaks off', async () => {
    const header = '{"output":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}    ';
    const file = Buffer.concat([
      Buffer.from([header.length, 0, 0, 0, 0, 0, 0, 0]),
      Buffer.from(header),
      Buffer.alloc(4),
    ]);
    const { url } = await serving((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/vnd.safetensors' });
      response.end(file);
    });
    const client = new SpotlightClient({ baseUrl: url });
    expect(await failureOf(client.attention(ask, { tensors: 'typed' }))).toMatchObject({ code: 'bad_answer' });
  });
});

describe('the wait before another attempt', () => {
  it('is anywhere up to a bound that doubles, and has a most', () => {
    const policy = { ...DEFAULT_RETRIES, baseMs: 100, maxMs: 1000 };
    const bounds = [1, 2, 3, 4, 5, 6].map((failures) => backoffMs(failures, policy, () => 1));
    expect(bounds).toEqual([100, 200, 400, 800, 1000, 1000]);
    expect(backoffMs(3, policy, () => 0)).toBe(0);
    expect(backoffMs(3, policy, () => 0.25)).toBe(100);
  });

  it('comes on top of what the server asks for', () => {
    const wait = new Attempts({ ...DEFAULT_RETRIES, baseMs: 10 }).waitMs(500) ?? 0;
    expect(wait).toBeGreaterThanOrEqual(500);
    expect(wait).toBeLessThanOrEqual(510);
  });

  it('reads Retry-After as seconds or as any of the dates of HTTP', () => {
    const now = Date.UTC(1994, 10, 6, 8, 49, 30);
    expect(retryAfterMs('120', now)).toBe(120_000);
    expect(retryAfterMs('Sun, 06 Nov 1994 08:49:37 GMT', now)).toBe(7000);
    expect(retryAfterMs('Sun, 06 Nov 1994 08:49:00 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeUndefined();
    expect(retryAfterMs(null, now)).toBeUndefined();
  });
});
