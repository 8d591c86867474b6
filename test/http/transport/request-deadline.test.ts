import { describe, expect, it } from 'vitest';
import { deadlineOf } from '../../../src/http/transport/request-deadline.ts';
import { EchoPool, serve } from '../serving.ts';

const server = { deadlineMs: 60_000 };

describe('Request-Timeout', () => {
  it.each([
    [undefined, 60_000],
    ['2', 2000],
    ['0.25', 250],
    ['60.001', 60_000],
    ['999999999', 60_000],
  ])('of %j is %d ms', (given, ms) => {
    expect(deadlineOf({ 'request-timeout': given }, server)).toBe(ms);
  });

  it('counts from when the request came; the time of the server does not', () => {
    expect(deadlineOf({ 'request-timeout': '2' }, server, 500)).toBe(1500);
    expect(deadlineOf({}, server, 500)).toBe(60_000);
    expect(() => deadlineOf({ 'request-timeout': '2' }, server, 2000)).toThrow(/the body took longer/);
  });

  it.each(['0', '-1', '1e3', 'soon', '2s', '', ' 1', 'Infinity', '1234567890'])('of %j is refused', (given) => {
    expect(() => deadlineOf({ 'request-timeout': given }, server)).toThrow(/a number of seconds above 0/);
  });

  it('ends what takes longer, and is told before the body is read when it is none', async () => {
    const pool = new EchoPool();
    const given: (number | undefined)[] = [];
    pool.run = async (request, _signal, terms) => {
      given.push(terms?.deadlineMs);
      return {
        contentType: 'text/plain',
        pieces: [request.body],
        memory: [],
        timings: { decode: 0, queue: 0, compute: 0, encode: 0 },
      };
    };
    const { app, url } = await serve({ logLevel: 'silent' }, pool);
    const post = (timeout: string) =>
      fetch(`${url}/attention`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'request-timeout': timeout },
        body: '{}',
      });
    expect((await post('1.5')).status).toBe(200);
    // From when it came, which is a moment ago.
    expect(given).toHaveLength(1);
    expect(given[0]).toBeLessThanOrEqual(1500);
    expect(given[0]).toBeGreaterThan(0);
    const refused = await post('soon');
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ code: 'invalid_option', title: expect.not.stringContaining('HTTP') });
    await app.close();
  });
});
