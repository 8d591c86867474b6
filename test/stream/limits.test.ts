import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Config } from '../../src/config/config.ts';
import { PROTOCOL } from '../../src/stream/protocol.ts';
import { EchoPool, type Serving, serve, until } from '../http/serving.ts';
import { type Client, dial, dialBare, lesson, problem, streamUrl } from './dial.ts';

async function serving(settings: Partial<Config>, work: (own: Serving) => Promise<void>): Promise<void> {
  const own = await serve({ logLevel: 'silent', ...settings });
  try {
    await work(own);
  } finally {
    await own.app.close();
  }
}

const start = (id: string, more: object = {}) => ({
  type: 'start',
  id,
  request: lesson,
  detail: 'whole',
  credits: 0,
  ...more,
});

/** The answer to an upgrade that was refused. */
function refused(
  url: string,
  protocols: string[],
  headers: Record<string, string> = {},
): Promise<{ status: number; problem: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(streamUrl(url), protocols, { headers });
    socket.on('open', () => reject(new Error('it was upgraded')));
    socket.on('error', () => {});
    socket.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (data) => (text += data));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, problem: JSON.parse(text) }));
    });
  });
}

describe('the upgrade', () => {
  let own: Serving;
  beforeAll(async () => {
    own = await serve({ logLevel: 'silent', corsOrigins: ['https://studio.example'] });
  });
  afterAll(() => own.app.close());

  it('needs the subprotocol, among others that may be offered', async () => {
    for (const protocols of [[], ['spotlight.v0']]) {
      const { status, problem: document } = await refused(own.url, protocols);
      expect(status).toBe(400);
      expect(document).toMatchObject({ code: 'unknown_protocol', status: 400 });
    }
    const socket = new WebSocket(streamUrl(own.url), ['other', PROTOCOL]);
    await new Promise((resolve) => socket.once('open', resolve));
    expect(socket.protocol).toBe(PROTOCOL);
    expect(socket.extensions).toBe('');
    socket.close();
  });

  it('is asked for of plain requests, and refused elsewhere', async () => {
    const answer = await fetch(`${own.url}/attention/stream`);
    expect(answer.status).toBe(426);
    expect(answer.headers.get('upgrade')).toBe('websocket');
    expect(await answer.json()).toMatchObject({ code: 'upgrade_required' });
  });

  it.each([
    ['https://studio.example', undefined],
    ['https://STUDIO.example', undefined],
    ['same', undefined],
    ['https://evil.example', 4403],
    ['null', 4403],
  ])('from a page of %s is closed with %s', async (origin, code) => {
    const client = await dialBare(own.url, { headers: { origin: origin === 'same' ? own.url : origin } });
    if (code !== undefined) {
      expect((await client.closed).code).toBe(code);
      return;
    }
    client.send({ type: 'hello' });
    await client.first('welcome');
    client.socket.close();
  });
});

describe('a message', () => {
  let own: Serving;
  let client: Client;
  beforeAll(async () => {
    own = await serve({ logLevel: 'silent', maxBodyBytes: 200_000 });
  });
  afterAll(() => own.app.close());

  it.each<[string, string | Buffer]>([
    ['that is not JSON', 'hello there'],
    ['that is no object', '[1]'],
    ['without a type', '{}'],
    ['of an unknown type', '{"type":"__proto__"}'],
    ['with an id of no letters', '{"type":"pause","id":""}'],
    ['with an id of 65 letters', JSON.stringify({ type: 'pause', id: 'x'.repeat(65) })],
    ['without an id', '{"type":"pause"}'],
    ['that is binary', Buffer.from([1, 2, 3])],
    ['that is long and no start', JSON.stringify({ type: 'ping', t: 'x'.repeat(100_000) })],
    ['that is long and no JSON', `{"request":{"a":${'['.repeat(100_000)}}`],
    [
      'that is long and has two kinds',
      JSON.stringify({ type: 'start', id: 'a', request: { pad: ' '.repeat(100_000) } }).replace(
        '"pad"',
        '"kind":"attention","kind":"text","pad"',
      ),
    ],
  ])('%s closes with 4400 and a reason of at most 123 bytes', async (_name, data) => {
    client = await dial(own.url);
    client.socket.send(data);
    const { code, reason } = await client.closed;
    expect(code).toBe(4400);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
    expect(reason).not.toBe('');
    // In our own words, never those of the library that checks.
    expect(reason).not.toMatch(/Invalid|expected|received|Unrecognized|Too (big|small)/);
  });

  it('before hello closes with 4400', async () => {
    for (const message of [{ type: 'ping' }, start('a')]) {
      client = await dialBare(own.url);
      client.send(message);
      expect((await client.closed).code).toBe(4400);
    }
  });

  it('that is long takes no memory before hello', async () => {
    const pool = new EchoPool();
    const bare = await serve({ logLevel: 'silent' }, pool);
    client = await dialBare(bare.url);
    client.send(start('a', { request: { ...lesson, pad: ' '.repeat(100_000) } }));
    expect((await client.closed).code).toBe(4400);
    expect(pool.largestLoan).toBe(0);
    await bare.app.close();
  });

  it('longer than MAX_BODY_BYTES closes with 1009, invalid UTF-8 with 1007', async () => {
    client = await dial(own.url);
    client.socket.send('x'.repeat(200_001));
    expect((await client.closed).code).toBe(1009);
    client = await dial(own.url);
    client.socket.send(Buffer.from([0x22, 0xff, 0xfe, 0x22]), { binary: false });
    expect((await client.closed).code).toBe(1007);
  });

  it('that makes no sense gets an error, and the connection goes on', async () => {
    client = await dial(own.url);
    const cases: [object, string, string?][] = [
      [{ type: 'hello' }, 'invalid_message'],
      [{ type: 'watch', id: 'a', run: 'nope', credits: 1 }, 'run_not_found'],
      [{ type: 'cancel', run: 'nope' }, 'run_not_found'],
      [{ type: 'credit', id: 'a', n: 5 }, 'unknown_subscription', '/id'],
      [{ type: 'unwatch', id: 'a' }, 'unknown_subscription', '/id'],
      [start('a', { credits: 1_000_001 }), 'invalid_option', '/credits'],
      [start('a', { credits: -1 }), 'invalid_option', '/credits'],
      [start('a', { detail: 'hole' }), 'invalid_option', '/detail'],
      [start('a', { only: { steps: ['patern'] } }), 'invalid_option', '/only/steps/0'],
      [start('a', { only: { step: ['pattern'] } }), 'unknown_field', '/only/step'],
      [start('a', { only: { steps: ['masked', 'result'] } }), 'invalid_option', '/only/steps'],
      [start('a', { detail: 'tile', only: { steps: ['pattern'] } }), 'invalid_option', '/only/steps'],
      [start('a', { tile_rows: 0 }), 'invalid_option', '/tile_rows'],
      [start('a', { credit: 1 }), 'unknown_field', '/credit'],
      [start('a', { request: { ...lesson, kind: 'dance' } }), 'invalid_option', '/request/kind'],
      [{ type: 'start', id: 'a', request: lesson, detail: 'whole' }, 'missing_field', '/credits'],
      [{ type: 'pause', id: 'a', really: true }, 'unknown_field', '/really'],
      [{ type: 'credit', id: 'a', n: 1e308 }, 'invalid_option', '/n'],
      [{ type: 'speed', id: 'a', steps_per_second: 'NaN' }, 'invalid_option', '/steps_per_second'],
      [{ type: 'seek', id: 'a', to: 0 }, 'invalid_option', '/to'],
      [{ type: 'cancel' }, 'missing_field', '/run'],
      [
        start('a', { request: { kind: 'attention', query: [[1, 2]], key: [[1]], value: [[1], [2]] } }),
        'shape_mismatch',
        '/request/key',
      ],
      [start('a', { request: { ...lesson, scal: 1 } }), 'unknown_field', '/request/scal'],
      [start('a', { request: { ...lesson, query: [[1, 'x', 1]] } }), 'invalid_tensor', '/request/query/0/1'],
    ];
    for (const [message, code, pointer] of cases) {
      client.messages.length = 0;
      client.send(message);
      const { problem: document } = await client.first('error');
      expect(document, JSON.stringify(message)).toMatchObject({ code, ...(pointer !== undefined && { pointer }) });
      expect(document.instance).toMatch(/^[0-9a-f-]{36}$/);
    }
    client.send(start('a', { credits: 100 }));
    await client.first('done', 'a');
    client.socket.close();
  });

  it('of many bytes is cut by a worker, and its numbers are right', async () => {
    client = await dial(own.url);
    const request = problem(2, 120, 16);
    const text = JSON.stringify({
      type: 'start',
      id: 'a',
      request,
      detail: 'head',
      only: { steps: ['z'] },
      credits: 9,
    });
    expect(text.length).toBeGreaterThan(64 * 1024);
    client.socket.send(text);
    // What is sent meanwhile waits its turn.
    client.send({ type: 'ping', t: 1 });
    await client.first('done', 'a');
    const types = client.messages.map(({ type }) => type);
    expect(types.filter((type) => type !== 'progress' && type !== 'pong')).toEqual([
      'welcome',
      'started',
      'step',
      'step',
      'done',
    ]);
    expect(types).toContain('pong');
    const { kind: _kind, ...body } = request;
    const answer = await fetch(`${own.url}/attention`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { output } = (await answer.json()) as { output: number[][][] };
    expect(client.steps.map(({ data }) => data)).toEqual(output);
    client.socket.close();
  });
});

describe('a limit that is passed', () => {
  it('closes a connection that says no hello with 4408', () =>
    serving({ streamHelloMs: 50 }, async ({ url }) => {
      const client = await dialBare(url);
      expect((await client.closed).code).toBe(4408);
    }));

  it('closes a connection that is idle with 1000', () =>
    serving({ streamIdleMs: 1000 }, async ({ url }) => {
      const client = await dial(url);
      expect(await client.closed).toEqual({ code: 1000, reason: 'idle' });
    }));

  it('closes with 4408 when the rest of a long message does not come', () =>
    serving({ bodyTimeoutMs: 100, bodyMinRate: 2 ** 30, streamStallMs: 200 }, async ({ url }) => {
      const client = await dial(url);
      client.socket.send('x'.repeat(100_000), { fin: false });
      expect((await client.closed).code).toBe(4408);
    }));

  it('closes with 1013 when messages on their way hold too much together', () =>
    serving({ maxQueueBytes: 250_000, streamStallMs: 200 }, async ({ url }) => {
      const clients = await Promise.all([dial(url), dial(url)]);
      for (const { socket } of clients) socket.send('x'.repeat(200_000), { fin: false });
      expect((await Promise.race(clients.map(({ closed }) => closed))).code).toBe(1013);
      for (const { socket } of clients) socket.terminate();
    }));

  it('ends a connection whose client answers no ping', () =>
    serving({ streamHeartbeatMs: 50 }, async ({ url }) => {
      const client = await dialBare(url, { autoPong: false });
      client.send({ type: 'hello' });
      expect((await client.closed).code).toBe(1006);
    }));

  it('closes with 4409 when the id of a subscription is taken, but not when it is done', () =>
    serving({}, async ({ url }) => {
      const client = await dial(url);
      client.send(start('a', { credits: 100 }));
      await client.first('done', 'a');
      client.send(start('a'));
      await client.until(() => client.of('started').length === 2);
      client.send(start('a'));
      expect((await client.closed).code).toBe(4409);
    }));

  it('closes with 4429 beyond the runs of a connection', () =>
    serving({ streamRuns: 3 }, async ({ url }) => {
      const client = await dial(url);
      for (let i = 0; i < 3; i++) client.send(start(`a${i}`));
      await client.until(() => client.of('started').length === 3);
      client.send({ type: 'unwatch', id: 'a0' });
      client.send(start('a3'));
      await client.first('started', 'a3');
      client.send(start('a4'));
      expect((await client.closed).code).toBe(4429);
    }));

  it('closes with 4429 beyond its subscriptions; those that are done do not count', () =>
    serving({ streamSubscriptions: 3 }, async ({ url }) => {
      const client = await dial(url);
      client.send(start('a', { credits: 100 }));
      const { run } = await client.first('started', 'a');
      await client.first('done', 'a');
      for (let i = 0; i < 3; i++) client.send({ type: 'watch', id: `b${i}`, run, credits: 0 });
      await client.first('started', 'b2');
      client.send({ type: 'watch', id: 'b3', run, credits: 0 });
      expect((await client.closed).code).toBe(4429);
    }));

  it('closes with 4429 beyond the rate of messages and of pings', () =>
    serving({ streamMessageBurst: 20, streamMessageRate: 1 }, async ({ url }) => {
      const talker = await dial(url);
      for (let i = 0; i < 30; i++) talker.send({ type: 'ping' });
      expect((await talker.closed).code).toBe(4429);
      const pinger = await dial(url);
      for (let i = 0; i < 30; i++) pinger.socket.ping();
      expect((await pinger.closed).code).toBe(4429);
    }));

  it('is told in welcome', () =>
    serving({ streamSubscriptions: 5, streamRuns: 4, streamCredits: 3, maxBodyBytes: 1000 }, async ({ url }) => {
      const client = await dial(url);
      const { limits } = await client.first('welcome');
      expect(limits).toMatchObject({ subscriptions: 5, runs: 4, credits: 3, message_bytes: 1000 });
      client.socket.close();
    }));

  it('refuses a viewer when too many watch in total, and takes it when one has left', () =>
    serving({ maxViewers: 2 }, async ({ url }) => {
      const client = await dial(url);
      client.send(start('a'));
      const { run } = await client.first('started', 'a');
      client.send({ type: 'watch', id: 'b', run, credits: 0 });
      await client.first('started', 'b');
      client.send({ type: 'watch', id: 'c', run, credits: 0 });
      expect((await client.first('error', 'c')).problem.code).toBe('saturated');
      expect((await fetch(`${url}/runs/${run}/events`)).status).toBe(503);
      client.send({ type: 'unwatch', id: 'a' });
      client.send({ type: 'watch', id: 'c', run, credits: 0 });
      await client.first('started', 'c');
      client.socket.close();
    }));
});

describe('a client that does not read', () => {
  it('is closed with 4499 and slows nobody', () =>
    serving({ logLevel: 'info', streamStallMs: 1500, workers: 2 }, async ({ url, lines }) => {
      const [stuck, reader] = await Promise.all([dial(url), dial(url)]);
      const only = { steps: ['attn_scores', 'scaled', 'pattern'] };
      // Some 20 MB of text: more than all buffers between the two.
      const request = problem(8, 256, 16);
      stuck.send({ type: 'start', id: 'a', request, detail: 'whole', credits: 100, only });
      const { run } = await stuck.first('started', 'a');
      stuck.socket.pause();
      reader.send({ type: 'watch', id: 'b', run, credits: 100, only: { steps: ['z'] } });
      await reader.first('done', 'b');
      await until(() => lines.some(({ code }) => code === 4499));
      stuck.socket.resume();
      expect((await stuck.closed).code).toBe(4499);
      reader.send({ type: 'ping' });
      await reader.first('pong');
      reader.socket.close();
    }));

  it(
    'and asks all the same is closed as soon as its answers pile up',
    () =>
      serving(
        { logLevel: 'info', streamMessageRate: 1_000_000, streamMessageBurst: 1_000_000, streamStallMs: 60_000 },
        async ({ port, lines }) => {
          // On a bare socket: a client that writes and never reads.
          const socket = connect(port, '127.0.0.1');
          let isClosed = false;
          socket.on('error', () => {}).on('close', () => (isClosed = true));
          socket.pause();
          socket.write(
            `GET /attention/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: ${PROTOCOL}\r\n\r\n`,
          );
          // A masked text frame of 126 to 65,535 bytes, with a mask of zeros.
          const frame = (text: string) =>
            Buffer.concat([
              Buffer.from([0x81, 0x80 | 126, text.length >> 8, text.length & 255, 0, 0, 0, 0]),
              Buffer.from(text),
            ]);
          socket.write(frame(`{"type":"hello"}${' '.repeat(200)}`));
          const ping = frame(JSON.stringify({ type: 'ping', t: 'x'.repeat(128) }));
          const pings = Buffer.concat(Array.from({ length: 500 }, () => ping));
          // Its answers fill the buffers of the system first; 40 MB are more than these are.
          for (let sent = 0; sent < 500 && !isClosed; sent++) {
            socket.write(pings);
            await until(() => socket.writableLength === 0 || isClosed);
          }
          await until(() => lines.some(({ code }) => code === 4499));
          socket.destroy();
        },
      ),
    120_000,
  );
});
