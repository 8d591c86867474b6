import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import type { ClientMessage } from '../../src/stream/client-messages.ts';
import { type Serving, serve } from '../http/serving.ts';
import { type Client, dial, lesson, problem } from './dial.ts';

async function serving(settings: Partial<Config>, work: (own: Serving) => Promise<void>): Promise<void> {
  const own = await serve({ logLevel: 'silent', ...settings });
  try {
    await work(own);
  } finally {
    await own.app.close();
  }
}

/** A run and its id. */
async function started(
  client: Client,
  id: string,
  request: object = lesson,
  more: Partial<ClientMessage> = {},
): Promise<string> {
  client.send({ type: 'start', id, request, detail: 'whole', credits: 100, ...more });
  return (await client.first('started', id)).run;
}

async function whyNot(client: Client, run: string): Promise<string> {
  const id = `w${Math.random()}`;
  client.send({ type: 'watch', id, run, credits: 1 });
  return (await client.first('error', id)).problem.code;
}

async function stateOf(url: string, run: string): Promise<string> {
  const answer = await fetch(`${url}/runs/${run}`);
  const body = (await answer.json()) as { state?: string; code?: string };
  return body.state ?? body.code ?? '';
}

/** Quickly read and slowly computed: 6·2048² scores, twice, by the float64 reference. */
const LONG = { ...problem(6, 2048, 4), precision: 'float64' };

describe('a run', () => {
  it('outlives the connection that started it, for RUN_TTL_MS after its last viewer left', () =>
    serving({ runTtlMs: 1500 }, async ({ url }) => {
      const first = await dial(url);
      const run = await started(first, 'a');
      await first.first('done', 'a');
      first.socket.terminate();
      const second = await dial(url);
      second.send({ type: 'watch', id: 'b', run, after: 5, credits: 100 });
      await second.first('done', 'b');
      expect(second.steps.map(({ seq }) => seq)).toEqual([6, 7]);
      // Watched, even by one that has seen all, it stays.
      await new Promise((resolve) => setTimeout(resolve, 3000));
      expect(await stateOf(url, run)).toBe('finished');
      second.send({ type: 'unwatch', id: 'b' });
      await untilAsked(async () => (await stateOf(url, run)) === 'run_expired');
      expect(await whyNot(second, run)).toBe('run_expired');
      second.socket.close();
    }));

  it('goes when it is the oldest finished one of too many', () =>
    serving({ maxRuns: 3 }, async ({ url }) => {
      const client = await dial(url);
      const runs: string[] = [];
      for (const id of ['a', 'b', 'c', 'd', 'e']) {
        runs.push(await started(client, id));
        await client.first('done', id);
      }
      expect(await Promise.all(runs.map((run) => stateOf(url, run)))).toEqual([
        'run_expired',
        'run_expired',
        'finished',
        'finished',
        'finished',
      ]);
      expect(await whyNot(client, runs[0])).toBe('run_expired');
      client.socket.close();
    }));

  it('tells a viewer that is in the middle of it when it goes', () =>
    serving({ maxRuns: 1 }, async ({ url }) => {
      const client = await dial(url);
      const run = await started(client, 'a', lesson, { credits: 2 });
      await client.until(() => client.steps.length === 2);
      await untilAsked(async () => (await stateOf(url, run)) === 'finished');
      await started(client, 'b');
      expect((await client.first('error', 'a')).problem.code).toBe('run_expired');
      client.socket.close();
    }));

  it('goes when all together hold more than MAX_RUN_BYTES', () =>
    serving({ maxRunBytes: 100_000 }, async ({ url }) => {
      const client = await dial(url);
      const runs: string[] = [];
      for (const id of ['a', 'b', 'c']) {
        runs.push(await started(client, id, problem(4, 64, 16)));
        await client.first('done', id);
      }
      // Each has some 4·64·16 numbers four times, 65 KB, and what belongs to them.
      expect(await Promise.all(runs.map((run) => stateOf(url, run)))).toEqual([
        'run_expired',
        'run_expired',
        'finished',
      ]);
      client.socket.close();
    }));

  it('is refused when as many are being computed as may be kept', () =>
    serving({ maxRuns: 1 }, async ({ url }) => {
      const client = await dial(url);
      const run = await started(client, 'a', LONG, { detail: 'head' } as Partial<ClientMessage>);
      client.send({ type: 'start', id: 'b', request: lesson, detail: 'whole', credits: 1 });
      expect((await client.first('error', 'b')).problem.code).toBe('saturated');
      client.send({ type: 'cancel', run });
      expect((await client.first('error', 'a')).problem.code).toBe('run_cancelled');
      await started(client, 'c');
      client.socket.close();
    }));

  it('that is cancelled stops work at once, and gives its memory back', () =>
    serving({ workers: 1 }, async ({ url }) => {
      const client = await dial(url);
      const run = await started(client, 'a', LONG, { detail: 'head' } as Partial<ClientMessage>);
      client.send({ type: 'cancel', run });
      await client.first('error', 'a');
      // With its only thread free again, the server answers others.
      const answer = await fetch(`${url}/attention`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: [[1]], key: [[1]], value: [[2]] }),
      });
      expect(await answer.json()).toMatchObject({ output: [[2]] });
      await untilAsked(
        async () => ((await (await fetch(`${url}/info`)).json()) as { load: { waiting: number } }).load.waiting === 0,
      );
      expect(await whyNot(client, run)).toBe('run_cancelled');
      client.socket.close();
    }));

  it('is cancelled only by the connection that started it, while that is there', () =>
    serving({}, async ({ url }) => {
      const [owner, other] = await Promise.all([dial(url), dial(url)]);
      const run = await started(owner, 'a', lesson, { credits: 1 });
      other.send({ type: 'cancel', run });
      expect((await other.first('error')).problem.code).toBe('not_owner');
      expect((await fetch(`${url}/runs/${run}`, { method: 'DELETE' })).status).toBe(403);
      owner.socket.close();
      await owner.closed;
      await untilAsked(async () => (await fetch(`${url}/runs/${run}`, { method: 'DELETE' })).status === 204);
      expect(await stateOf(url, run)).toBe('run_cancelled');
      other.socket.close();
    }));

  it('that its client leaves before it has begun is ended', () =>
    serving({ workers: 1 }, async ({ url }) => {
      const client = await dial(url);
      client.send({ type: 'start', id: 'a', request: lesson, detail: 'whole', credits: 1 });
      client.send({ type: 'unwatch', id: 'a' });
      const run = await started(client, 'b');
      await client.first('done', 'b');
      expect(client.of('started').map(({ id }) => id)).toEqual(['b']);
      expect(run).not.toBe('');
      client.socket.close();
    }));

  it('fails for all its viewers when its deadline passes', () =>
    serving({ deadlineMs: 700, workers: 1 }, async ({ url }) => {
      const client = await dial(url);
      const run = await started(client, 'a', LONG, { detail: 'head' } as Partial<ClientMessage>);
      client.send({ type: 'watch', id: 'b', run, credits: 100 });
      for (const id of ['a', 'b']) expect((await client.first('error', id)).problem.code).toBe('deadline_exceeded');
      expect(await stateOf(url, run)).toBe('failed');
      client.socket.close();
    }));

  it('of a detail that is too fine or too coarse is refused, and says what would be right', () =>
    serving({ maxRunSteps: 100, maxStepBytes: 4000 }, async ({ url }) => {
      const client = await dial(url);
      client.send({ type: 'start', id: 'a', request: problem(4, 16, 2), detail: 'row', credits: 1 });
      expect((await client.first('error', 'a')).problem).toMatchObject({ code: 'too_many_steps', pointer: '/detail' });
      client.send({ type: 'start', id: 'b', request: problem(4, 16, 2), detail: 'whole', credits: 1 });
      expect((await client.first('error', 'b')).problem).toMatchObject({
        code: 'output_too_large',
        pointer: '/detail',
      });
      await started(client, 'c', problem(4, 15, 2), { detail: 'head' } as Partial<ClientMessage>);
      client.socket.close();
    }));

  it('are handled in the order in which messages came, also those that ask for runs', () =>
    serving({}, async ({ url }) => {
      const client = await dial(url);
      const run = await started(client, 'a');
      await client.first('done', 'a');
      const unknown = '00000000-0000-4000-8000-000000000000';
      for (const message of [
        { type: 'watch', id: 'w', run: unknown, credits: 1 },
        { type: 'watch', id: 'w', run, credits: 1 },
        { type: 'ping', t: 1 },
        { type: 'cancel', run },
        { type: 'watch', id: 'x', run, credits: 1 },
      ])
        client.send(message);
      await client.until(() => client.of('error').length >= 2 && client.of('pong').length > 0);
      const told = client.messages.slice(client.messages.findIndex(({ type }) => type === 'done') + 1);
      const order = told.map((message) =>
        'id' in message && message.id !== undefined ? `${message.type} ${message.id}` : message.type,
      );
      const place = (what: string) => order.indexOf(what);
      expect(place('error w')).toBe(0);
      expect(place('started w')).toBe(1);
      expect(place('pong')).toBeGreaterThan(place('started w'));
      expect(place('started x')).toBe(-1);
      expect(place('error x')).toBeGreaterThan(place('pong'));
      client.socket.close();
    }));

  it('computes a step again, with the same numbers, when it was dropped from the cache', () =>
    serving({ stepCacheBytes: 2 ** 20 }, async ({ url }) => {
      const client = await dial(url);
      // Three matrices of 4·128² numbers are more than a megabyte of text.
      const run = await started(client, 'a', problem(4, 128, 8));
      await client.first('done', 'a');
      client.send({ type: 'watch', id: 'b', run, credits: 100 });
      await client.first('done', 'b');
      const [a, b] = ['a', 'b'].map((id) => client.steps.filter((step) => step.id === id).map(({ data }) => data));
      expect(b).toEqual(a);
      client.socket.close();
    }));
});

describe('a server that shuts down', () => {
  it('says goodbye with the time to come back, and closes with 1012', async () => {
    const own = await serve({ logLevel: 'silent', workers: 1 });
    const [watching, idle, bare] = await Promise.all([dial(own.url), dial(own.url), dial(own.url)]);
    await started(watching, 'a', LONG, { detail: 'head' } as Partial<ClientMessage>);
    const events = await fetch(`${own.url}/runs/${(await watching.first('started')).run}/events`);
    const closing = own.app.close();
    for (const client of [watching, idle, bare]) {
      expect((await client.first('goodbye')).reconnect_after_ms).toBeGreaterThan(0);
      expect((await client.closed).code).toBe(1012);
    }
    expect(await events.text()).toMatch(/event: goodbye\ndata: \{"type":"goodbye","reconnect_after_ms":\d+\}\n\n$/);
    await closing;
  });
});

/** Like `until`, for a condition that must be asked. */
async function untilAsked(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
