import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import {
  type RunRequest,
  SpotlightClient,
  type Started,
  type Step,
  type StepStream,
  type TensorForm,
} from '../../client/src/client.ts';
import { freePort, type RunningServer, startServer } from '../server.ts';
import { failureOf } from './failure.ts';
import { type CuttingProxy, startProxy } from './proxy.ts';

let server: RunningServer;
let client: SpotlightClient;
beforeAll(async () => {
  server = await startServer();
  client = new SpotlightClient({ baseUrl: server.url, WebSocket });
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
});
const proxies: CuttingProxy[] = [];
afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});
async function proxied(nextCut?: () => number | undefined): Promise<CuttingProxy> {
  const proxy = await startProxy(server.url, nextCut);
  proxies.push(proxy);
  return proxy;
}

/** Heads of `length` rows of four numbers. */
function request(heads: number, length: number): RunRequest {
  const tensor = (seed: number) =>
    Array.from({ length: heads }, (_, h) =>
      Array.from({ length }, (_, i) => Array.from({ length: 4 }, (_, x) => Math.sin(seed + 5 * h + 1.3 * i + 0.7 * x))),
    );
  return { kind: 'attention', query: tensor(1), key: tensor(2), value: tensor(3), is_causal: true };
}

async function all<F extends TensorForm>(stream: AsyncIterable<Step<F>>): Promise<Step<F>[]> {
  const steps: Step<F>[] = [];
  for await (const step of stream) steps.push(step);
  return steps;
}

async function takeSteps<F extends TensorForm>(stream: StepStream<F>, count: number): Promise<Step<F>[]> {
  const steps: Step<F>[] = [];
  while (steps.length < count) {
    const { done, value } = await stream.next();
    if (done === true) break;
    steps.push(value);
  }
  return steps;
}

async function take<F extends TensorForm>(stream: StepStream<F>, count: number): Promise<number[]> {
  return seqs(await takeSteps(stream, count));
}

const seqs = (steps: { seq: number }[]) => steps.map(({ seq }) => seq);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe('a stream', { timeout: 120_000 }, () => {
  it('gives every step once, in order, with what is told of the run', async () => {
    const stream = client.stream(request(2, 3), { detail: 'row' });
    const { plan, run, expiresAt } = await stream.started;
    const steps = await all(stream);
    // q, scores, scaled, masked, pattern and z of six rows; k and v of two heads.
    expect(plan.steps).toBe(6 * 6 + 2 * 2);
    expect(seqs(steps)).toEqual(upTo(plan.steps));
    expect(new Set(steps.map((step) => step.run))).toEqual(new Set([run]));
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now());
    expect((await stream.summary).steps).toBe(plan.steps);
  });

  it('gives numbers as JSON has them, as numbers and as typed arrays', async () => {
    const only = { steps: ['masked' as const] };
    const [json] = await all(client.stream(request(1, 2), { detail: 'whole', only }));
    const [numbers] = await all(client.stream(request(1, 2), { detail: 'whole', only, tensors: 'numbers' }));
    const [typed] = await all(client.stream(request(1, 2), { detail: 'whole', only, tensors: 'typed' }));
    const flat = [json.data].flat(3);
    // Causal: the first query does not see the second key.
    expect(flat[1]).toBe('-Infinity');
    const want = flat.map((x) => (x === '-Infinity' ? Number.NEGATIVE_INFINITY : x));
    expect([numbers.data].flat(3)).toEqual(want);
    expect(typed.data.shape).toEqual([1, 2, 2]);
    expect(typed.data.data).toBeInstanceOf(Float32Array);
    expect([...typed.data.data]).toEqual(want.map((x) => Math.fround(Number(x))));
    expect(Object.keys(typed)).toEqual(Object.keys(json));
  });

  it('takes typed arrays', async () => {
    const data = Float32Array.of(1, 0, 0, 1);
    const identity = { shape: [2, 2], data };
    const stream = client.stream(
      { kind: 'attention', query: identity, key: identity, value: identity, scale: 1 },
      { detail: 'whole', tensors: 'typed', only: { steps: ['scaled'] } },
    );
    expect((await all(stream)).map((step) => [...step.data.data])).toEqual([[1, 0, 0, 1]]);
  });

  it('shows attention between words, too', async () => {
    // Vectors of our own, at right angles: each word is like itself alone.
    const vectors = { one: [1, 0], two: [0, 1] };
    const stream = client.stream(
      { kind: 'text', text: 'one two', vectors, exclude_self: false, temperature: 1 },
      { detail: 'whole', tensors: 'numbers', only: { steps: ['attn_scores'] } },
    );
    const [step] = await all(stream);
    expect([step.data].flat(4)).toEqual([1, 0, 0, 1]);
    expect((await stream.started).plan.words?.tokens).toEqual(['one', 'two']);
  });

  it('has no more steps under way than its window', async () => {
    let came = 0;
    class Counting extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol);
        this.on('message', (data) => {
          if (String(data).includes('"type":"step"')) came++;
        });
      }
    }
    const counted = new SpotlightClient({ baseUrl: server.url, WebSocket: Counting });
    const stream = counted.stream(request(2, 20), { detail: 'row', window: 4 });
    const { plan } = await stream.started;
    expect(await take(stream, 2)).toEqual([1, 2]);
    // Time for many more steps than may come.
    for (let i = 0; i < 20; i++) await client.runs.get(stream.run ?? '');
    expect(came).toBeLessThanOrEqual(2 + 4);
    expect(seqs(await all(stream))).toEqual(upTo(plan.steps).slice(2));
    expect(came).toBe(plan.steps);
  });

  it('keeps to the limit of messages, however small its window', async () => {
    const strict = await startServer({ STREAM_MESSAGE_RATE: '200', STREAM_MESSAGE_BURST: '20' });
    const watcher = new SpotlightClient({ baseUrl: strict.url, WebSocket, retries: { attempts: 1 } });
    for (const window of [1, 2, 3]) {
      const stream = watcher.stream(request(1, 10), { detail: 'row', window });
      expect(seqs(await all(stream))).toEqual(upTo((await stream.started).plan.steps));
    }
    expect(await strict.stop()).toBe(0);
  });

  it('fails with the problem document of what it cannot start', async () => {
    const wrong = client.stream({ kind: 'attention', query: [[1]], key: [[1, 2]], value: [[1]] }, { detail: 'whole' });
    const error = await failureOf(wrong.next());
    expect(error).toMatchObject({ code: 'shape_mismatch', pointer: '/request/key', status: 422 });
    expect(await failureOf(wrong.started)).toBe(error);
    expect(await failureOf(wrong.summary)).toBe(error);
  });

  it('fails with the reason of its signal', async () => {
    const reason = new Error('the user left');
    const early = client.stream(request(1, 2), { detail: 'whole', signal: AbortSignal.abort(reason) });
    await expect(early.next()).rejects.toBe(reason);
    const controller = new AbortController();
    const stream = client.stream(request(1, 8), { detail: 'row', window: 2, signal: controller.signal });
    expect(await take(stream, 3)).toEqual([1, 2, 3]);
    controller.abort(reason);
    await expect(stream.next()).rejects.toBe(reason);
  });

  const hasGlobal = Reflect.get(globalThis, 'WebSocket') !== undefined;

  it.runIf(hasGlobal)('takes the global WebSocket where there is one', async () => {
    const bare = new SpotlightClient({ baseUrl: server.url });
    for (const tensors of ['json', 'typed'] as const) {
      const steps = await all(bare.stream(request(1, 2), { detail: 'whole', tensors }));
      expect(seqs(steps)).toEqual(upTo(steps[0].seq + 7));
    }
  });

  it.skipIf(hasGlobal)('says what is missing where there is none', () => {
    const bare = new SpotlightClient({ baseUrl: server.url });
    expect(() => bare.stream(request(1, 1), { detail: 'whole' })).toThrow('no global WebSocket');
  });
});

describe('a run', () => {
  it('is watched by others, from any step on, when a loop is left', async () => {
    // Two steps ahead at most: the last one has not come when the loop is left.
    const stream = client.stream(request(1, 4), { detail: 'row', window: 2 });
    for await (const { seq } of stream) if (seq === 5) break;
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(await failureOf(stream.summary)).toMatchObject({ code: 'stream_closed' });
    const again = client.watch(stream.run ?? '', { after: 5, tensors: 'typed' });
    const { plan } = await again.started;
    expect(seqs(await all(again))).toEqual(upTo(plan.steps).slice(5));
  });

  it('is ended by the stream that started it', async () => {
    const stream = client.stream(request(1, 50), { detail: 'row', window: 2 });
    await stream.started;
    stream.cancel();
    expect(await failureOf(all(stream))).toMatchObject({ code: 'run_cancelled', status: 410 });
    expect(await failureOf(client.watch(stream.run ?? '').next())).toMatchObject({ code: 'run_cancelled' });
  });
});

describe('the pace of a stream', () => {
  it('is its own: paused, one by one, and on', async () => {
    const stream = client.stream(request(1, 3), { detail: 'row', paused: true });
    const { plan } = await stream.started;
    const first = stream.next();
    let isThere = false;
    void first.then(() => (isThere = true));
    await client.runs.get(stream.run ?? '');
    expect(isThere).toBe(false);
    stream.step();
    expect((await first).value?.seq).toBe(1);
    for (let i = 0; i < 3; i++) stream.step();
    expect(await take(stream, 3)).toEqual([2, 3, 4]);
    const next = stream.next();
    stream.resume();
    expect((await next).value?.seq).toBe(5);
    expect(seqs(await all(stream))).toEqual(upTo(plan.steps).slice(5));
  });

  it('holds steps back that have come before a pause', async () => {
    const stream = client.stream(request(1, 3), { detail: 'row', window: 50 });
    const { plan } = await stream.started;
    await stream.summary;
    expect(await take(stream, 2)).toEqual([1, 2]);
    stream.pause();
    stream.step();
    expect(await take(stream, 1)).toEqual([3]);
    const next = stream.next();
    stream.resume();
    expect((await next).value?.seq).toBe(4);
    expect(seqs(await all(stream))).toEqual(upTo(plan.steps).slice(4));
  });

  it.each(['json', 'typed'] as const)(
    'seeks forwards and backwards without a step from before (%s)',
    async (tensors) => {
      const stream = client.stream(request(4, 20), { detail: 'row', window: 16, tensors });
      const total = (await stream.started).plan.steps;
      // Straight from the middle of what is on its way, again and again.
      for (const to of [40, 10, 11, 200, 199, 1, total, total - 3]) {
        await take(stream, 3);
        stream.seek(to);
        const rest = Math.min(5, total - to + 1);
        expect(await take(stream, rest)).toEqual(upTo(total).slice(to - 1, to - 1 + rest));
        if (to === total) stream.seek(30);
      }
      stream.seek(total - 1);
      expect(seqs(await all(stream))).toEqual([total - 1, total]);
      expect(() => stream.seek(total + 1)).toThrow('invalid_argument');
    },
  );

  it('seeks while paused and steps from there', async () => {
    const stream = client.stream(request(1, 6), { detail: 'row', paused: true });
    await stream.started;
    stream.seek(7);
    stream.step();
    stream.step();
    expect(await take(stream, 2)).toEqual([7, 8]);
    stream.step();
    stream.seek(3);
    expect(await take(stream, 1)).toEqual([3]);
    stream.resume();
    expect(await take(stream, 2)).toEqual([4, 5]);
    await stream.return();
  });

  it('seeks before it has begun', async () => {
    const stream = client.stream(request(1, 6), { detail: 'row' });
    stream.seek(9);
    expect(await take(stream, 3)).toEqual([9, 10, 11]);
    await stream.return();
  });

  it('goes to the speed that was asked for', async () => {
    const stream = client.stream(request(1, 6), { detail: 'row', paused: true });
    stream.speed(50);
    await stream.started;
    const begin = performance.now();
    stream.resume();
    expect(await take(stream, 6)).toEqual(upTo(6));
    // Five intervals of 20 ms; how much longer they take is the machine's affair.
    expect(performance.now() - begin).toBeGreaterThanOrEqual(5 * 20 - 5);
    stream.speed(null);
    await all(stream);
  });
});

describe('a lost connection', { timeout: 120_000 }, () => {
  const patient = { attempts: 100, baseMs: 1, maxMs: 4, deadlineMs: 60_000 };

  it.each(['json', 'typed'] as const)(
    'is made again, 200 times at random points, and every step comes exactly once (%s)',
    async (tensors) => {
      // A fixed seed (Park and Miller's generator), so that a failure can be repeated.
      let seed = 20_240_229;
      const random = () => {
        seed = (seed * 48_271) % 2_147_483_647;
        return seed / 2_147_483_647;
      };
      let left = 200;
      const proxy = await proxied(() => (left-- > 0 ? Math.ceil(random() * 9000) : undefined));
      const far = new SpotlightClient({ baseUrl: proxy.url, WebSocket, retries: patient });
      const stream = far.stream(request(4, 100), { detail: 'row', window: 32, tensors });
      const steps = await all(stream);
      expect(proxy.cuts).toBe(200);
      expect(seqs(steps)).toEqual(upTo((await stream.started).plan.steps));
      // The same numbers as without a loss.
      const whole = await all(client.watch(stream.run ?? '', { tensors }));
      expect(steps.map(({ data }) => data)).toEqual(whole.map(({ data }) => data));
    },
  );

  it('leaves pause, single steps, speed and position as they were', async () => {
    const proxy = await proxied();
    const far = new SpotlightClient({ baseUrl: proxy.url, WebSocket, retries: patient });
    const stream = far.stream(request(1, 10), { detail: 'row', paused: true, window: 2 });
    await stream.started;
    stream.step();
    expect(await take(stream, 1)).toEqual([1]);
    stream.seek(20);
    proxy.cut();
    for (let i = 0; i < 3; i++) stream.step();
    expect(await take(stream, 3)).toEqual([20, 21, 22]);
    const next = stream.next();
    proxy.cut();
    stream.resume();
    expect((await next).value?.seq).toBe(23);
    expect(proxy.connections).toBeGreaterThanOrEqual(2);
    await stream.return();
  });

  it('is noticed when nothing tells of it', async () => {
    const watchful = await startServer({ STREAM_HEARTBEAT_MS: '100' });
    const proxy = await startProxy(watchful.url);
    proxies.push(proxy);
    const far = new SpotlightClient({ baseUrl: proxy.url, WebSocket, retries: patient });
    const stream = far.stream(request(1, 10), { detail: 'row', window: 1 });
    expect(await take(stream, 1)).toEqual([1]);
    proxy.freeze();
    expect(seqs(await all(stream))).toEqual(upTo((await stream.started).plan.steps).slice(1));
    expect(proxy.connections).toBeGreaterThanOrEqual(2);
    expect(await watchful.stop()).toBe(0);
  });

  it('ends the stream when it cannot be made again', async () => {
    const proxy = await proxied(() => 2000);
    const far = new SpotlightClient({ baseUrl: proxy.url, WebSocket, retries: { attempts: 3, baseMs: 1, maxMs: 2 } });
    const stream = far.stream(request(4, 100), { detail: 'whole' });
    expect(await failureOf(all(stream))).toMatchObject({ code: 'connection_failed', closeCode: 1006 });
    expect(proxy.connections).toBe(3);
  });

  it('rejects at once with the reason of a signal while it waits to come back', async () => {
    const proxy = await proxied();
    const controller = new AbortController();
    const far = new SpotlightClient({
      baseUrl: proxy.url,
      WebSocket,
      retries: { baseMs: 60_000, maxMs: 60_000, deadlineMs: 600_000 },
    });
    const stream = far.stream(request(1, 10), { detail: 'row', window: 1, signal: controller.signal });
    expect(await take(stream, 1)).toEqual([1]);
    proxy.cut();
    const reason = new Error('the user left');
    const rest = all(stream);
    setTimeout(() => controller.abort(reason), 20);
    await expect(rest).rejects.toBe(reason);
  });
});

describe('a server that restarts', { timeout: 120_000 }, () => {
  const patient = { attempts: 1000, baseMs: 100, maxMs: 500 };

  it.each(['json', 'typed'] as const)(
    'is waited for as long as goodbye says, and its run is started again, with every step exactly once (%s)',
    async (tensors) => {
      const port = await freePort();
      const first = await startServer({ PORT: port });
      const heard: Started[] = [];
      const asked = request(2, 50);
      const stream = new SpotlightClient({ baseUrl: first.url, WebSocket, retries: patient }).stream(asked, {
        detail: 'row',
        window: 2,
        tensors,
        onRestart: (started) => heard.push(started),
      });
      const { run, plan } = await stream.started;
      const before = await takeSteps(stream, 7);
      // What the caller does with its request meanwhile is its own affair.
      if (asked.kind === 'attention') asked.scale = 7;
      expect(await first.stop()).toBe(0);
      const second = await startServer({ PORT: port });
      const after = await all(stream);
      expect(seqs([...before, ...after])).toEqual(upTo(plan.steps));
      expect(heard.map((started) => started.plan)).toEqual([plan]);
      expect(heard[0].run).not.toBe(run);
      expect(stream.run).toBe(heard[0].run);
      expect(after.at(-1)?.run).toBe(heard[0].run);
      expect((await stream.summary).steps).toBe(plan.steps);
      // The same numbers as without a restart.
      const whole = await all(client.stream(request(2, 50), { detail: 'row', tensors }));
      expect([...before, ...after].map(({ data }) => data)).toEqual(whole.map(({ data }) => data));
      expect(await second.stop()).toBe(0);
    },
  );

  it('is told to who watches a run of others, which cannot be started again', async () => {
    const port = await freePort();
    const first = await startServer({ PORT: port });
    const far = new SpotlightClient({ baseUrl: first.url, WebSocket, retries: patient });
    const { run } = await far.runs.start(request(1, 50), { detail: 'row' });
    const stream = far.watch(run, { window: 2 });
    expect(await take(stream, 1)).toEqual([1]);
    const rest = failureOf(all(stream));
    expect(await first.stop()).toBe(0);
    const second = await startServer({ PORT: port });
    expect(await rest).toMatchObject({ code: 'run_not_found', status: 404 });
    expect(await second.stop()).toBe(0);
  });
});
