import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { RequestError } from '../../../src/errors.ts';
import { startRun } from '../../access/keyed.ts';
import { EchoPool, parsed, serve, until } from '../serving.ts';

const POST = 'POST /attention HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const GET = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

/** A connection that collects what comes. */
async function dial(port: number): Promise<{ socket: Socket; text: () => string; closed: () => boolean }> {
  let text = '';
  let isClosed = false;
  const socket = connect(port, '127.0.0.1');
  socket.on('data', (data) => (text += data)).on('error', () => {});
  socket.on('close', () => (isClosed = true));
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, text: () => text, closed: () => isClosed };
}

/** A server whose requests to the pool wait until `finish`. */
async function holding() {
  const pool = new EchoPool();
  const waiting: (() => void)[] = [];
  pool.before = () => new Promise((resolve) => waiting.push(resolve));
  const finish = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  return { pool, finish, ...(await serve({ logLevel: 'silent' }, pool)) };
}

describe('a server that drains', () => {
  it('is not ready, and serves all the same, closing each connection after its answer', async () => {
    const { app, port } = await serve({ logLevel: 'silent' }, new EchoPool());
    const kept = await dial(port);
    kept.socket.write(GET('/health/ready'));
    await until(() => kept.text().includes('"ready"'));
    app.drain();
    const before = kept.text().length;
    kept.socket.write(POST);
    await until(() => kept.closed());
    expect(parsed(kept.text().slice(before))).toMatchObject({ status: 200, headers: { connection: 'close' } });

    const [ready, live, info] = await Promise.all(
      ['/health/ready', '/health/live', '/info'].map((path) => ask(port, path)),
    );
    expect(ready).toMatchObject({ status: 503, headers: { connection: 'close' }, problem: { code: 'draining' } });
    expect(ready.headers['retry-after']).toMatch(/^\d+$/);
    expect(live.status).toBe(200);
    expect(info.status).toBe(200);
    await app.close();
  });
});

describe('what a server that drains says of itself', () => {
  it('is that it closes, on streams of events too, and in its metrics that it is not ready', async () => {
    const { app, url, port } = await serve({ logLevel: 'silent' });
    const run = await startRun(url);
    const ready = async () => /^spotlight_ready (\d)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1];
    expect(await ready()).toBe('1');
    app.drain();
    const events = await dial(port);
    events.socket.write(GET(`/runs/${run}/events`));
    await until(() => events.closed());
    expect(events.text()).toMatch(/^HTTP\/1.1 200 OK/);
    expect(events.text().toLowerCase()).toContain('connection: close');
    expect(await ready()).toBe('0');
    await app.close();
  });
});

describe('a server that closes', () => {
  it('finishes what runs, serves what its connections still bring, and then closes every connection', async () => {
    const { app, port, pool, finish } = await holding();
    const [running, used, fresh, silent] = await Promise.all([1, 2, 3, 4].map(() => dial(port)));
    used.socket.write(GET('/health/ready'));
    await until(() => used.text().includes('ready'));
    running.socket.write(POST);
    await until(() => pool.requests.length === 1);

    const closed = app.close();
    await until(() => !app.server.listening);
    await expect(dialFails(port)).resolves.toBe(true);

    // A gateway may have sent them before it could know.
    const before = used.text().length;
    for (const { socket } of [used, fresh]) socket.write(POST);
    await until(() => pool.requests.length === 3);
    finish();
    await closed;
    await until(() => [running, used, fresh, silent].every(({ closed }) => closed()));
    for (const text of [running.text(), used.text().slice(before), fresh.text()]) {
      expect(parsed(text)).toMatchObject({ status: 200, headers: { connection: 'close' } });
    }
    expect(silent.text()).toBe('');
  });

  it('still lives, but is not ready, and begins no run', async () => {
    const { app, port, pool, finish } = await holding();
    const [running, live, ready, run] = await Promise.all([1, 2, 3, 4].map(() => dial(port)));
    running.socket.write(POST);
    await until(() => pool.requests.length === 1);
    const closed = app.close();
    await until(() => !app.server.listening);
    live.socket.write(GET('/health/live'));
    ready.socket.write(GET('/health/ready'));
    run.socket.write(POST.replace('/attention', '/attention?stream=1'));
    await until(() => live.closed() && ready.closed() && run.closed());
    expect(parsed(live.text()).status).toBe(200);
    expect(parsed(ready.text())).toMatchObject({ status: 503, problem: { code: 'draining' } });
    expect(parsed(run.text())).toMatchObject({ status: 503, problem: { code: 'draining' } });
    finish();
    await closed;
  });
});

describe('a server that starts', () => {
  it('is alive, and ready only when the pool is', async () => {
    const pool = new EchoPool();
    pool.isReady = false;
    const { app, url } = await serve({ logLevel: 'silent' }, pool);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const notReady = await fetch(`${url}/health/ready`);
    expect(notReady.status).toBe(503);
    expect(await notReady.json()).toMatchObject({ code: 'not_ready' });
    const refused = await fetch(`${url}/attention`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    pool.isReady = true;
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    pool.refusal = new RequestError('workers_failing', 'they died', { retryAfterMs: 6001 });
    const resting = await fetch(`${url}/health/ready`);
    expect(resting.status).toBe(503);
    expect(resting.headers.get('retry-after')).toBe('7');
    await app.close();
  });
});

/** The whole answer to a request on a connection of its own. */
async function ask(port: number, path: string): Promise<ReturnType<typeof parsed>> {
  const own = await dial(port);
  own.socket.write(GET(path));
  await until(() => own.closed());
  return parsed(own.text());
}

function dialFails(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', () => resolve(true));
  });
}
