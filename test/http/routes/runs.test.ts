import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../../src/codec/safetensors.ts';
import { problemSchema } from '../../../src/problem-document.ts';
import { runSchema, type ServerMessage, serverMessageSchema } from '../../../src/stream/protocol.ts';
import { dial, lesson, problem } from '../../stream/dial.ts';
import { post, type Serving, serve } from '../serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
});
afterAll(() => serving.app.close());

async function started(detail = 'whole', request: object = lesson, url = serving.url): Promise<string> {
  const answer = await post(`${url}/runs`, JSON.stringify({ request, detail }));
  expect(answer.status, await answer.clone().text()).toBe(201);
  const { run } = runSchema.parse(await answer.json());
  expect(answer.headers.get('location')).toBe(`/runs/${run}`);
  return run;
}

interface SentEvent {
  id: string;
  event: string;
  /** The message of the stream that it is; undefined for what has another form. */
  message: ServerMessage | undefined;
  data: unknown;
}

/** Events of a text, by the rules of the specification: fields line by line, a blank line ends one. */
function eventsIn(text: string): SentEvent[] {
  return text
    .split('\n\n')
    .filter((block) => /^event:/m.test(block))
    .map((block) => {
      const fields = Object.fromEntries(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      const data: unknown = JSON.parse(fields.data);
      const isMessage = fields.event !== 'started' && fields.event !== 'problem';
      if (fields.event === 'started') runSchema.parse(data);
      if (fields.event === 'problem') problemSchema.parse(data);
      const message = isMessage ? serverMessageSchema.parse(data) : undefined;
      if (message !== undefined) expect(message.type).toBe(fields.event);
      return { id: fields.id, event: fields.event, message, data };
    });
}

async function eventsOf(run: string, query = '', headers: Record<string, string> = {}): Promise<SentEvent[]> {
  const answer = await fetch(`${serving.url}/runs/${run}/events${query}`, { headers });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  return eventsIn(await answer.text());
}

describe('POST /runs', () => {
  it('starts a run that others watch', async () => {
    const run = await started();
    const client = await dial(serving.url);
    client.send({ type: 'watch', id: 'a', run, credits: 100 });
    await client.first('done', 'a');
    expect(client.steps.map(({ name }) => name)).toEqual(['q', 'k', 'v', 'attn_scores', 'scaled', 'pattern', 'z']);
    const document = runSchema.parse(await (await fetch(`${serving.url}/runs/${run}`)).json());
    expect(document).toMatchObject({ run, state: 'finished', viewers: 1, expires_at: null });
    expect(document.summary?.steps).toBe(7);
    client.socket.close();
  });

  it.each<[string, string, string, string?]>([
    ['no JSON', 'hello', 'invalid_json'],
    ['no request', '{"detail":"row"}', 'missing_field', '/request'],
    ['no detail', JSON.stringify({ request: lesson }), 'missing_field', '/detail'],
    ['a wrong detail', JSON.stringify({ request: lesson, detail: 'hole' }), 'invalid_option', '/detail'],
    ['an odd tile', JSON.stringify({ request: lesson, detail: 'tile', tile_rows: 0 }), 'invalid_option', '/tile_rows'],
    [
      'an unknown kind',
      JSON.stringify({ request: { ...lesson, kind: 'x' }, detail: 'row' }),
      'invalid_option',
      '/request/kind',
    ],
    ['an unknown field', JSON.stringify({ request: lesson, detail: 'row', credits: 1 }), 'unknown_field', '/credits'],
    [
      'a wrong tensor',
      JSON.stringify({ request: { ...lesson, key: [[1], [1, 2]] }, detail: 'row' }),
      'ragged_array',
      '/request/key',
    ],
  ])('refuses %s', async (_name, body, code, pointer) => {
    const answer = await post(`${serving.url}/runs`, body);
    const document = (await answer.json()) as { code: string; detail: string; pointer?: string };
    expect(document.code).toBe(code);
    // In our own words, never those of the library that checks.
    expect(document.detail).not.toMatch(/Invalid|expected|received|Unrecognized|Too (big|small)/);
    expect(document.pointer ?? '').toMatch(new RegExp(`^${pointer ?? ''}`));
  });

  it.each([
    { detail: 'row' },
    { request: lesson },
    { request: lesson, detail: 'hole' },
    { request: lesson, detail: 'tile', tile_rows: 0 },
    { request: lesson, detail: 'tile', tile_keys: 'many' },
    { request: [1], detail: 'row' },
    { request: { ...lesson, kind: undefined }, detail: 'row' },
    { request: { ...lesson, kind: 'dance' }, detail: 'row' },
    { request: lesson, detail: 'row', tilerows: 2 },
    { request: { ...lesson, scal: 1 }, detail: 'row' },
  ])('says the same of %j as the stream', async (body) => {
    const answer = await post(`${serving.url}/runs`, JSON.stringify(body));
    const { code, detail, pointer } = problemSchema.parse(await answer.json());
    const client = await dial(serving.url);
    client.send({ type: 'start', id: 'a', credits: 1, ...body });
    expect((await client.first('error', 'a')).problem).toMatchObject({ code, detail, pointer });
    client.socket.close();
  });

  it('refuses what is not JSON', async () => {
    const answer = await post(`${serving.url}/runs`, 'x', { 'content-type': 'application/octet-stream' });
    expect(answer.status).toBe(415);
  });
});

describe('?stream=1', () => {
  it('starts a run of the request in place of its answer, in JSON and in safetensors', async () => {
    const { kind: _kind, ...body } = lesson;
    const float = (shape: number[], data: number[]) => ({
      dtype: 'float32' as const,
      shape,
      data: Float32Array.from(data),
    });
    const file = writeSafetensors(
      [
        { name: 'query', tensor: float([1, 3], lesson.query.flat()) },
        { name: 'key', tensor: float([3, 3], lesson.key.flat()) },
        { name: 'value', tensor: float([3, 3], lesson.value.flat()) },
      ],
      { scale: '1' },
    );
    const answers = [
      await post(`${serving.url}/attention?stream=1&detail=row`, JSON.stringify(body)),
      await post(`${serving.url}/attention?stream=1&detail=row`, Uint8Array.from(file), {
        'content-type': 'application/vnd.safetensors',
      }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(201);
      const { run, plan } = runSchema.parse(await answer.json());
      expect(plan.detail).toBe('row');
      const steps = (await eventsOf(run)).map(({ message }) => message);
      const z = steps.find((message) => message?.type === 'step' && message.name === 'z');
      // e² : e⁰ : e² of the values, by hand.
      expect(z).toMatchObject({ data: [7.088, 14.1761, 21.2641].map((x) => expect.closeTo(x, 4)) });
    }
  });

  it('leaves other requests as they are, and refuses a detail that is none', async () => {
    const { kind: _kind, ...body } = lesson;
    expect(await (await post(`${serving.url}/attention?stream=0`, JSON.stringify(body))).json()).toHaveProperty(
      'output',
    );
    for (const query of ['stream=maybe', 'stream=1&detail=everything', 'stream=1&tile_rows=0']) {
      expect((await post(`${serving.url}/attention?${query}`, JSON.stringify(body))).status, query).toBe(422);
    }
  });
});

describe('GET /runs/{id}/events', () => {
  it('sends the steps as events, whose ids are their numbers, and ends', async () => {
    const events = await eventsOf(await started());
    expect(events.map(({ event, id }) => `${event} ${id}`)).toEqual([
      'started 0',
      ...[1, 2, 3, 4, 5, 6, 7].map((seq) => `step ${seq}`),
      'done done',
    ]);
  });

  it('tells first what GET /runs/{id} tells, and when to come back', async () => {
    const request = { kind: 'text', text: 'The cat sat', heads: ['semantic'] };
    const run = await started('whole', request);
    await eventsOf(run);
    const {
      expires_at: _,
      viewers: __,
      ...same
    } = runSchema.parse(await (await fetch(`${serving.url}/runs/${run}`)).json());
    const text = await (await fetch(`${serving.url}/runs/${run}/events`)).text();
    expect(text).toMatch(/^retry: \d{4}\nid: 0\nevent: started\n/);
    const [first] = eventsIn(text);
    expect(first.data).toMatchObject({ ...same, viewers: 1, expires_at: null });
    expect(same.plan.words?.tokens).toEqual(['The', 'cat', 'sat']);
  });

  it('has nothing for who has seen the end, even when the run is gone', async () => {
    const run = await started();
    const last = (await eventsOf(run)).at(-1);
    for (const isGone of [false, true]) {
      if (isGone) await fetch(`${serving.url}/runs/${run}`, { method: 'DELETE' });
      const answer = await fetch(`${serving.url}/runs/${run}/events`, { headers: { 'last-event-id': last?.id ?? '' } });
      expect(answer.status).toBe(204);
      expect(await answer.text()).toBe('');
    }
    expect((await fetch(`${serving.url}/runs/${run}/events`, { headers: { 'last-event-id': '7' } })).status).toBe(410);
  });

  it('goes on behind Last-Event-ID, without gap or repeat, from every place', async () => {
    const run = await started();
    for (const seen of [0, 1, 4, 6, 7]) {
      const events = await eventsOf(run, '', { 'last-event-id': String(seen) });
      expect(events.map(({ id }) => id)).toEqual([
        String(seen),
        ...['1', '2', '3', '4', '5', '6', '7'].slice(seen),
        'done',
      ]);
      expect(events.at(-1)?.event).toBe('done');
    }
    expect((await eventsOf(run, '?after=5')).map(({ id }) => id)).toEqual(['5', '6', '7', 'done']);
  });

  it('gives every step once to a reader that is cut off again and again', async () => {
    const run = await started('row', problem(2, 64, 8));
    const seen: number[] = [];
    let isDone = false;
    for (let kill = 0; !isDone; kill++) {
      const abort = new AbortController();
      const answer = await fetch(`${serving.url}/runs/${run}/events`, {
        headers: { 'last-event-id': String(seen.at(-1) ?? '') },
        signal: abort.signal,
      });
      let text = '';
      const limit = 2000 + 700 * kill;
      for await (const chunk of answer.body ?? []) {
        text += Buffer.from(chunk).toString();
        isDone = text.includes('event: done');
        if (text.length > limit && !isDone) break;
      }
      abort.abort();
      // What was cut in the middle was not seen.
      const whole = text.slice(0, text.lastIndexOf('\n\n') + 2);
      seen.push(...eventsIn(whole).flatMap(({ id, event }) => (event === 'step' ? [Number(id)] : [])));
    }
    expect(seen).toEqual(Array.from({ length: 2 * (2 + 64 * 5) }, (_, i) => i + 1));
  });

  it('filters at the source', async () => {
    const run = await started('row', problem(2, 8, 4));
    const events = await eventsOf(run, '?steps=pattern,z&heads=1&rows=0,7');
    const steps = events.flatMap(({ message }) => (message?.type === 'step' ? [message] : []));
    expect(steps.map(({ name, head, row }) => `${name} ${head} ${row}`)).toEqual([
      'pattern 1 0',
      'z 1 0',
      'pattern 1 7',
      'z 1 7',
    ]);
    expect(events.some(({ event }) => event === 'progress')).toBe(true);
  });

  it.each([
    ['/runs/nope/events', 404, 'run_not_found'],
    ['{run}/events?steps=soup', 422, 'invalid_option'],
    ['{run}/events?heads=-1', 422, 'invalid_option'],
    ['{run}/events?heads=9', 422, 'invalid_option'],
    ['{run}/events?after=x', 422, 'invalid_option'],
    ['{run}/events?after=99', 422, 'invalid_option'],
  ])('refuses %s with %s', async (path, status, code) => {
    const answer = await fetch(serving.url + path.replace('{run}', `/runs/${await started('row')}`));
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { code: string }).code).toBe(code);
  });

  it.each([
    ['done', lesson, 'the run was over, and then somebody ended it'],
    ['computed', { ...problem(6, 2048, 4), precision: 'float64' }, 'the run was ended before it was done'],
  ])('says of a run that was ended when it was %s that it was', async (_when, request, detail) => {
    const run = await started('head', request);
    const stateOf = async () => (await (await fetch(`${serving.url}/runs/${run}`)).json()) as { state: string };
    while (request === lesson && (await stateOf()).state === 'running') await new Promise(setImmediate);
    await fetch(`${serving.url}/runs/${run}`, { method: 'DELETE' });
    expect(await stateOf()).toMatchObject({ code: 'run_cancelled', status: 410, detail });
  });

  it('tells a reader whose run is ended why, and ends', async () => {
    const run = await started('head', { ...problem(6, 2048, 4), precision: 'float64' });
    const reading = eventsOf(run, '?steps=z');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await fetch(`${serving.url}/runs/${run}`, { method: 'DELETE' })).status).toBe(204);
    const events = await reading;
    expect(events.at(-1)).toMatchObject({ event: 'problem', data: { code: 'run_cancelled', status: 410 } });
    const again = await fetch(`${serving.url}/runs/${run}/events`, {
      headers: { 'last-event-id': events.at(-1)?.id ?? '' },
    });
    expect(again.status).toBe(204);
    expect((await fetch(`${serving.url}/runs/${run}`)).status).toBe(410);
  });

  it('cuts a reader that does not read', async () => {
    const own = await serve({ logLevel: 'silent', streamStallMs: 300 });
    const run = await started('whole', problem(8, 256, 16), own.url);
    const socket = connect(own.port, '127.0.0.1');
    socket.pause();
    socket.write(`GET /runs/${run}/events HTTP/1.1\r\nHost: x\r\n\r\n`);
    const closed = new Promise((resolve) => own.app.server.once('connection', (s) => s.once('close', resolve)));
    await closed;
    socket.destroy();
    await own.app.close();
  });
});
