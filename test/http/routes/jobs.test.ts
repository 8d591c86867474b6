import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../../src/config/config.ts';
import type { Problem } from '../../../src/problem-document.ts';
import { type Hook, SECRET, SECRET_BYTES, startHook } from '../../jobs/hook.ts';
import { ended, jobAt, postJob, problemOf, resultOf } from '../../jobs/job-client.ts';
import { lesson } from '../../lesson.ts';
import { post, type Serving, serve, until } from '../serving.ts';

const quiet = { logLevel: 'silent' } as const;
const body = JSON.stringify(lesson);

describe('a job', () => {
  let serving: Serving;
  beforeAll(async () => {
    serving = await serve({ ...quiet, maxBodyBytes: 2 ** 20 });
  });
  afterAll(() => serving.app.close());

  it('is taken at once, said to be in memory, and done later', async () => {
    const { status, headers, job } = await postJob(serving.url, body);
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/jobs/${job.job}`);
    expect(job).toMatchObject({ route: '/attention', durable: false });
    const done = await ended([serving.url], job.job);
    expect(done).toMatchObject({ state: 'done', attempts: 1, result: { location: `/jobs/${job.job}/result` } });
    expect(done.progress.shards_done).toBe(done.progress.shards_total);
    expect(Date.parse(done.expires_at) - Date.parse(done.ended_at ?? '')).toBe(3_600_000);
  });

  const text = JSON.stringify({ text: 'The cat sat' });
  it.each([
    ['/attention', body, 'application/json', undefined],
    ['/attention', body, 'application/json', 'application/vnd.safetensors'],
    ['/attention/multi-head', JSON.stringify({ ...multiHead() }), 'application/json', undefined],
    ['/attention/text', text, 'application/json', 'text/plain'],
    [
      '/attention/diagnose',
      JSON.stringify({ ...lesson, expected_output: lesson.value[0] }),
      'application/json',
      undefined,
    ],
    ['/tokenize', JSON.stringify({ text: 'The cat sat', tokenizer: 'cl100k_base' }), 'application/json', undefined],
  ])('of %s has the answer of its route, byte for byte', async (route, sent, type, accept) => {
    const headers = { 'content-type': type, ...(accept !== undefined && { accept }) };
    const { job } = await postJob(serving.url, sent, { route, headers });
    await ended([serving.url], job.job);
    const direct = await post(`${serving.url}${route}`, sent, headers);
    const result = await resultOf(serving.url, job.job);
    expect(result.status).toBe(direct.status);
    expect(result.type).toBe(direct.headers.get('content-type'));
    expect(direct.status).toBe(200);
    expect(result.bytes).toEqual(Buffer.from(await direct.arrayBuffer()));
  });

  it('that failed has the problem of its route, with its status', async () => {
    const wrong = JSON.stringify({ ...lesson, key: [[1, 2, 3]] });
    const direct = (await (await post(`${serving.url}/attention`, wrong)).json()) as Problem;
    expect(direct).toMatchObject({ status: 422, code: 'shape_mismatch' });
    const { job } = await postJob(serving.url, wrong);
    const failed = await ended([serving.url], job.job);
    const { code, status, detail, pointer } = direct;
    expect(failed).toMatchObject({ state: 'failed', problem: { code, status, detail, pointer } });
    const result = await resultOf(serving.url, job.job);
    expect([result.status, result.type]).toEqual([422, 'application/problem+json']);
    expect(JSON.parse(String(result.bytes))).toMatchObject({ code, detail, pointer });
  });

  it.each([
    ['', 'missing_field', '/route'],
    ['?route=/info', 'invalid_option', '/route'],
    ['?route=/attention&x=1', 'unknown_field', '/x'],
    ['?route=/attention&callback_url=http://127.0.0.1/', 'invalid_option', '/callback_url'],
  ])('is refused with the query %j', async (query, code, pointer) => {
    const answer = await post(`${serving.url}/jobs${query}`, body);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code, pointer });
  });

  it.each([
    ['/attention', 'application/pdf', '*/*', 415],
    ['/tokenize', 'application/x-npz', '*/*', 415],
    ['/tokenize', 'application/json', 'text/html', 406],
    ['/attention/text', 'application/json', 'application/vnd.safetensors', 406],
  ])('of %s is refused for headers that the route refuses: %s, %s', async (route, type, accept, status) => {
    const headers = { 'content-type': type, accept };
    expect((await post(`${serving.url}/jobs?route=${route}`, body, headers)).status).toBe(status);
    expect((await post(`${serving.url}${route}`, body, headers)).status).toBe(status);
  });

  it('is refused when its body is too large', async () => {
    const { status } = await postJob(serving.url, 'x'.repeat(2 ** 20 + 1));
    expect(status).toBe(413);
  });

  it.each(['x', randomUUID(), randomUUID().toUpperCase(), '..%2f..%2finfo', '*', 'a'.repeat(90), '%00'])(
    'of the id %s is not there',
    async (id) => {
      for (const path of [`/jobs/${id}`, `/jobs/${id}/result`, `/jobs/${id}/events`]) {
        const answer = await fetch(serving.url + path);
        expect(answer.status).toBe(404);
        expect(['job_not_found', 'not_found']).toContain(((await answer.json()) as Problem).code);
      }
      expect((await fetch(`${serving.url}/jobs/${id}`, { method: 'DELETE' })).status).toBe(404);
    },
  );

  it('is forgotten when it is deleted after its end', async () => {
    const { job } = await postJob(serving.url, body);
    await ended([serving.url], job.job);
    expect((await fetch(`${serving.url}/jobs/${job.job}`, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(`${serving.url}/jobs/${job.job}`)).status).toBe(404);
  });
});

describe('an Idempotency-Key', () => {
  let serving: Serving;
  beforeAll(async () => {
    serving = await serve(quiet);
  });
  afterAll(() => serving.app.close());
  const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });

  it('stands for one job, however often and at once it is sent', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => postJob(serving.url, body, keyed('once'))));
    expect(new Set(all.map(({ job }) => job.job)).size).toBe(1);
    await ended([serving.url], all[0].job.job);
    const again = await postJob(serving.url, body, keyed('once'));
    expect(again.status).toBe(202);
    expect(again.headers.get('location')).toBe(`/jobs/${all[0].job.job}`);
    expect(again.job.state).toBe('done');
  });

  it('is refused with another request', async () => {
    await postJob(serving.url, body, keyed('mine'));
    for (const [sent, route] of [
      [`${body} `, '/attention'],
      [body, '/attention/diagnose'],
    ]) {
      const { status, job } = await postJob(serving.url, sent, { route, ...keyed('mine') });
      expect([status, job]).toEqual([422, expect.objectContaining({ code: 'idempotency_key_reused' })]);
    }
  });

  it.each(['', 'é', 'x'.repeat(256), 'a\tb'])('is refused that is no key: %j', async (key) => {
    const { status, job } = await postJob(serving.url, body, keyed(Buffer.from(key).toString('latin1')));
    expect([status, job]).toEqual([422, expect.objectContaining({ pointer: '/idempotency-key' })]);
  });
});

describe('jobs in memory', () => {
  let serving: Serving;
  afterEach(() => serving.app.close());
  const slow = { ...quiet, kernel: 'reference', jobConcurrency: 1 } as const;
  const long = problemOf(4000);

  it('wait for their turn, and tell their place; a result that is not there says when to come', async () => {
    serving = await serve(slow);
    const first = await postJob(serving.url, long);
    const waiting = await Promise.all([postJob(serving.url, body), postJob(serving.url, body)]);
    const places = await Promise.all(waiting.map(async ({ job }) => (await jobAt(serving.url, job.job)).place));
    expect(places.sort()).toEqual([0, 1]);
    const early = await fetch(`${serving.url}/jobs/${first.job.job}/result`);
    expect(early.status).toBe(409);
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await early.json()).toMatchObject({ code: 'job_not_done' });
  });

  it('do not keep requests from being answered', async () => {
    serving = await serve(slow);
    const { job } = await postJob(serving.url, long);
    expect((await post(`${serving.url}/attention`, body)).status).toBe(200);
    expect((await jobAt(serving.url, job.job)).state).toBe('running');
  });

  it('are ended by their owner, whether they wait or are computed', async () => {
    serving = await serve(slow);
    const running = await postJob(serving.url, long);
    const waiting = await postJob(serving.url, body);
    for (const { job } of [waiting, running]) {
      expect((await fetch(`${serving.url}/jobs/${job.job}`, { method: 'DELETE' })).status).toBe(204);
      expect((await jobAt(serving.url, job.job)).state).toBe('cancelled');
      const result = await resultOf(serving.url, job.job);
      expect([result.status, JSON.parse(String(result.bytes)).code]).toEqual([410, 'job_cancelled']);
    }
    // The thread is free again.
    const next = await postJob(serving.url, body);
    expect((await ended([serving.url], next.job.job)).state).toBe('done');
  });

  it('end at JOB_DEADLINE_MS, and not at DEADLINE_MS', async () => {
    serving = await serve({ ...slow, deadlineMs: 1 });
    const { job } = await postJob(serving.url, problemOf(300));
    expect((await ended([serving.url], job.job)).state).toBe('done');
    await serving.app.close();
    serving = await serve({ ...slow, jobDeadlineMs: 20 });
    const late = await postJob(serving.url, long);
    expect(await ended([serving.url], late.job.job)).toMatchObject({
      state: 'failed',
      problem: { code: 'deadline_exceeded', status: 504, detail: expect.stringContaining('20 ms') },
    });
  });

  it('are no more than MAX_JOBS, nor hold more than MAX_JOB_BYTES', async () => {
    serving = await serve({ ...slow, maxJobs: 2 });
    await postJob(serving.url, long);
    await postJob(serving.url, body);
    const more = await postJob(serving.url, body);
    expect([more.status, more.job]).toEqual([503, expect.objectContaining({ code: 'saturated' })]);
    await serving.app.close();
    const much = JSON.stringify({ ...lesson, outputs: ['weights', 'lse', 'scores', 'masked_scores', 'stats'] });
    serving = await serve({ ...slow, maxJobBytes: much.length });
    const fits = await postJob(serving.url, much);
    // Its body fits, and its result does not.
    expect(await ended([serving.url], fits.job.job)).toMatchObject({
      state: 'failed',
      problem: { code: 'saturated' },
    });
    expect((await postJob(serving.url, `${much} `)).status).toBe(503);
  });

  it('are forgotten JOB_TTL_MS after their end', async () => {
    serving = await serve({ ...quiet, jobTtlMs: 50 });
    const { job } = await postJob(serving.url, body);
    while ((await fetch(`${serving.url}/jobs/${job.job}`)).status === 200) await sleep(20);
    expect((await fetch(`${serving.url}/jobs/${job.job}/result`)).status).toBe(404);
    expect(await (await fetch(`${serving.url}/metrics`)).text()).toMatch(/^spotlight_job_bytes 0$/m);
  });
});

describe('the events of a job', () => {
  let serving: Serving;
  afterEach(() => serving.app.close());

  it('tell it at once, its progress, and its end, after which nothing comes', async () => {
    serving = await serve({ ...quiet, kernel: 'reference' });
    const { job } = await postJob(serving.url, problemOf(2500));
    const events = await eventsOf(`${serving.url}/jobs/${job.job}/events`);
    const names = events.map(({ event }) => event);
    expect(names[0]).toBe('state');
    expect(names.at(-1)).toBe('ended');
    expect(names).toContain('progress');
    expect(events.at(-1)?.data).toMatchObject({ state: 'done' });
    const shards = events.filter(({ event }) => event === 'progress').map(({ data }) => Number(data.shards_done));
    expect(shards).toEqual([...shards].sort((a, b) => a - b));
  });

  it('are over for whoever has seen the end', async () => {
    serving = await serve(quiet);
    const { job } = await postJob(serving.url, body);
    await ended([serving.url], job.job);
    const url = `${serving.url}/jobs/${job.job}/events`;
    const [last] = await eventsOf(url);
    expect(last).toMatchObject({ event: 'ended', data: { state: 'done' } });
    expect((await fetch(url, { headers: { 'last-event-id': last.id } })).status).toBe(204);
  });

  it('end with the server, so that readers come back to another', async () => {
    serving = await serve({ ...quiet, kernel: 'reference' });
    const { job } = await postJob(serving.url, problemOf(4000));
    // Its first event is there: it reads.
    const reading = await fetch(`${serving.url}/jobs/${job.job}/events`);
    await serving.app.close();
    expect(eventsIn(await reading.text()).map(({ event }) => event)).not.toContain('ended');
  });
});

describe('the end of a job', () => {
  let hook: Hook;
  let serving: Serving;
  afterEach(async () => {
    await serving.app.close();
    await hook.close();
  });
  const telling = () => serve({ ...quiet, callbackUrls: [new URL(hook.url)], callbackSecret: SECRET_BYTES });
  const query = () => `&callback_url=${encodeURIComponent(`${hook.url}done?x=1`)}`;

  it('is told, signed, until somebody takes it', async () => {
    hook = await startHook((n) => (n < 2 ? 500 : 204));
    serving = await telling();
    const { job } = await postJob(serving.url, body, { query: query() });
    await until(() => hook.received.length === 3);
    for (const one of hook.received) {
      expect(one).toMatchObject({ path: '/done?x=1', isSigned: true, headers: { 'webhook-id': job.job } });
      expect(JSON.parse(one.body)).toMatchObject({ job: job.job, state: 'done' });
    }
  });

  it('is told of one that failed or was cancelled, too', async () => {
    hook = await startHook();
    serving = await telling();
    await postJob(serving.url, '{}', { query: query() });
    await until(() => hook.received.length === 1);
    expect(JSON.parse(hook.received[0].body)).toMatchObject({ state: 'failed', problem: { code: 'missing_field' } });
  });

  it('follows no redirect', async () => {
    hook = await startHook((n) => (n === 0 ? 302 : 204));
    serving = await telling();
    await postJob(serving.url, body, { query: query() });
    await until(() => hook.received.length === 2);
    expect(hook.received.map(({ path }) => path)).toEqual(['/done?x=1', '/done?x=1']);
  });

  it('is told no more to whom it is gone', async () => {
    hook = await startHook(() => 410);
    serving = await telling();
    await postJob(serving.url, body, { query: query() });
    await until(() => hook.received.length === 1);
    const failed = async () => (await (await fetch(`${serving.url}/metrics`)).text()).includes('outcome="failed"} 1');
    while (!(await failed())) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(hook.received).toHaveLength(1);
  });

  it('cannot be told without a secret', async () => {
    hook = await startHook();
    serving = await telling();
    await expect(serve({ ...quiet, callbackUrls: [new URL(hook.url)] })).rejects.toThrow(ConfigError);
    expect(() => readConfig({ CALLBACK_URLS: 'https://a.example/x' })).toThrow('slash');
    expect(() => readConfig({ CALLBACK_SECRET: 'secret' })).toThrow('whsec_');
    expect(readConfig({ CALLBACK_SECRET: SECRET }).callbackSecret).toEqual(SECRET_BYTES);
  });
});

interface Event {
  event: string;
  id: string;
  data: Record<string, unknown>;
}

/** All events until the server ends them. */
async function eventsOf(url: string): Promise<Event[]> {
  return eventsIn(await (await fetch(url)).text());
}

function eventsIn(text: string): Event[] {
  return text
    .split('\n\n')
    .filter((block) => block.includes('event: '))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
      return { event: field('event'), id: field('id'), data: JSON.parse(field('data')) };
    });
}

/** Two words of two numbers, and projections that change nothing. */
function multiHead() {
  const identity = [
    [1, 0],
    [0, 1],
  ];
  return {
    query: identity,
    key: identity,
    value: identity,
    num_heads: 1,
    in_proj_weight: [...identity, ...identity, ...identity],
    out_proj_weight: identity,
  };
}
