/** The log tells the status that the client got, whatever became of its connection. */
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RequestError } from '../../../src/errors.ts';
import { EchoPool, exchange, parsed, type Serving, serve, until } from '../serving.ts';

const pool = new EchoPool();
let serving: Serving;
beforeAll(async () => {
  serving = await serve({ bodyTimeoutMs: 1000, headersTimeoutMs: 1500, maxBodyBytes: 200_000 }, pool);
});
afterEach(() => {
  pool.before = async () => {};
  pool.admit = () => {};
  pool.answer = ({ body }) => [Uint8Array.from(body)];
  serving.lines.length = 0;
});
afterAll(() => serving.app.close());

const head = (...fields: string[]) =>
  `${['POST /attention HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...fields].join('\r\n')}\r\n\r\n`;

/** The lines of requests so far. */
const told = () => serving.lines.filter(({ status }) => status !== undefined);

/** Sends bytes, reads the answer and closes at once, as clients do that have what they need. */
async function refused(text: string): Promise<{ status: number; problem: Record<string, unknown> }> {
  const answer = await new Promise<string>((resolve, reject) => {
    let read = '';
    const socket = connect(serving.port, '127.0.0.1', () => socket.write(text));
    socket.on('error', reject).on('data', (data) => {
      read += data;
      if (!read.includes('}')) return;
      socket.destroy();
      resolve(read);
    });
  });
  return parsed(answer);
}

const chunk = (bytes: number) => `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`;

describe('a refused request is logged with what its client got', () => {
  it.each<[name: string, status: number, text: string]>([
    ['as its announced body is too large', 413, `${head('Content-Length: 70000000')}${'x'.repeat(100_000)}`],
    ['as its body grows too large', 413, `${head('Transfer-Encoding: chunked')}${chunk(70_000).repeat(3)}`],
    ['as its body is too slow', 408, `${head('Content-Length: 100000')}${'x'.repeat(70_000)}`],
    ['as its body is of no known type', 415, `${head('Content-Length: 150000').replace('/json', '/xml')}x`],
    ['as there is nothing', 404, `${head('Content-Length: 150000').replace('/attention', '/nowhere')}x`],
    ['as its chunks are broken', 400, `${head('Transfer-Encoding: chunked')}5\r\nabcde\r\nnot a length\r\n`],
    ['as its header is too large', 431, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['as it is not HTTP', 400, '\x16\x03\x01 hello\r\n\r\n'],
    ['as its header never ends', 408, 'GET / HTTP/1.1\r\nHost: x\r\n'],
    ['as it wants a proxy', 405, 'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['as it offers no subprotocol', 400, upgrade('')],
    ['as it expects miracles', 417, `${head('Content-Length: 150000', 'Expect: miracles')}`],
  ])('%s: %i', async (_name, status, text) => {
    const answer = await refused(text);
    expect(answer.status).toBe(status);
    await until(() => told().length > 0);
    // Nothing else is told of it, not even when all that follows has been seen.
    await exchange(serving.port, 'GET /info HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await until(() => told().some(({ route }) => route === '/info'));
    expect(told().filter(({ route }) => route !== '/info')).toMatchObject([
      { status, code: answer.problem.code, client: '127.0.0.1' },
    ]);
  });

  it('as the pool is full: 503', async () => {
    pool.admit = () => {
      throw new RequestError('saturated', 'full');
    };
    const { status, problem } = await refused(`${head('Content-Length: 150000')}${'x'.repeat(1000)}`);
    expect(status).toBe(503);
    await until(() => told().length > 0);
    expect(told()).toMatchObject([{ status: 503, code: 'saturated', requestId: problem.instance }]);
  });
});

function upgrade(protocol: string): string {
  const fields = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
  const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';
  return `${['GET /attention/stream HTTP/1.1', 'Host: x', ...fields, key].join('\r\n')}\r\n${protocol}\r\n`;
}

describe('a client that leaves', () => {
  it('before its answer is logged as 499', async () => {
    let isAsked = false;
    pool.before = (_, signal) => {
      isAsked = true;
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const socket = connect(serving.port, '127.0.0.1', () => socket.write(`${head('Content-Length: 2')}{}`));
    await until(() => isAsked);
    socket.destroy();
    await until(() => told().length > 0);
    expect(told()).toMatchObject([{ status: 499, client: '127.0.0.1', msg: 'the client went away' }]);
  });

  it('within its answer got the status, and is said to have missed the rest', async () => {
    pool.answer = () => Array.from({ length: 64 }, () => new Uint8Array(1 << 20));
    const socket = connect(serving.port, '127.0.0.1', () => socket.write(`${head('Content-Length: 2')}{}`));
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    await until(() => told().length > 0);
    expect(told()).toMatchObject([{ status: 200, bytesOut: 0, msg: 'the client did not take all of its answer' }]);
  });
});

describe('a connection beyond MAX_CONNECTIONS', () => {
  it('is told in one line, and of a flood only the number is told', async () => {
    const { app, port, lines } = await serve({ maxConnections: 1 }, new EchoPool());
    const open = connect(port, '127.0.0.1');
    await new Promise((resolve) => open.once('connect', resolve));
    for (let i = 0; i < 20; i++) {
      const late = connect(port, '127.0.0.1');
      await new Promise((resolve) => late.once('close', resolve).on('error', () => {}));
    }
    await until(() => lines.some(({ connections }) => connections !== undefined));
    expect(lines.filter(({ connections }) => connections !== undefined)).toMatchObject([
      { level: 40, client: '127.0.0.1', connections: 1 },
    ]);
    open.destroy();
    await app.close();
  });
});
