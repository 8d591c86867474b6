import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../../src/codec/safetensors.ts';
import { RequestError } from '../../../src/errors.ts';
import { lesson as librarySearch } from '../../lesson.ts';
import { EchoPool, JSON_TYPE, post, type Serving, serve, until } from '../serving.ts';

const lesson = JSON.stringify({ ...librarySearch, need_weights: true });

describe('POST /attention', () => {
  let serving: Serving;
  beforeAll(async () => {
    serving = await serve({ logLevel: 'silent' });
  });
  afterAll(() => serving.app.close());
  const attention = () => `${serving.url}/attention`;

  it('answers the lesson', async () => {
    const answer = await post(attention(), lesson);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    const { weights, output } = (await answer.json()) as { weights: number[]; output: number[] };
    const e2 = Math.exp(2);
    const sum = 2 * e2 + 1;
    for (const [i, weight] of [e2 / sum, 1 / sum, e2 / sum].entries()) expect(weights[i]).toBeCloseTo(weight, 6);
    for (const [i, top] of [15, 30, 45].entries()) expect(output[i]).toBeCloseTo((top * e2 + i + 1) / sum, 5);
  });

  it('says where the time went', async () => {
    const answer = await post(attention(), lesson);
    expect(answer.headers.get('server-timing')).toMatch(
      /^decode;dur=\d+(\.\d{1,3})?, queue;dur=\d+(\.\d{1,3})?, compute;dur=\d+(\.\d{1,3})?, encode;dur=\d+(\.\d{1,3})?$/,
    );
  });

  it('answers in the type that Accept asks for', async () => {
    const answer = await post(attention(), lesson, { ...JSON_TYPE, accept: 'application/vnd.safetensors' });
    expect(answer.headers.get('content-type')).toBe('application/vnd.safetensors');
    expect(Number(answer.headers.get('content-length'))).toBe((await answer.arrayBuffer()).byteLength);
  });

  it('takes safetensors', async () => {
    const vector = { dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, 0) } as const;
    const tensors = ['query', 'key', 'value'].map((name) => ({ name, tensor: vector }));
    const body = Uint8Array.from(writeSafetensors(tensors, {}));
    const answer = await post(attention(), body, {
      'content-type': 'application/vnd.safetensors',
      accept: 'application/json',
    });
    expect(await answer.json()).toMatchObject({ output: [[1, 0]] });
  });

  it.each(['', 'text/plain', 'application/x-www-form-urlencoded', 'nonsense', 'application/json; charset=utf-16'])(
    'refuses a body of type %j',
    async (type) => {
      const answer = await post(
        attention(),
        new TextEncoder().encode(lesson),
        type === '' ? {} : { 'content-type': type },
      );
      expect(answer.status).toBe(415);
      expect(await answer.json()).toMatchObject({ code: 'unsupported_media_type', status: 415 });
      expect(answer.headers.get('accept')).toContain('application/json');
    },
  );

  it('refuses a request without a body', async () => {
    expect((await fetch(attention(), { method: 'POST' })).status).toBe(415);
    expect((await post(attention(), '')).status).toBe(400);
  });

  it('refuses an Accept that it cannot meet', async () => {
    expect((await post(attention(), lesson, { ...JSON_TYPE, accept: 'image/png' })).status).toBe(406);
  });

  it('points at the field that is wrong', async () => {
    const answer = await post(attention(), '{"query":[[1,0]],"key":[[1,0],[0]],"value":[[1],[2]]}');
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'ragged_array', pointer: '/key/1' });
  });

  it('answers multi-head attention', async () => {
    const identity = [
      [1, 0],
      [0, 1],
    ];
    const body = {
      query: identity,
      key: identity,
      value: identity,
      num_heads: 2,
      in_proj_weight: [identity, identity, identity].flat(),
      out_proj_weight: identity,
    };
    const answer = await post(`${serving.url}/attention/multi-head`, JSON.stringify(body));
    const { output } = (await answer.json()) as { output: number[][] };
    // Each head has one dimension: row 0 of head 0 sees scores 1 and 0, head 1 sees 0 and 0.
    expect(output[0][0]).toBeCloseTo(Math.E / (Math.E + 1), 6);
    expect(output[0][1]).toBeCloseTo(0.5, 6);
  });
});

describe('a request that is computed', () => {
  it('is cancelled when its client goes away', async () => {
    const pool = new EchoPool();
    pool.before = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const serving = await serve({}, pool);
    const socket = connect(serving.port, '127.0.0.1', () =>
      socket.write(
        'POST /attention HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
      ),
    );
    await until(() => pool.signals.length === 1);
    // The body has ended, which is no hang-up.
    expect(pool.signals[0].aborted).toBe(false);
    socket.destroy();
    await until(() => pool.signals[0].aborted);
    await until(() => serving.lines.some((line) => line.status === 499));
    expect(serving.lines.filter((line) => Number(line.level) >= 40)).toEqual([]);
    expect(pool.lent).toBe(0);
    await serving.app.close();
  });

  it('is not cancelled when its answer is out', async () => {
    const pool = new EchoPool();
    const serving = await serve({ logLevel: 'silent' }, pool);
    await (await post(`${serving.url}/attention`, '{}')).text();
    await serving.app.close();
    expect(pool.signals[0].aborted).toBe(false);
  });

  it('says what the pool says', async () => {
    const pool = new EchoPool();
    const serving = await serve({ logLevel: 'silent' }, pool);
    for (const [code, status, retryAfter] of [
      ['deadline_exceeded', 504, null],
      ['worker_died', 503, '1'],
      ['saturated', 503, '1'],
    ] as const) {
      pool.before = () => Promise.reject(new RequestError(code, 'for a test'));
      const answer = await post(`${serving.url}/attention`, '{}');
      expect(answer.status).toBe(status);
      expect(answer.headers.get('retry-after')).toBe(retryAfter);
      expect(await answer.json()).toMatchObject({ code, detail: 'for a test' });
    }
    await serving.app.close();
  });

  it('is refused before its body is read when the pool is full', async () => {
    const pool = new EchoPool();
    pool.admit = () => {
      throw new RequestError('saturated', 'full');
    };
    const serving = await serve({ logLevel: 'silent' }, pool);
    expect((await post(`${serving.url}/attention`, '{}')).status).toBe(503);
    expect(pool.requests).toEqual([]);
    await serving.app.close();
  });
});

describe('an answer of many pieces', () => {
  const piece = Buffer.alloc(1 << 20, 7);

  it('arrives whole', async () => {
    const pool = new EchoPool();
    pool.answer = () => [piece, piece.subarray(0, 5), piece];
    const serving = await serve({ logLevel: 'silent' }, pool);
    const answer = await post(`${serving.url}/attention`, '{}');
    const length = 2 * piece.byteLength + 5;
    expect(Number(answer.headers.get('content-length'))).toBe(length);
    expect(Buffer.compare(new Uint8Array(await answer.arrayBuffer()), Buffer.alloc(length, 7))).toBe(0);
    await serving.app.close();
  });

  it('does not wait forever for a client that takes nothing, and keeps new bodies out meanwhile', async () => {
    const pool = new EchoPool();
    pool.answer = () => Array.from({ length: 64 }, () => piece);
    const serving = await serve({ answerTimeoutMs: 1000, maxQueueBytes: 1 << 20 }, pool);
    const socket = connect(serving.port, '127.0.0.1', () =>
      socket.write(
        'POST /attention HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
      ),
    );
    socket.pause();
    await until(() => pool.requests.length === 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect((await post(`${serving.url}/attention`, '{}')).status).toBe(503);
    await until(() => serving.lines.some((line) => line.msg === 'the client did not take all of its answer'));
    expect((await post(`${serving.url}/attention`, '{}')).status).toBe(200);
    socket.destroy();
    await serving.app.close();
  });
});
