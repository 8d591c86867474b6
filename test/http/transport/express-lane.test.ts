import { createServer, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANYBODY } from '../../../src/access/principal.ts';
import { AllowedHosts } from '../../../src/http/transport/allowed-hosts.ts';
import { expressLane } from '../../../src/http/transport/express-lane.ts';
import { Origins } from '../../../src/http/transport/origins.ts';
import { Outside } from '../../../src/http/transport/outside.ts';
import { Callers } from '../../../src/limits/callers.ts';
import { RequestCounts } from '../../../src/metrics/request-counts.ts';
import { HeldBytes } from '../../../src/pressure/held-bytes.ts';
import type { JobAnswer } from '../../../src/requests/request.ts';
import { passingOn } from '../../../src/traces/trace.ts';
import { lesson } from '../../lesson.ts';
import { listening } from '../../listening.ts';
import { exchange, JSON_TYPE, post, type Serving, serve, until } from '../serving.ts';

const asked = { ...lesson, query: [lesson.query] };
const plain = JSON.stringify(asked);
const head = (length: number, ...fields: string[]) => [
  'POST /attention HTTP/1.1',
  'Host: x',
  'Content-Type: application/json',
  `Content-Length: ${length}`,
  ...fields,
];

/** Status, headers and body of an answer, but for what differs between two equal requests. */
async function told(answer: Response) {
  const headers = Object.fromEntries(answer.headers);
  const { date, 'server-timing': timing, 'x-request-id': id, ...same } = headers;
  expect([date, id].every((value) => typeof value === 'string')).toBe(true);
  const problem = (await answer.text()).replaceAll(id, 'ID');
  return { status: answer.status, headers: { ...same, timed: timing?.replace(/[\d.]+/g, 'N') }, body: problem };
}

describe('a tiny request', () => {
  let express: Serving;
  let long: Serving;
  beforeAll(async () => {
    express = await serve();
    long = await serve({ tinyBodyBytes: 0 });
  });
  afterAll(async () => {
    await Promise.all([express.app.close(), long.app.close()]);
  });

  it.each([
    ['of the lesson', plain],
    ['with weights and statistics', JSON.stringify({ ...asked, outputs: ['weights', 'lse', 'stats'] })],
    ['under a causal mask', JSON.stringify({ ...asked, is_causal: true })],
    ['in float64', JSON.stringify({ ...asked, precision: 'float64' })],
    ['with a byte order mark', `\ufeff${plain}`],
    ['that is not JSON', `${plain}}`],
    ['that is not UTF-8', Buffer.concat([Buffer.from('{"note":"'), Buffer.of(0xff), Buffer.from('"}')])],
    ['that is empty', ''],
    ['with a shape that does not fit', JSON.stringify({ ...asked, query: [[1, 2]] })],
    ['with an unknown field', JSON.stringify({ ...asked, quarry: 1 })],
    ['with a number beyond float32', plain.replace('30', '1e39')],
    ['whose scores leave float32', JSON.stringify({ query: [[1e30]], key: [[1e30]], value: [[1]] })],
  ])('%s is answered as on the long road, byte for byte', async (_name, body) => {
    const bytes = Uint8Array.from(Buffer.from(body));
    const [one, other] = await Promise.all([
      post(`${express.url}/attention`, bytes),
      post(`${long.url}/attention`, bytes),
    ]);
    expect(await told(one)).toEqual(await told(other));
  });

  it.each<Record<string, string>>([
    { accept: 'application/vnd.safetensors' },
    { accept: 'text/html' },
    { accept: 'application/json;q=0.5, */*;q=0.1' },
    { 'content-type': 'application/json; charset=utf-8' },
    { 'content-type': 'text/plain' },
    { 'content-encoding': 'gzip' },
    { 'x-request-id': 'from-the-gateway' },
  ])('with the header %o is answered as on the long road', async (header) => {
    const headers = { ...JSON_TYPE, ...header };
    const [one, other] = await Promise.all([
      post(`${express.url}/attention`, plain, headers),
      post(`${long.url}/attention`, plain, headers),
    ]);
    if ('x-request-id' in header) expect(one.headers.get('x-request-id')).toBe('from-the-gateway');
    expect(await told(one)).toEqual(await told(other));
  });

  it('has the same fields in its line of the log', async () => {
    const headers = { ...JSON_TYPE, 'x-request-id': 'logged' };
    await Promise.all([express, long].map(({ url }) => post(`${url}/attention`, plain, headers)));
    const lineOf = ({ lines }: Serving) =>
      lines.find(({ msg, requestId }) => msg === 'answered' && requestId === 'logged');
    await until(() => [express, long].every((serving) => lineOf(serving) !== undefined));
    const shape = (serving: Serving) => {
      const { time, ms, timings, requestId, ...same } = lineOf(serving) ?? {};
      return { ...same, keys: Object.keys({ time, ms, requestId }), timings: Object.keys(timings ?? {}) };
    };
    expect(shape(express)).toEqual(shape(long));
  });

  it('may follow others in the same packet, and all are answered in their order', async () => {
    const scales = Array.from({ length: 50 }, (_, i) => i + 1);
    const one = (scale: number) => {
      const body = JSON.stringify({ ...asked, scale });
      return [...head(body.length, ...(scale === 50 ? ['Connection: close'] : [])), '', body].join('\r\n');
    };
    const answer = await exchange(express.port, scales.map(one).join(''));
    expect([...answer.matchAll(/"scale":(\d+)/g)].map(([, scale]) => Number(scale))).toEqual(scales);
  });

  it('may come in pieces', async () => {
    const text = [...head(plain.length, 'Connection: close'), '', plain].join('\r\n');
    for (const cut of [10, text.length - plain.length, text.length - 20]) {
      const answer = await new Promise<string>((resolve, reject) => {
        let got = '';
        const socket = connect(express.port, '127.0.0.1', () => {
          socket.write(text.slice(0, cut));
          setTimeout(() => socket.write(text.slice(cut)), 20);
        });
        socket
          .on('data', (data) => (got += data))
          .on('error', reject)
          .on('close', () => resolve(got));
      });
      expect(answer).toContain('HTTP/1.1 200');
      expect(answer).toContain('"output":[[');
    }
  });
});

describe('the express lane', () => {
  const answer: JobAnswer = {
    contentType: 'application/json',
    pieces: [Buffer.from('{"lane":"express"}')],
    memory: [],
    timings: { decode: 0, queue: 0, compute: 0, encode: 0 },
  };
  const longRoad: RequestListener = async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.end(`long ${body}`);
  };

  function laneOf({ isDraining = false, isReady = true, isAllowed = true, counts = new RequestCounts() } = {}) {
    const pool = { isReady, admit() {} };
    const tiny = { answer: () => answer };
    const config = { tinyBodyBytes: 100, maxBodyBytes: 1000, answerTimeoutMs: 1000, answerMinRate: 1000 };
    const book = { log: { info() {}, debug() {} }, counts };
    return expressLane(longRoad, {
      ...{ pool, tiny, config, book, traces: passingOn },
      held: new HeldBytes(1000, 50),
      origins: new Origins([]),
      outside: new Outside({ basePath: '', trustProxy: [] }),
      hosts: new AllowedHosts([]),
      access: { isOn: false, allowedNow: () => (isAllowed ? ANYBODY : undefined) },
      callers: new Callers({}),
      isDraining: () => isDraining,
    });
  }

  /** What a server answers whose pool answers everything at once. */
  async function ask(
    body: string,
    {
      headers = {},
      path = '/attention',
      ...how
    }: Parameters<typeof laneOf>[0] & { headers?: Record<string, string>; path?: string } = {},
  ) {
    const lane = laneOf(how);
    const server = createServer(lane);
    const port = await listening(server);
    try {
      const got = await post(`http://127.0.0.1:${port}${path}`, body, {
        ...JSON_TYPE,
        connection: 'close',
        ...headers,
      });
      return await got.text();
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  }

  it('does not say that a client took its answer that left before its turn', async () => {
    const counts = new RequestCounts();
    const lane = laneOf({ counts });
    const server = createServer((request, response) => {
      response.once('close', () => lane(request, response));
      // Once its body is here.
      request.once('readable', () => request.socket.destroy());
    });
    const port = await listening(server);
    await expect(post(`http://127.0.0.1:${port}/attention`, '{}')).rejects.toThrow();
    await until(() => counts.routes.length > 0);
    expect(counts.drops.get('answer_cut')).toBe(1);
    await new Promise((resolve) => server.close(resolve));
  });

  it('takes what is tiny and plain', async () => {
    expect(await ask('{}')).toBe('{"lane":"express"}');
  });

  it.each([
    ['is larger than TINY_BODY_BYTES', 'x'.repeat(101), {}],
    ['goes elsewhere', '{}', { path: '/attention?stream=1' }],
    ['comes before the kernels are tested', '{}', { isReady: false }],
    ['comes while the server is shutting down', '{}', { isDraining: true }],
    ['comes without a key that allows it', '{}', { isAllowed: false }],
    ['asks for another format', '{}', { headers: { accept: 'application/vnd.safetensors' } }],
    ['has another type', '{}', { headers: { 'content-type': 'application/octet-stream' } }],
    ['is compressed', '{}', { headers: { 'content-encoding': 'gzip' } }],
  ])('leaves what %s to the long road, with all of its body', async (_name, body, how) => {
    expect(await ask(body, how)).toBe(`long ${body}`);
  });
});
