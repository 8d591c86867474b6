import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../src/codec/safetensors.ts';
import { FINITE } from '../../src/codec/tensor-request.ts';
import { RequestError } from '../../src/errors.ts';
import { selectKernel } from '../../src/kernels/select.ts';
import { AttentionPool } from '../../src/pool/pool.ts';
import type { PoolOptions } from '../../src/pool/pool-options.ts';
import { HeldBytes } from '../../src/pressure/held-bytes.ts';
import { Pressure } from '../../src/pressure/pressure.ts';
import type { JobAnswer, JobRequest } from '../../src/requests/request.ts';
import { TinyAnswers } from '../../src/requests/tiny-answers.ts';
import { readTableFile, SMALL_TABLE } from '../../src/text/vectors/file.ts';
import { VectorTable } from '../../src/text/vectors/table.ts';
import { randomNumbers } from '../attention/problems.ts';
import { lesson } from '../lesson.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };
const vectors = readTableFile(SMALL_TABLE);
const options: PoolOptions = {
  workers: 2,
  kernel: 'auto',
  relaxedSimd: true,
  deadlineMs: 60_000,
  maxQueue: 100,
  maxQueueMs: 60_000,
  maxQueueBytes: 1 << 28,
  clientSharePercent: 50,
  held: new HeldBytes(1 << 28, 50),
  pressure: new Pressure({ maxEventLoopDelayMs: 10_000, maxMemoryPercent: 100 }),
  limits: { maxElements: 1 << 25, maxBodyBytes: 2 ** 26, maxOutputBytes: 1 << 28 },
  tokens: { maxTextBytes: 1 << 22, files: [], faults: [] },
  vectors,
  log: silent,
};

const json = (body: object): JobRequest => ({
  kind: 'attention',
  body: new TextEncoder().encode(JSON.stringify(body)),
  contentType: 'application/json',
  accept: undefined,
});
/** The tiny lane, with the kernel that the threads choose. */
const tiny = () =>
  new TinyAnswers({
    kernel: selectKernel('auto', true).kernel,
    limits: options.limits,
    vectors: new VectorTable(vectors),
    mostBodyBytes: 1024,
    memory: { giveBack() {} },
  });
const textOf = ({ pieces }: JobAnswer) => JSON.parse(Buffer.concat(pieces).toString());
const never = () => new AbortController().signal;

/** Self-attention of `heads` × `length` × 64 random numbers, as safetensors. */
function binary(heads: number, length: number, metadata: Record<string, string> = {}): JobRequest {
  const shape = [heads, length, 64];
  const tensor = (seed: number) =>
    ({ dtype: 'float32', shape, data: randomNumbers(seed, heads * length * 64) }) as const;
  const tensors = ['query', 'key', 'value'].map((name, i) => ({ name, tensor: tensor(i + 1) }));
  return {
    kind: 'attention',
    body: writeSafetensors(tensors, metadata),
    contentType: 'application/vnd.safetensors',
    accept: undefined,
  };
}

/** Resolves when `condition` holds; the event loop turns between looks. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (e: unknown) => e,
  );
  return error instanceof RequestError ? error.code : String(error);
}

describe('the pool', () => {
  const pool = new AttentionPool(options);
  /** The same bytes in memory of the pool, which takes it back. */
  const lent = (bytes: Uint8Array) => {
    const body = pool.memory.body(bytes.byteLength);
    body.set(bytes);
    return body;
  };
  beforeAll(() => pool.ready);
  afterAll(() => pool.close());

  it('answers the lesson', async () => {
    const { output } = textOf(await pool.run(json(lesson), never()));
    expect(output.map((x: number) => Number(x.toFixed(4)))).toEqual([7.088, 14.1761, 21.2641]);
  });

  it('tells a fault in the request as a RequestError', async () => {
    expect(await codeOf(pool.run(json({ ...lesson, value: [[1]] }), never()))).toBe('shape_mismatch');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('tells where %s stands among many numbers', async (odd) => {
    const request = binary(2, 300);
    const { body } = request;
    // The second head's first key, 299 rows and 63 numbers behind it.
    const end = body.byteLength - 4 * 2 * 300 * 64;
    new DataView(body.buffer, body.byteOffset).setFloat32(end - 4, odd, true);
    const error = await pool.run(request, never()).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'not_finite', pointer: '/key/1/299/63' });
  });

  it('answers a tiny request at once, with the bytes that a thread would give', async () => {
    const atOnce = tiny().answer(json(lesson));
    const { pieces } = await pool.run(json(lesson), never());
    expect(Buffer.concat(atOnce?.pieces ?? []).equals(Buffer.concat(pieces))).toBe(true);
    expect(atOnce?.timings.queue).toBe(0);
  });

  it('gives the same weights whether an answer is written in a hop of its own or not', async () => {
    // 300² weights are written apart, those of the first row alone are not.
    const numbers = (length: number, seed: number) =>
      Array.from(randomNumbers(seed, length), (x) => [Number(x.toFixed(3))]);
    const [query, key, value] = [1, 2, 3].map((seed) => numbers(300, seed));
    const whole = textOf(await pool.run(json({ query, key, value, need_weights: true }), never()));
    const first = textOf(await pool.run(json({ query: [query[0]], key, value, need_weights: true }), never()));
    expect(whole.weights).toHaveLength(300);
    for (const [i, weight] of first.weights[0].entries()) expect(whole.weights[0][i]).toBeCloseTo(weight, 6);
  });

  it('answers large requests that come together, and a small one among them, as each of them alone', async () => {
    const shapes = [
      [8, 256],
      [2, 1100],
      [6, 400],
    ] as [number, number][];
    const alone: Buffer[] = [];
    for (const [heads, length] of shapes) {
      alone.push(Buffer.concat((await pool.run(binary(heads, length), never())).pieces));
    }
    const together = Array.from({ length: 12 }, (_, i) => ({ i, answer: pool.run(binary(...shapes[i % 3]), never()) }));
    await new Promise((resolve) => setTimeout(resolve, 10));
    const small = pool.run(json(lesson), never());
    for (const { i, answer } of together) {
      expect(Buffer.concat((await answer).pieces).equals(alone[i % 3])).toBe(true);
    }
    expect(textOf(await small).output).toHaveLength(3);
    await until(() => pool.load.waiting === 0 && pool.load.running === 0);
  });

  it('answers what one thread begins and does not end in its slice', async () => {
    // Each takes one thread longer than it may go on alone, so that the rest of it goes through the queue.
    const [a, b, c] = await Promise.all(Array.from({ length: 3 }, () => pool.run(binary(4, 2048), never())));
    const [x, y, z] = [a, b, c].map(({ pieces }) => Buffer.concat(pieces));
    const alone = Buffer.concat((await pool.run(binary(4, 2048), never())).pieces);
    expect([x, y, z].map((bytes) => bytes.equals(alone))).toEqual([true, true, true]);
  });

  it('keeps the memory of requests apart, although one of them fails where it was begun', async () => {
    const filled = (length: number) => new Float32Array(length).fill(1e20);
    const tensor = (...shape: number[]) =>
      ({ dtype: 'float32', shape, data: filled(shape.reduce((a, b) => a * b)) }) as const;
    const inputs = ['query', 'key', 'value'].map((name) => ({ name, tensor: tensor(1, 768, 256) }));
    const weights = [
      { name: 'in_proj_weight', tensor: tensor(768, 256) },
      { name: 'out_proj_weight', tensor: tensor(256, 256) },
    ];
    const beyondFloat32: JobRequest = {
      ...binary(1, 1),
      kind: 'multi-head',
      body: writeSafetensors([...inputs, ...weights], { num_heads: '4' }),
    };
    const MiB = 1 << 20;
    pool.memory.giveBack(Array.from({ length: 40 }, () => new SharedArrayBuffer(MiB)));
    const codes = await Promise.all(Array.from({ length: 4 }, () => codeOf(pool.run(beyondFloat32, never()))));
    expect(codes).toEqual(Array(4).fill('overflow'));
    await until(() => pool.load.waiting === 0 && pool.load.running === 0);
    // All that the pool has is ours for now: nobody else may write there.
    const borrowed = Array.from({ length: 60 }, () => pool.memory.shared(MiB));
    for (const buffer of borrowed) new Uint8Array(buffer).fill(7);
    const rows = Array.from({ length: 40 }, (_, i) => Array.from({ length: 16 }, (_, j) => i + j));
    const small = json({ query: rows, key: rows, value: rows });
    await Promise.all(Array.from({ length: 8 }, () => pool.run(small, never())));
    expect(borrowed.filter((buffer) => new Uint8Array(buffer).some((byte) => byte !== 7))).toHaveLength(0);
    pool.memory.giveBack(borrowed);
  });

  it('gives the same bytes for a request that many threads shared', async () => {
    const [a, b] = await Promise.all([pool.run(binary(4, 700), never()), pool.run(binary(4, 700), never())]);
    expect(Buffer.concat(a.pieces).equals(Buffer.concat(b.pieces))).toBe(true);
  });

  it('answers many small requests that came together, each by itself', async () => {
    // With one key, the output is the value; small enough to share a hop, and too large for the calling thread.
    const one = (value: number) => ({ query: Array(300).fill([1]), key: [[1]], value: [[value]] });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) =>
        pool.run(json(i % 10 === 7 ? { ...one(i), key: [[1, 2]] } : one(i)), never()),
      ),
    );
    for (const [i, outcome] of outcomes.entries()) {
      if (i % 10 === 7) expect(outcome).toMatchObject({ reason: { code: 'shape_mismatch' } });
      else expect(outcome.status === 'fulfilled' && textOf(outcome.value).output).toEqual(Array(300).fill([i]));
    }
  });

  it('leaves an answer where its results lie, and to itself until it is given back', async () => {
    const request = () => pool.run(binary(4, 700), never());
    const { pieces, memory } = await request();
    expect(memory.map(({ byteLength }) => byteLength)).toContain(pieces[1].buffer.byteLength);
    const before = Buffer.concat(pieces);
    await Promise.all([request(), request(), pool.run(binary(8, 400), never())]);
    expect(Buffer.concat(pieces).equals(before)).toBe(true);
    pool.memory.giveBack(memory);
  });

  it('answers with tensors of the body after the body was used for another request', async () => {
    const request = binary(4, 700, { outputs: '["present"]' });
    const { pieces, memory } = await pool.run({ ...request, body: lent(request.body) }, never());
    const other = binary(4, 700).body.fill(0xff);
    expect(lent(other).buffer.byteLength).toBeGreaterThanOrEqual(other.byteLength);
    const { tensors } = readSafetensors(
      Buffer.concat(pieces),
      { output: FINITE, present_key: FINITE, present_value: FINITE },
      { maxElements: 1 << 25 },
      (bytes) => ({ buffer: new ArrayBuffer(bytes), byteOffset: 0 }),
    );
    expect(tensors.get('present_key')?.data).toEqual(randomNumbers(2, 4 * 700 * 64));
    expect(tensors.get('present_value')?.data).toEqual(randomNumbers(3, 4 * 700 * 64));
    pool.memory.giveBack(memory);
  });

  it('uses the same memory for requests that follow each other', async () => {
    const kept: number[] = [];
    for (let i = 0; i < 12; i++) {
      const request = binary(4, 700);
      const { memory } = await pool.run({ ...request, body: lent(request.body) }, never());
      await until(() => pool.load.waiting === 0 && pool.load.running === 0);
      pool.memory.giveBack(memory);
      kept.push(pool.memory.keptBytes);
    }
    // Less where the machine is busy: what is not used for a while is let go.
    expect(kept.at(-1)).toBeLessThanOrEqual(kept[5]);
  });

  it('uses memory again that refused requests needed', async () => {
    const kept: number[] = [];
    // Two million numbers of JSON, and then a fault.
    const numbers = `[${'0,'.repeat(1 << 21)}0]`;
    const body = new TextEncoder().encode(`{"query": [${numbers}], "key": [${numbers}], "value": [[1], [2]]}`);
    for (let i = 0; i < 6; i++) {
      const request = { kind: 'attention', contentType: 'application/json', accept: undefined } as const;
      expect(await codeOf(pool.run({ ...request, body: lent(body) }, never()))).toBe('shape_mismatch');
      await until(() => pool.load.waiting === 0 && pool.load.running === 0);
      kept.push(pool.memory.keptBytes);
    }
    // Less where what others needed before is let go meanwhile.
    expect(kept.at(-1)).toBeLessThanOrEqual(kept[3]);
  });

  it('lets a tiny request pass a large one that came before it', async () => {
    const order: string[] = [];
    const large = pool.run(binary(8, 1500), never()).then(() => order.push('large'));
    await until(() => pool.load.running === 2);
    const tiny = pool.run(json(lesson), never()).then(() => order.push('tiny'));
    await Promise.all([large, tiny]);
    expect(order).toEqual(['tiny', 'large']);
  });

  it('stops working for a client that hung up', async () => {
    const client = new AbortController();
    const gone = pool.run(binary(16, 3000), client.signal);
    await until(() => pool.load.running === 2);
    client.abort(new Error('hung up'));
    await expect(gone).rejects.toThrow('hung up');
    await until(() => pool.load.running === 0);
    expect(pool.load).toMatchObject({ waiting: 0, waitingBytes: 0 });
  });

  it('survives the death of a thread: its request fails as such, others are answered', async () => {
    const doomed = codeOf(pool.run(binary(16, 3000), never()));
    await until(() => pool.load.running === 2);
    await pool.threads[0].terminate();
    expect(await doomed).toBe('worker_died');
    expect(textOf(await pool.run(json(lesson), never())).output).toHaveLength(3);
    await until(() => pool.threads.length === 2);
  });
});

describe('a pool whose thread dies while it starts', () => {
  it('starts another one, and answers', async () => {
    const pool = new AttentionPool({ ...options, workers: 1 });
    await pool.ready;
    await pool.threads[0].terminate();
    await until(() => pool.threads.length === 1);
    await pool.threads[0].terminate();
    expect(textOf(await pool.run(json(lesson), never())).output).toHaveLength(3);
    await pool.close();
  });
});

describe('a pool at its limits', () => {
  it('computes nothing for a while when its threads die again and again', async () => {
    const pool = new AttentionPool({ ...options, workers: 1 });
    await pool.ready;
    for (let deaths = 0; pool.refusal === undefined; deaths++) {
      expect(deaths).toBeLessThan(5);
      const doomed = codeOf(pool.run(binary(16, 3000), never()));
      await until(() => pool.load.running === 1 && pool.threads.length === 1);
      await pool.threads[0].terminate();
      expect(await doomed).toBe('worker_died');
    }
    expect(pool.refusal).toMatchObject({ code: 'workers_failing' });
    expect(await codeOf(pool.run(json(lesson), never()))).toBe('workers_failing');
    await pool.close();
  });

  it('refuses at once what cannot be done in time, and says when it could', async () => {
    const pool = new AttentionPool({ ...options, workers: 1 });
    await pool.ready;
    await pool.run(binary(16, 1000), never());
    const client = new AbortController();
    const others = Array.from({ length: 8 }, () => pool.run(binary(16, 1000), client.signal).catch(() => {}));
    const error = await pool.run(binary(16, 1000), never(), { deadlineMs: 1 }).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'saturated', message: expect.stringContaining('and 1 are allowed') });
    expect((error as RequestError).retryAfterMs).toBeGreaterThan(1);
    client.abort();
    await Promise.all(others);
    await pool.close();
  });

  it('counts requests whose bodies are on their way, until these are there', async () => {
    const pool = new AttentionPool({ ...options, workers: 1, maxQueueMs: 1000 });
    await pool.ready;
    // Nothing is learned yet: 65,536 bytes count as a ms, and 2^26 as one second.
    const bytes = 2 ** 26;
    const arrived = [pool.announce(bytes), pool.announce(2 ** 10)];
    expect(() => pool.announce(bytes)).toThrow('and 1000 are allowed');
    for (const one of arrived) one();
    pool.announce(bytes)();
    expect(pool.load.waiting).toBe(0);
    await pool.close();
  });

  it('ends a computation at the deadline of its request, where that is sooner', async () => {
    const pool = new AttentionPool(options);
    await pool.ready;
    expect(await codeOf(pool.run(binary(16, 3000), never(), { deadlineMs: 50 }))).toBe('deadline_exceeded');
    await pool.close();
  });

  it('ends a computation at its deadline', async () => {
    const pool = new AttentionPool({ ...options, deadlineMs: 50 });
    await pool.ready;
    expect(await codeOf(pool.run(binary(16, 3000), never()))).toBe('deadline_exceeded');
    await pool.close();
  });

  it('refuses what does not fit into its queue', async () => {
    const pool = new AttentionPool({ ...options, maxQueue: 1 });
    await pool.ready;
    const first = pool.run(binary(8, 1000), never());
    expect(await codeOf(pool.run(json(lesson), never()))).toBe('saturated');
    await first;
    expect(textOf(await pool.run(json(lesson), never())).output).toHaveLength(3);
    await pool.close();
  });

  it('finishes what runs before it closes', async () => {
    const pool = new AttentionPool(options);
    await pool.ready;
    const running = pool.run(binary(8, 700), never());
    await pool.close();
    expect((await running).contentType).toBe('application/vnd.safetensors');
  });

  it('works with a single thread', async () => {
    const pool = new AttentionPool({ ...options, workers: 1 });
    await pool.ready;
    const [large, tiny] = await Promise.all([pool.run(binary(4, 700), never()), pool.run(json(lesson), never())]);
    expect(large.timings.compute).toBeGreaterThan(0);
    expect(textOf(tiny).output).toHaveLength(3);
    await pool.close();
  });
});

describe.runIf(process.platform === 'linux')('threads with a niceness', () => {
  it('have it, and the thread that hands out tasks does not', async () => {
    const pool = new AttentionPool({ ...options, workerNice: 7 });
    await pool.ready;
    // The nineteenth field, see proc(5); the second, a name in brackets, may hold spaces.
    const nices = readdirSync('/proc/self/task').flatMap((id) => {
      try {
        return Number(readFileSync(`/proc/self/task/${id}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[16]);
      } catch {
        // One of a pool before has ended just now.
        return [];
      }
    });
    await pool.close();
    expect(nices.filter((nice) => nice === 7)).toHaveLength(2);
  });
});
