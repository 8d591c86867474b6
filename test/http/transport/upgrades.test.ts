/** Offers of an upgrade, as curl, Java and nginx send them, on bare sockets. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROTOCOL } from '../../../src/stream/protocol.ts';
import { lesson } from '../../lesson.ts';
import { exchange, parsed, type Serving, serve, until } from '../serving.ts';

const plain = JSON.stringify({ ...lesson, query: [lesson.query] });
/** Larger than TINY_BODY_BYTES: not for the express lane. */
const large = JSON.stringify({ ...lesson, query: Array.from({ length: 2000 }, () => lesson.query) });

type Offer = (host: string, ...fields: string[]) => string[];
const offers: Record<string, Offer> = {
  'curl --http2': (host, ...fields) => [
    `Host: ${host}`,
    'User-Agent: curl/7.88.1',
    'Accept: */*',
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA',
    ...fields,
  ],
  "Java's HttpClient": (host, ...fields) => [
    'Connection: Upgrade, HTTP2-Settings',
    ...fields,
    `Host: ${host}`,
    'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
    'Upgrade: h2c',
    'User-Agent: Java-http-client/17.0.17',
  ],
  "nginx's usual map": (host, ...fields) => ['Upgrade: h2c', 'Connection: upgrade', `Host: ${host}`, ...fields],
  'a client that knows many': (host, ...fields) => [
    `Host: ${host}`,
    'Connection: keep-alive',
    'Connection: upgrade',
    'Upgrade: TLS/1.0, SHTTP/1.3, IRC/6.9',
    ...fields,
  ],
};
const cases = Object.entries(offers);

const request = (line: string, fields: string[], body = '') =>
  `${line} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n${body}`;
const json = (body: string) => ['Content-Type: application/json', `Content-Length: ${body.length}`];

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
});
afterAll(() => serving.app.close());

/** Writes parts one after the other, each when as many answers came as it waits for, and gives all answers. */
function converse(parts: { after: number; text: string }[], answers: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = '';
    const socket = connect(serving.port, '127.0.0.1');
    const next = () => {
      const count = got.match(/HTTP\/1\.1 \d+/g)?.length ?? 0;
      while (parts.length > 0 && parts[0].after <= count) socket.write(parts.shift()?.text ?? '');
      if (parts.length === 0 && count >= answers && got.endsWith('}')) socket.end();
    };
    socket.on('connect', next).on('error', reject);
    socket.on('data', (data) => {
      got += data;
      next();
    });
    socket.on('close', () => resolve(got));
  });
}

const statusesOf = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));

describe.each(cases)('the offer of %s is ignored', (_name, offer) => {
  it('with a GET', async () => {
    const text = request('GET /health/live', offer('x', 'X-Request-Id: one'));
    const answer = await converse([{ after: 0, text }], 1);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain('x-request-id: one\r\n');
    expect(answer).not.toMatch(/^(upgrade|connection: upgrade)/im);
    expect(answer).toContain('{"status":"live"}');
  });

  it.each([
    ['tiny', plain],
    ['large', large],
  ])('with the body of a %s request', async (_size, body) => {
    const answer = await converse([{ after: 0, text: request('POST /attention', offer('x', ...json(body)), body) }], 1);
    expect(statusesOf(answer)).toEqual([200]);
    // e² : e⁰ : e² of the values, by hand.
    expect(answer).toMatch(/"output":\[\[7\.08\d+,14\.17\d+,21\.26\d+\]/);
  });

  it('with a body that comes later, in pieces', async () => {
    const text = request('POST /attention', offer('x', ...json(plain), 'Expect: 100-continue'));
    // "100 Continue" counts as the first answer.
    const parts = [
      { after: 0, text },
      { after: 1, text: plain.slice(0, 20) },
      { after: 1, text: plain.slice(20) },
    ];
    expect(statusesOf(await converse(parts, 2))).toEqual([100, 200]);
  });

  it('with a body in chunks', async () => {
    const fields = offer('x', 'Content-Type: application/json', 'Transfer-Encoding: chunked');
    const body = `${plain.length.toString(16)}\r\n${plain}\r\n0\r\n\r\n`;
    expect(statusesOf(await converse([{ after: 0, text: request('POST /attention', fields, body) }], 1))).toEqual([
      200,
    ]);
  });

  it('with every request of a connection', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const parts = Array.from({ length: 30 }, (_, i) => ({
      after: i,
      text: i % 2 ? request('GET /info', offer('x')) : request('POST /attention', offer('x', ...json(plain)), plain),
    }));
    expect(statusesOf(await converse(parts, 30))).toEqual(new Array(30).fill(200));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });

  it('with requests in one packet, which are answered in their order', async () => {
    const line = (i: number) => [`X-Request-Id: r${i}`];
    const text = [
      request('POST /attention', ['Host: x', ...json(large), ...line(1)], large),
      request('GET /health/live', offer('x', ...line(2))),
      request('POST /attention', offer('x', ...json(plain), ...line(3)), plain),
      request('POST /attention', ['Host: x', ...json(plain), ...line(4)], plain),
      request('GET /nowhere', offer('x', ...line(5))),
    ].join('');
    const answer = await converse([{ after: 0, text }], 5);
    expect(statusesOf(answer)).toEqual([200, 200, 200, 200, 404]);
    expect([...answer.matchAll(/x-request-id: (r\d)/g)].map(([, id]) => id)).toEqual(['r1', 'r2', 'r3', 'r4', 'r5']);
  });

  it('when the connection is to be closed', async () => {
    const text = request('GET /health/live', offer('x', 'Connection: close'));
    expect(statusesOf(await exchange(serving.port, text))).toEqual([200]);
  });

  it('when the request is refused', async () => {
    const text = request('POST /attention', offer('x', 'Content-Type: text/html', 'Content-Length: 2'), '{}');
    expect(statusesOf(await converse([{ after: 0, text }], 1))).toEqual([415]);
  });
});

it('an offer over HTTP/1.0 is ignored', async () => {
  const text = 'GET /health/live HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n';
  expect(await exchange(serving.port, text)).toMatch(/^HTTP\/1.1 200 OK/);
});

it('a client that leaves while others are answered costs nothing', async () => {
  const socket = connect(serving.port, '127.0.0.1');
  const open = new Promise((resolve) => serving.app.server.once('upgrade', resolve));
  const first = request('POST /attention', ['Host: x', ...json(large)], large);
  socket.write(first + request('GET /info', offers['curl --http2']('x')));
  await open;
  socket.resetAndDestroy();
  expect((await fetch(`${serving.url}/health/live`)).status).toBe(200);
});

describe('a WebSocket', () => {
  const upgrade = ['Host: x', 'Connection: close, Upgrade', 'Upgrade: websocket'];
  const version = 'Sec-WebSocket-Version: 13';
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  const protocol = `Sec-WebSocket-Protocol: ${PROTOCOL}`;
  const stream = '/attention/stream';

  it.each<[string, string, string[], number, string]>([
    ['on another path', 'GET /info', [version, key, protocol], 404, 'the step stream is at /attention/stream'],
    ['on the page of the documentation', 'GET /docs', [version, key, protocol], 404, 'the step stream is at'],
    [
      'on the path of a tiny request',
      'POST /attention',
      [...json(plain), version, key, protocol],
      404,
      'the step stream',
    ],
    ['on a path that is not there', 'GET /nowhere', [version, key, protocol], 404, 'nothing at this path'],
    [
      'with another method',
      `POST ${stream}`,
      [version, key, protocol, 'Content-Length: 0'],
      405,
      'this path takes GET',
    ],
    ['without a key', `GET ${stream}`, [version, protocol], 426, 'Sec-WebSocket-Key'],
    ['with a key that is none', `GET ${stream}`, [version, 'Sec-WebSocket-Key: x', protocol], 426, 'Sec-WebSocket-Key'],
    ['without a version', `GET ${stream}`, [key, protocol], 426, 'Sec-WebSocket-Version: 13'],
    ['of another version', `GET ${stream}`, ['Sec-WebSocket-Version: 12', key, protocol], 426, 'Version: 13'],
    ['without the subprotocol', `GET ${stream}`, [version, key], 400, PROTOCOL],
    ['with a query', `GET ${stream}?token=x`, [version, key, protocol], 422, 'this path has ticket'],
  ])('%s is refused with a problem', async (_name, line, fields, status, words) => {
    const body = line === 'POST /attention' ? plain : '';
    const {
      headers,
      problem,
      status: got,
    } = parsed(await exchange(serving.port, request(line, [...upgrade, ...fields], body)));
    expect(got).toBe(status);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(problem.detail).toContain(words);
    if (status === 426) expect(headers['sec-websocket-version']).toBe('13');
  });

  it('is refused with a problem while the server shuts down', async () => {
    const own = await serve({ logLevel: 'silent' });
    const heard = (on: Socket) => new Promise((resolve) => on.once('data', resolve));
    const socket = connect(own.port, '127.0.0.1');
    socket.write(request('GET /health/live', ['Host: x']));
    await heard(socket);
    const upload = connect(own.port, '127.0.0.1');
    upload.write(request('POST /attention', ['Host: x', ...json(plain), 'Expect: 100-continue']));
    await heard(upload);
    const closing = own.app.close();
    await until(() => !own.app.server.listening);
    let answer = '';
    socket.on('data', (data) => (answer += data));
    socket.write(
      request(`GET ${stream}`, ['Host: x', 'Connection: Upgrade', 'Upgrade: websocket', version, key, protocol]),
    );
    await new Promise((resolve) => socket.once('close', resolve));
    expect(parsed(answer)).toMatchObject({ status: 503, problem: { code: 'draining' } });
    upload.destroy();
    await closing;
  });
});

describe('Host', () => {
  it.each([
    ['a probe', 'GET /health/live', [], ''],
    ['a tiny request', 'POST /attention', json(plain), plain],
    ['a large request', 'POST /attention', json(large), large],
    ['an offer of an upgrade', 'GET /info', ['Connection: upgrade', 'Upgrade: h2c'], ''],
  ])('given twice is refused, with %s', async (_name, line, fields, body) => {
    for (const second of ['Host: y', 'host: x']) {
      const text = request(line, ['Host: x', ...fields, second, 'Connection: close'], body);
      const { status, problem } = parsed(await exchange(serving.port, text));
      expect(status).toBe(400);
      expect(problem).toMatchObject({ code: 'bad_request', detail: expect.stringContaining('Host') });
    }
  });
});
