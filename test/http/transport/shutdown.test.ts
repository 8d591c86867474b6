import { connect, type Server, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
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

describe('a server that closes', () => {
  it('finishes what runs, refuses what is new, and then closes every connection', async () => {
    const pool = new EchoPool();
    let finish = () => {};
    pool.before = () => new Promise((resolve) => (finish = resolve));
    const { app, port } = await serve({ logLevel: 'silent' }, pool);
    const [running, used, fresh, silent] = await Promise.all([1, 2, 3, 4].map(() => dial(port)));
    used.socket.write(GET('/health/ready'));
    await until(() => used.text().includes('ready'));
    running.socket.write(POST);
    await until(() => pool.requests.length === 1);

    await accepted(app.server, 4);
    const closed = app.close();
    await until(() => !app.server.listening);
    await expect(dialFails(port)).resolves.toBe(true);

    // Both a connection that was used before and a fresh one are told.
    for (const { socket, text } of [used, fresh]) {
      const before = text().length;
      socket.write(POST);
      await until(() => text().length > before);
      const { status, headers, problem } = parsed(text().slice(before));
      expect(status).toBe(503);
      expect(problem.code).toBe('draining');
      expect(headers.connection).toBe('close');
      expect(headers['retry-after']).toMatch(/^\d+$/);
    }
    expect(running.text()).toBe('');

    finish();
    await closed;
    await until(() => [running, used, fresh, silent].every(({ closed }) => closed()));
    expect(running.text()).toMatch(/^HTTP\/1.1 200 OK/);
    expect(running.text().toLowerCase()).toContain('connection: close');
  });

  it('still lives, but is not ready', async () => {
    const pool = new EchoPool();
    let finish = () => {};
    pool.before = () => new Promise((resolve) => (finish = resolve));
    const { app, port } = await serve({ logLevel: 'silent' }, pool);
    const [running, live, ready] = await Promise.all([1, 2, 3].map(() => dial(port)));
    running.socket.write(POST);
    await until(() => pool.requests.length === 1);
    await accepted(app.server, 3);
    const closed = app.close();
    await until(() => !app.server.listening);
    live.socket.write(GET('/health/live'));
    ready.socket.write(GET('/health/ready'));
    await until(() => live.closed() && ready.closed());
    expect(live.text()).toMatch(/^HTTP\/1.1 200 /);
    expect(ready.text()).toMatch(/^HTTP\/1.1 503 /);
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
    await app.close();
  });
});

/** What the system has connected but the server not yet accepted is lost when it stops listening. */
async function accepted(server: Server, connections: number): Promise<void> {
  let count = 0;
  while (count < connections) {
    // Its answer comes before the event loop turns, and without a turn nothing is accepted.
    await new Promise((resolve) => setImmediate(resolve));
    count = await new Promise((resolve) => server.getConnections((_, n) => resolve(n)));
  }
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
