/** A process that may have 64 descriptors in all, as in a container or under a shell that is strict. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { post, until } from '../http/serving.ts';
import { startProcess } from '../http/transport/process.ts';
import { lesson } from '../lesson.ts';
import { type RunningServer, startServer } from '../server.ts';

const preload = fileURLToPath(new URL('faulty-kernel.cjs', import.meta.url));
const LIVE = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';

/** Connections that come at once; those that live answer what they are asked. */
async function flood(port: number, count: number) {
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1').on('error', () => {}));
  const said = await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<boolean>((resolve) => {
          socket.once('connect', () => socket.write(LIVE));
          socket.once('data', () => resolve(true)).once('close', () => resolve(false));
        }),
    ),
  );
  return { living: sockets.filter((_, i) => said[i]), refused: said.filter((lives) => !lives).length };
}
const closed = (sockets: readonly Socket[]) =>
  Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve).destroy())));

describe.runIf(process.platform === 'linux')('a server with 64 descriptors', () => {
  let server: RunningServer | undefined;
  afterEach(() => server?.kill());

  it('starts, takes as many connections as there are descriptors for, tells so, and takes more when they have gone', async () => {
    server = await startServer({ WORKERS: '2' }, 'ulimit -n 64');
    const port = Number(new URL(server.url).port);
    const taken = Number(
      /: (\d+) connections are taken at once, fewer than MAX_CONNECTIONS, 10000/.exec(server.log())?.[1],
    );
    expect(taken).toBeGreaterThanOrEqual(8);
    const { log } = server;
    const { living, refused } = await flood(port, 100);
    // The connection that asked whether it is ready may be there still.
    expect([taken, taken - 1]).toContain(living.length);
    expect(refused).toBe(100 - living.length);
    await until(() => log().includes(`: ${taken} are open`));

    await closed(living);
    const isRefused = async () => {
      const one = await flood(port, 1);
      await closed(one.living);
      return one.refused > 0;
    };
    await expect.poll(isRefused).toBe(false);
    expect((await post(`${server.url}/attention`, JSON.stringify(lesson))).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });

  it('has descriptors left for a thread in the place of one that died, and for the files of pages', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'spotlight-fault-'));
    const FAULT = join(folder, 'fault');
    const env = { WORKERS: '2', TINY_BODY_BYTES: '0', FAULT, NODE_OPTIONS: `--require ${preload}` };
    server = await startServer(env, 'ulimit -n 64');
    const { url } = server;
    const ask = async () => (await post(`${url}/attention`, JSON.stringify(lesson))).status;
    expect(await ask()).toBe(200);
    const { living } = await flood(Number(new URL(url).port), 100);
    await closed(living.splice(0, 2));
    writeFileSync(FAULT, 'death worker');
    expect(await ask()).toBe(503);
    // Both threads take part.
    for (let i = 0; i < 4; i++) expect(await Promise.all([ask(), ask()])).toEqual([200, 200]);
    expect((await fetch(`${url}/docs/static/swagger-ui-bundle.js`)).status).toBe(200);
    expect(server.log().match(/it is replaced/g)).toHaveLength(1);
    await closed(living);
    expect(await server.stop()).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it('with too few to serve says so in one line', async () => {
    const few = await startProcess({ LOG_LEVEL: 'silent' }, /cannot start/, 'ulimit -n 36');
    expect(await few.exited).toBe(1);
    expect(few.output()).toMatch(/^spotlight cannot start: the process may have 36 descriptors \(ulimit -n\)[^\n]*\n$/);
  });
});
