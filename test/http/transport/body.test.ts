import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RequestError } from '../../../src/errors.ts';
import { EchoPool, exchange, JSON_TYPE, parsed, post, type Serving, serve, until } from '../serving.ts';

const KIB = 1024;
const MIB = KIB * KIB;
const head = (...fields: string[]) =>
  ['POST /attention HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...fields, '', ''].join('\r\n');

/** Bytes that differ from each other, so that a wrong place shows. */
const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) % 251);

describe('a body', () => {
  const pool = new EchoPool();
  let serving: Serving;
  beforeAll(async () => {
    serving = await serve(
      { maxBodyBytes: 4 * MIB, bodyTimeoutMs: 500, bodyMinRate: 64 * KIB, logLevel: 'silent' },
      pool,
    );
  });
  afterAll(() => serving.app.close());
  const attention = () => `${serving.url}/attention`;

  it.each([0, 1, 100, 16 * KIB, 16 * KIB + 1, 300 * KIB, 4 * MIB])(
    'of %i bytes reaches the pool as it was sent',
    async (length) => {
      const answer = await post(attention(), bytes(length));
      expect(answer.status).toBe(200);
      expect(Buffer.compare(new Uint8Array(await answer.arrayBuffer()), bytes(length))).toBe(0);
    },
  );

  it.each([1, 100_000, 4 * MIB])('of %i bytes reaches the pool without an announced length', async (length) => {
    const sent = bytes(length);
    const chunks = new ReadableStream({
      start(controller) {
        for (let at = 0; at < length; at += 50_001) controller.enqueue(sent.subarray(at, at + 50_001));
        controller.close();
      },
    });
    const answer = await fetch(attention(), { method: 'POST', headers: JSON_TYPE, body: chunks, duplex: 'half' });
    expect(Buffer.compare(new Uint8Array(await answer.arrayBuffer()), sent)).toBe(0);
    // Threads get the whole buffer below the bytes, so nothing else may be in it.
    expect(pool.requests.at(-1)?.body.buffer.byteLength).toBe(length);
  });

  it('gives its memory back', async () => {
    await post(attention(), bytes(300 * KIB));
    await until(() => pool.lent === 0);
  });

  it.each([
    ['whose answer', '/attention', JSON_TYPE, 'saturated'],
    ['whose run', '/attention?stream=1', JSON_TYPE, 'saturated'],
    ['whose query', '/attention?detail=row', JSON_TYPE, 'conflicting_options'],
    ['whose type', '/runs', { 'content-type': 'application/octet-stream' }, 'unsupported_media_type'],
  ])('%s is refused once it is there gives its memory back', async (_what, path, type, code) => {
    // Others have filled the queue while it came.
    pool.admit = () => {
      if (pool.lent > 0) throw new RequestError('saturated', 'the queue is full');
    };
    const answer = await post(serving.url + path, bytes(300 * KIB), type);
    expect(await answer.json()).toMatchObject({ code });
    expect(pool.lent).toBe(0);
    pool.admit = () => {};
  });

  it('that announces too much is refused before it is sent', async () => {
    const { status, problem, headers } = parsed(await exchange(serving.port, head('Content-Length: 99999999999')));
    expect(status).toBe(413);
    expect(problem.code).toBe('body_too_large');
    expect(headers.connection).toBe('close');
  });

  it('that grows too large is refused, and its sender can read why', async () => {
    const chunk = `${MIB.toString(16)}\r\n${'0'.repeat(MIB)}\r\n`;
    const { status, problem } = parsed(
      await exchange(serving.port, head('Transfer-Encoding: chunked') + chunk.repeat(6)),
    );
    expect(status).toBe(413);
    expect(problem.code).toBe('body_too_large');
    expect(pool.lent).toBe(0);
  });

  it('that is announced and not sent costs little memory and ends with 408', async () => {
    pool.largestLoan = 0;
    const { status, problem } = parsed(await exchange(serving.port, `${head(`Content-Length: ${4 * MIB}`)}{`));
    expect(pool.largestLoan).toBeLessThanOrEqual(16 * KIB);
    expect(status).toBe(408);
    expect(problem.code).toBe('request_timeout');
    expect(pool.lent).toBe(0);
  });

  it('that is slow but steady may take longer than the timeout', async () => {
    const socket = connect(serving.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => (answer += data));
    socket.write(head(`Content-Length: ${1024 * KIB}`));
    // All of it takes 0.64 s at least, which is over the timeout; each chunk earns a quarter of a second, so a busy machine may be slower.
    for (let sent = 0; sent < 64; sent++) {
      socket.write(Buffer.alloc(16 * KIB, 32));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await until(() => answer.length > 0);
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  });

  it('that ends too early is forgotten', async () => {
    const asked = pool.requests.length;
    const socket = connect(serving.port, '127.0.0.1', () => socket.write(`${head('Content-Length: 100')}{`));
    await until(() => pool.lent > 0);
    socket.destroy();
    await until(() => pool.lent === 0);
    expect(pool.requests.length).toBe(asked);
  });

  it('with broken chunks is refused', async () => {
    const { status, problem } = parsed(await exchange(serving.port, `${head('Transfer-Encoding: chunked')}zz\r\n`));
    expect(status).toBe(400);
    expect(problem.code).toBe('bad_request');
    await until(() => pool.lent === 0);
  });

  it.each(['gzip', 'br', 'identity, gzip'])(
    'in Content-Encoding %s is refused with what would be fine',
    async (encoding) => {
      const answer = await post(attention(), '{}', { ...JSON_TYPE, 'content-encoding': encoding });
      expect(answer.status).toBe(415);
      expect(answer.headers.get('accept-encoding')).toBe('identity');
    },
  );

  it('in Content-Encoding identity is fine', async () => {
    expect((await post(attention(), '{}', { ...JSON_TYPE, 'content-encoding': 'identity' })).status).toBe(200);
  });

  it('is waited for only when it will be read', async () => {
    const refused = await exchange(serving.port, head('Expect: 100-continue', 'Content-Length: 99999999'));
    expect(refused).toMatch(/^HTTP\/1.1 413 /);

    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(serving.port, '127.0.0.1', () =>
        socket.write(head('Expect: 100-continue', 'Content-Length: 2', 'Connection: close')),
      );
      socket.on('data', (data) => {
        if (text === '') socket.write('{}');
        text += data;
      });
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/);
  });
});

describe('bodies that arrive at the same time', () => {
  it('have a bound together', async () => {
    const pool = new EchoPool();
    const serving = await serve({ maxBodyBytes: MIB, maxQueueBytes: 600 * KIB, logLevel: 'silent' }, pool);
    const stuck = connect(serving.port, '127.0.0.1', () => {
      stuck.write(head(`Content-Length: ${512 * KIB}`));
      stuck.write(Buffer.alloc(400 * KIB, 32));
    });
    await until(() => pool.lent >= 512 * KIB);
    const answer = await post(`${serving.url}/attention`, bytes(200 * KIB));
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await answer.json()).toMatchObject({ code: 'saturated' });
    stuck.destroy();
    await until(() => pool.lent === 0);
    expect((await post(`${serving.url}/attention`, bytes(200 * KIB))).status).toBe(200);
    await serving.app.close();
  });
});

describe('an answer', () => {
  const buffer = new SharedArrayBuffer(8 * MIB);
  const pool = new EchoPool();
  pool.memoryOfAnswers = [buffer];
  pool.answer = () => [bytes(10), new Uint8Array(buffer)];
  let serving: Serving;
  beforeAll(async () => {
    serving = await serve({ logLevel: 'silent' }, pool);
  });
  afterAll(() => serving.app.close());
  beforeEach(() => {
    pool.returned = [];
  });

  it('gives back what it lies in once it has gone', async () => {
    const answer = await post(`${serving.url}/attention`, '{}');
    expect((await answer.arrayBuffer()).byteLength).toBe(10 + 8 * MIB);
    await until(() => pool.returned.length > 0);
    expect(pool.returned).toEqual([buffer]);
  });

  it('keeps what it lies in while its client reads nothing, and gives it back when that hangs up', async () => {
    const before = pool.requests.length;
    const socket = connect(serving.port, '127.0.0.1', () => socket.write(`${head('Content-Length: 2')}{}`));
    socket.pause();
    await until(() => pool.requests.length > before);
    await post(`${serving.url}/health/live`, '');
    expect(pool.returned).toEqual([]);
    socket.destroy();
    await until(() => pool.returned.length > 0);
    expect(pool.returned).toEqual([buffer]);
  });

  it('that is there just when its client hangs up gives it back', async () => {
    pool.before = async (_request, signal) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    const before = pool.requests.length;
    const socket = connect(serving.port, '127.0.0.1', () => socket.write(`${head('Content-Length: 2')}{}`));
    await until(() => pool.requests.length > before);
    socket.destroy();
    await until(() => pool.returned.length > 0);
    expect(pool.returned).toEqual([buffer]);
    pool.before = async () => {};
  });
});
