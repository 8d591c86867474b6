/** Clients that go, stall or come in crowds, before a real server: what is left of them, and what others notice. */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { exchange, parsed, post, until } from '../http/serving.ts';
import { lesson } from '../lesson.ts';
import { type RunningServer, startServer } from '../server.ts';

const matrix = (length: number) =>
  Array.from({ length }, (_, i) => Array.from({ length: 64 }, (_, j) => ((i * 7 + j) % 13) / 13));
const problem = (length: number, more = {}) => {
  const rows = matrix(length);
  return JSON.stringify({ query: rows, key: rows, value: rows, ...more });
};
/** Seconds of a thread. */
const LONG = problem(3000, { precision: 'float64' });
/** An answer of 6 MB, more than sockets hold. */
const LARGE = problem(1, { query: matrix(8000), outputs: ['lse', 'scores'] });
const NOT_TAKEN = 'the client did not take all of its answer';
const head = (body: string) =>
  `POST /attention HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;

async function dialed(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  await new Promise((resolve) => socket.write(text, resolve));
  return socket;
}

describe('a real server', () => {
  let server: RunningServer;
  let port: number;
  const start = async (env: Record<string, string>) => {
    server = await startServer({ WORKERS: '1', ...env });
    port = Number(new URL(server.url).port);
  };
  afterEach(() => server.kill());

  const tiny = () => post(`${server.url}/attention`, JSON.stringify(lesson));
  const load = async () => {
    const info = (await (await fetch(`${server.url}/info`)).json()) as { load: { waiting: number; running: number } };
    return info.load;
  };
  const told = (status: number) =>
    server
      .log()
      .split('\n')
      .filter((line) => line.includes(`"status":${status},`));

  it('whose queue is full refuses at once, with the time to come back, while probes and what runs go on', async () => {
    await start({ MAX_QUEUE: '2' });
    const [a, b] = [post(`${server.url}/attention`, LONG), post(`${server.url}/attention`, LONG)];
    await expect.poll(async () => (await load()).waiting).toBe(2);
    const refused = await Promise.all(Array.from({ length: 20 }, () => post(`${server.url}/attention`, LONG)));
    for (const answer of refused) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(await answer.json()).toMatchObject({ code: 'saturated' });
    }
    for (const path of ['/health/live', '/health/ready', '/metrics'])
      expect((await fetch(server.url + path)).status).toBe(200);
    expect((await load()).waiting).toBe(2);
    expect([(await a).status, (await b).status]).toEqual([200, 200]);
    expect((await tiny()).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });

  it('drops what clients leave that go within their header, their body, the computation or the answer', async () => {
    await start({});
    const [inHeader, inBody, inQueue, inAnswer] = await Promise.all([
      dialed(port, head(LONG).slice(0, 40)),
      dialed(port, head(LONG) + LONG.slice(0, LONG.length / 2)),
      dialed(port, head(LONG) + LONG),
      dialed(port, head(LARGE) + LARGE),
    ]);
    await new Promise((resolve) => inAnswer.once('readable', resolve));
    await expect.poll(async () => (await load()).waiting).toBe(1);
    for (const socket of [inHeader, inBody, inQueue, inAnswer]) socket.destroy();
    await expect.poll(load).toMatchObject({ waiting: 0, running: 0, waiting_bytes: 0 });
    // Whoever only closes its sending side within a request can still read that it is incomplete.
    await until(() => told(499).length === 1 && told(400).length === 2 && server.log().includes(NOT_TAKEN));
    expect((await tiny()).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });

  it('ends what comes too slowly or is not taken, and keeps its word to all others meanwhile', async () => {
    await start({ HEADERS_TIMEOUT_MS: '3000', BODY_TIMEOUT_MS: '3000', ANSWER_TIMEOUT_MS: '3000' });
    const slow = [
      exchange(port, 'GET /health/live HTTP/1.1\r\nHost: x\r\n'),
      exchange(port, head(LONG) + LONG.slice(0, 9)),
    ];
    const reader = await dialed(port, head(LARGE) + LARGE);
    let isOver = false;
    const others = (async () => {
      const statuses = new Set<number>();
      while (!isOver) for (const answer of await Promise.all([tiny(), tiny()])) statuses.add(answer.status);
      return [...statuses];
    })();
    for (const answer of await Promise.all(slow))
      expect(parsed(answer)).toMatchObject({ status: 408, problem: { code: 'request_timeout' } });
    await until(() => server.log().includes(NOT_TAKEN));
    isOver = true;
    expect(await others).toEqual([200]);
    reader.destroy();
    expect(await server.stop()).toBe(0);
  });

  it('that is told to end within a stream says goodbye, closes it with 1012, and exits with 0', async () => {
    await start({ STREAM_HEARTBEAT_MS: '500' });
    const { WebSocket } = await import('ws');
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/attention/stream`, 'spotlight.v1');
    const messages: string[] = [];
    socket.on('message', (data) => messages.push(String(data)));
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.once('open', () => {
      socket.send('{"type":"hello"}');
      const request = { kind: 'attention', ...JSON.parse(problem(512)) };
      // Fewer than it has steps: it cannot be done.
      socket.send(JSON.stringify({ type: 'start', id: 'a', credits: 1000, request, detail: 'row' }));
    });
    await until(() => messages.filter((text) => text.includes('"type":"step"')).length > 100);
    const exit = server.stop();
    expect(await closed).toBe(1012);
    expect(JSON.parse(messages.at(-1) ?? '')).toMatchObject({
      type: 'goodbye',
      reconnect_after_ms: expect.any(Number),
    });
    expect(messages.some((text) => text.includes('"type":"done"'))).toBe(false);
    expect(await exit).toBe(0);
  });
});
