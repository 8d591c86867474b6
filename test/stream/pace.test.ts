import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serve } from '../http/serving.ts';
import { type Client, dial, lesson, problem } from './dial.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent', streamMessageRate: 10_000 });
});
afterAll(() => serving.app.close());

const seqs = (client: Client) => client.steps.map(({ seq }) => seq);

/** Everything that was on its way when this was asked has come. */
async function settled(client: Client): Promise<void> {
  for (let i = 0; i < 3; i++) {
    const t = `t${Math.random()}`;
    client.send({ type: 'ping', t });
    await client.until(() => client.of('pong').some((pong) => pong.t === t));
  }
}

async function withClient(work: (client: Client) => Promise<void>): Promise<void> {
  const client = await dial(serving.url);
  try {
    await work(client);
  } finally {
    client.socket.close();
  }
}

describe('a viewer', () => {
  it('sees the three steps of the lesson, and is told the plan before and the summary after', () =>
    withClient(async (client) => {
      client.send({ type: 'start', id: 'a', request: lesson, detail: 'whole', credits: 100 });
      const started = await client.first('started', 'a');
      expect(started.plan.names.map(({ name }) => name)).toEqual([
        'q',
        'k',
        'v',
        'attn_scores',
        'scaled',
        'pattern',
        'z',
      ]);
      expect(started.plan.steps).toBe(7);
      expect(Date.parse(started.expires_at)).toBeGreaterThan(Date.now());
      const done = await client.first('done', 'a');
      // e² : e⁰ : e² and their mean of the values, by hand.
      const shown = Object.fromEntries(client.steps.map(({ name, data }) => [name, [data].flat(9).map(Number)]));
      expect(shown.attn_scores).toEqual([2, 0, 2]);
      for (const [i, weight] of [0.4683, 0.0634, 0.4683].entries()) expect(shown.pattern[i]).toBeCloseTo(weight, 4);
      for (const [i, number] of [7.088, 14.1761, 21.2641].entries()) expect(shown.z[i]).toBeCloseTo(number, 4);
      // −Σ w·ln w of those weights is 0.8854.
      expect(done.summary.stats.entropy[0][0]).toBeCloseTo(0.8854, 4);
      expect(done.seq).toBe(7);
    }));

  it('gets no more steps than it has granted', () =>
    withClient(async (client) => {
      client.send({ type: 'start', id: 'a', request: lesson, detail: 'whole', credits: 2 });
      await client.until(() => seqs(client).length === 2);
      await settled(client);
      expect(seqs(client)).toEqual([1, 2]);
      client.send({ type: 'credit', id: 'a', n: 3 });
      await client.until(() => seqs(client).length === 5);
      await settled(client);
      expect(seqs(client)).toEqual([1, 2, 3, 4, 5]);
      expect(client.of('done')).toEqual([]);
      client.send({ type: 'credit', id: 'a', n: 2 });
      await client.first('done', 'a');
      expect(seqs(client)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    }));

  it('that starts paused steps one by one, and goes on when resumed', () =>
    withClient(async (client) => {
      client.send({ type: 'start', id: 'a', request: lesson, detail: 'whole', credits: 100, paused: true });
      await client.first('started', 'a');
      await settled(client);
      expect(seqs(client)).toEqual([]);
      client.send({ type: 'step', id: 'a' });
      client.send({ type: 'step', id: 'a' });
      await client.until(() => seqs(client).length === 2);
      await settled(client);
      expect(seqs(client)).toEqual([1, 2]);
      client.send({ type: 'resume', id: 'a' });
      await client.first('done', 'a');
      expect(seqs(client)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    }));

  it('may pause in the middle of a long run', () =>
    withClient(async (client) => {
      client.send({ type: 'start', id: 'a', request: problem(4, 64, 8), detail: 'row', credits: 1_000_000 });
      await client.until(() => seqs(client).length > 10);
      client.send({ type: 'pause', id: 'a' });
      await settled(client);
      const seen = seqs(client).length;
      await settled(client);
      expect(seqs(client)).toHaveLength(seen);
      client.send({ type: 'resume', id: 'a' });
      const { seq } = await client.first('done', 'a');
      expect(seqs(client)).toEqual(Array.from({ length: seq }, (_, i) => i + 1));
    }));

  it('seeks backwards and forwards, even when it is done', () =>
    withClient(async (client) => {
      client.send({ type: 'start', id: 'a', request: lesson, detail: 'whole', credits: 100 });
      await client.first('done', 'a');
      client.send({ type: 'seek', id: 'a', to: 6 });
      await client.until(() => client.of('done').length === 2);
      client.send({ type: 'seek', id: 'a', to: 4 });
      await client.until(() => client.of('done').length === 3);
      expect(seqs(client)).toEqual([1, 2, 3, 4, 5, 6, 7, 6, 7, 4, 5, 6, 7]);
      client.send({ type: 'seek', id: 'a', to: 8 });
      expect((await client.first('error', 'a')).problem).toMatchObject({ code: 'invalid_option', pointer: '/to' });
    }));

  it('keeps the pace that it set', () =>
    withClient(async (client) => {
      client.send({ type: 'start', id: 'a', request: lesson, detail: 'whole', credits: 100, paused: true });
      client.send({ type: 'speed', id: 'a', steps_per_second: 20 });
      await client.first('started', 'a');
      const start = performance.now();
      client.send({ type: 'resume', id: 'a' });
      await client.first('done', 'a');
      // Seven steps have six pauses of 50 ms between them; timers may be late, never early by more than a tick.
      expect(performance.now() - start).toBeGreaterThan(6 * 49);
      client.send({ type: 'speed', id: 'a', steps_per_second: null });
      client.send({ type: 'seek', id: 'a', to: 1 });
      await client.until(() => client.of('done').length === 2);
      expect(seqs(client)).toHaveLength(14);
    }));

  it('does not slow another viewer of the same run', () =>
    withClient(async (client) => {
      client.send({ type: 'start', id: 'slow', request: lesson, detail: 'whole', credits: 1 });
      const { run } = await client.first('started', 'slow');
      client.send({ type: 'watch', id: 'fast', run, credits: 100 });
      await client.first('done', 'fast');
      expect(client.steps.filter(({ id }) => id === 'slow').map(({ seq }) => seq)).toEqual([1]);
    }));

  it('that leaves hears nothing more', () =>
    withClient(async (client) => {
      client.send({ type: 'start', id: 'a', request: lesson, detail: 'whole', credits: 1 });
      await client.until(() => seqs(client).length === 1);
      client.send({ type: 'unwatch', id: 'a' });
      client.send({ type: 'credit', id: 'a', n: 5 });
      expect((await client.first('error', 'a')).problem.code).toBe('unknown_subscription');
      expect(seqs(client)).toEqual([1]);
    }));
});

describe('a filter', () => {
  it('shows some steps, with their numbers among all, and tells how far the run is', () =>
    withClient(async (client) => {
      const only = { steps: ['pattern', 'z'], heads: [2], rows: [3, 60] };
      client.send({ type: 'start', id: 'a', request: problem(4, 64, 8), detail: 'row', credits: 100, only });
      const done = await client.first('done', 'a');
      const seen = client.steps.map(({ name, head, row }) => ({ name, head, row }));
      expect(seen).toEqual([
        { name: 'pattern', head: 2, row: 3 },
        { name: 'z', head: 2, row: 3 },
        { name: 'pattern', head: 2, row: 60 },
        { name: 'z', head: 2, row: 60 },
      ]);
      // By hand: each head has k, v and 64 rows of 5 steps (q, attn_scores, scaled, pattern, z).
      const first = 2 * (2 + 64 * 5) + 2 + 3 * 5;
      expect(seqs(client)).toEqual([first + 4, first + 5, first + 57 * 5 + 4, first + 57 * 5 + 5]);
      expect(done.seq).toBe(4 * (2 + 64 * 5));
      const progress = client.of('progress');
      expect(progress.at(-1)).toMatchObject({ done: done.seq, total: done.seq });
      expect(progress.map((message) => message.done)).toEqual(
        [...progress.map((message) => message.done)].sort((a, b) => a - b),
      );
    }));

  it('by row picks the tiles of these rows', () =>
    withClient(async (client) => {
      const only = { rows: [20], steps: ['running_max', 'z'] };
      client.send({
        type: 'start',
        id: 'a',
        request: problem(1, 64, 8),
        detail: 'tile',
        tile_rows: 16,
        tile_keys: 32,
        credits: 100,
        only,
      });
      await client.first('done', 'a');
      expect(client.steps.map(({ name, rows, tile }) => ({ name, rows, keys: tile?.keys }))).toEqual([
        { name: 'running_max', rows: [16, 32], keys: [0, 32] },
        { name: 'running_max', rows: [16, 32], keys: [32, 64] },
        { name: 'z', rows: [16, 32], keys: undefined },
      ]);
    }));

  it('shows the key heads that its heads read', () =>
    withClient(async (client) => {
      const { query } = problem(4, 3, 2);
      const { key, value } = problem(2, 3, 2);
      const request = { kind: 'attention', query, key, value };
      client.send({
        type: 'start',
        id: 'a',
        request,
        detail: 'head',
        credits: 100,
        only: { heads: [3], steps: ['k', 'z'] },
      });
      await client.first('done', 'a');
      expect(client.steps.map(({ name, head }) => `${name}${head}`)).toEqual(['k1', 'z3']);
    }));

  it('of heads or rows that are not there is an error', () =>
    withClient(async (client) => {
      client.send({ type: 'start', id: 'a', request: lesson, detail: 'row', credits: 1, only: { rows: [1] } });
      expect((await client.first('error', 'a')).problem).toMatchObject({
        code: 'invalid_option',
        pointer: '/only/rows',
      });
    }));

  it.each([
    ['whole', { heads: [0] }, '/only/heads'],
    ['whole', { rows: [0] }, '/only/rows'],
    ['head', { heads: [0], rows: [0] }, '/only/rows'],
  ])('of what a step of detail %s does not tell apart is an error', (detail, only, pointer) =>
    withClient(async (client) => {
      client.send({ type: 'start', id: 'a', request: problem(2, 3, 2), detail, credits: 100, only });
      expect((await client.first('error', 'a')).problem).toMatchObject({ code: 'conflicting_options', pointer });
      expect(client.steps).toEqual([]);
    }),
  );
});

describe('numbers', () => {
  it('are the same in binary frames as in JSON, in both precisions', async () => {
    for (const precision of ['float32', 'float64']) {
      const [json, binary] = await Promise.all([dial(serving.url), dial(serving.url, { encoding: 'binary' })]);
      const request = { ...problem(2, 5, 4), is_causal: true, precision };
      for (const client of [json, binary])
        client.send({ type: 'start', id: 'a', request, detail: 'head', credits: 100 });
      await Promise.all([json.first('done'), binary.first('done')]);
      expect(binary.steps.every((step) => step.binary === true && step.data === undefined)).toBe(true);
      expect(binary.frames.map(({ shape }) => shape)).toEqual(json.steps.map(({ shape }) => shape));
      for (const [i, { seq, dtype, data, index }] of binary.frames.entries()) {
        expect({ seq, dtype, index }).toEqual({ seq: i + 1, dtype: precision, index: 0 });
        const want = [json.steps[i].data].flat(9).map(Number);
        expect([...data]).toEqual(precision === 'float64' ? want : [...Float32Array.from(want)]);
      }
      json.socket.close();
      binary.socket.close();
    }
  });

  it('beyond float32 on their way are no NaN', () =>
    withClient(async (client) => {
      // 1e25 · 1e25 is no float32; scaled it is 1e20, far above 1e-5: the first key has all the weight.
      const request = { kind: 'attention', query: [[1e25]], key: [[1e25], [1]], value: [[3], [5]], scale: 1e-30 };
      client.send({ type: 'start', id: 'a', request, detail: 'whole', credits: 100 });
      await client.first('done', 'a');
      const shown = Object.fromEntries(client.steps.map(({ name, data }) => [name, data]));
      // The nearest float32 to 1e25, and its square, which only float64 holds.
      const large = Math.fround(1e25);
      expect(shown.attn_scores).toEqual([[large * large, large]]);
      expect([shown.pattern, shown.z]).toEqual([[[1, 0]], [[3]]]);
    }));

  it('of a single query vector have its rank', () =>
    withClient(async (client) => {
      client.send({ type: 'start', id: 'a', request: { ...lesson, query: [1, 0, 1] }, detail: 'whole', credits: 100 });
      await client.first('done', 'a');
      expect(client.steps.map(({ name, shape }) => `${name} ${shape}`)).toEqual([
        'q 3',
        'k 3,3',
        'v 3,3',
        'attn_scores 3',
        'scaled 3',
        'pattern 3',
        'z 3',
      ]);
    }));

  it('too many for one piece arrive whole', () =>
    withClient(async (client) => {
      client.send({ type: 'start', id: 'a', request: problem(1, 300, 4), detail: 'whole', credits: 100 });
      await client.first('done', 'a');
      const scores = client.steps.find(({ name }) => name === 'attn_scores');
      expect(scores?.shape).toEqual([1, 300, 300]);
      expect([scores?.data].flat(9)).toHaveLength(90_000);
    }));
});
