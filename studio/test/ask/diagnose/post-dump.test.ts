import { SpotlightError } from 'spotlight-client';
import { describe, expect, it } from 'vitest';
import { postDump } from '../../../src/ask/diagnose/post-dump.ts';

const dump = { name: 'dump.npz', type: 'application/x-npz', body: new Blob(['abc']) };
const { signal } = new AbortController();

/** What postDump makes of an answer, and what it asked for. */
async function answered(status: number, body: string, headers: Record<string, string> = {}) {
  const asked: Request[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    asked.push(new Request(`http://127.0.0.1/${String(url)}`, init));
    return new Response(body, { status, headers });
  };
  const outcome: unknown = await postDump(dump, { batch: 1, head: 2 }, { signal, fetch }).catch((error) => error);
  return { outcome, asked: asked[0] };
}

describe('a dump', () => {
  it('goes as it is, beside the page, with the head whose patterns are wanted', async () => {
    const { outcome, asked } = await answered(200, '{"verdict":"match","where":{}}');
    expect(outcome).toEqual({ verdict: 'match', where: {} });
    expect(asked.url).toBe('http://127.0.0.1/attention/diagnose?head=2&batch=1');
    expect(asked.headers.get('content-type')).toBe('application/x-npz');
    expect(await asked.text()).toBe('abc');
  });

  it('that is refused is refused with the words and the place that the service gives', async () => {
    const problem = {
      code: 'shape_mismatch',
      detail: 'key has head_dim 3',
      status: 422,
      pointer: '/key',
      instance: 'i',
    };
    const { outcome } = await answered(422, JSON.stringify(problem));
    expect(outcome).toBeInstanceOf(SpotlightError);
    expect(outcome).toMatchObject(problem);
  });

  it('may come again after a while where there is no room now', async () => {
    const problem = { code: 'saturated', detail: 'full', status: 503, instance: 'i' };
    const { outcome } = await answered(503, JSON.stringify(problem), { 'retry-after': '2' });
    expect(outcome).toMatchObject({ isTemporary: true, retryAfterMs: 2000 });
  });

  it.each([
    [502, '<html>Bad gateway</html>'],
    [200, '<html>Log in</html>'],
    [200, '{}'],
    [200, 'null'],
  ])('is not mistaken for answered by a gateway: %i %s', async (status, body) => {
    expect((await answered(status, body)).outcome).toMatchObject({ code: 'bad_answer', status });
  });

  it('that gets no answer says so, to be sent again', async () => {
    const fetch = () => Promise.reject(new TypeError('failed'));
    await expect(postDump(dump, undefined, { signal, fetch })).rejects.toMatchObject({
      code: 'connection_failed',
      isTemporary: true,
    });
  });

  it('that was changed since it was opened is not sent again and again', async () => {
    const body = Object.assign(new Blob(['abc']), {
      slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) }),
    });
    const asked = postDump({ ...dump, body }, undefined, { signal, fetch: () => Promise.reject(new Error('asked')) });
    await expect(asked).rejects.toMatchObject({ code: 'invalid_argument', isTemporary: false });
  });
});
