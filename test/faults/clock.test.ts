/** The clock of the machine jumps by hours while the server runs, as by NTP, a restored snapshot or a hand; by libfaketime. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { addKey } from '../../src/access/new-key.ts';
import { SCOPES } from '../../src/access/principal.ts';
import { bearer, startRun } from '../access/keyed.ts';
import { JSON_TYPE, post } from '../http/serving.ts';
import { lesson } from '../lesson.ts';
import { type RunningServer, startServer } from '../server.ts';

const library = ['/usr/lib', '/usr/local/lib']
  .flatMap((folder) => ['', ...(existsSync(folder) ? readdirSync(folder) : [])].map((part) => join(folder, part)))
  .map((folder) => join(folder, 'faketime', 'libfaketimeMT.so.1'))
  .find(existsSync);
/** In continuous integration its tests run, and fail, without it. */
const canTurn = library !== undefined || process.env.CI !== undefined;
if (!canTurn) console.log('skipped: clocks that jump need libfaketime (apt-get install faketime)');

const HOURS_MS = 3_600_000;

describe.skipIf(!canTurn)('a clock that jumps', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spotlight-clock-'));
  const clock = join(folder, 'clock');
  const keys = join(folder, 'keys.json');
  const key = bearer(addKey(keys, { name: 'all', scopes: SCOPES }));
  afterAll(() => rmSync(folder, { recursive: true }));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let server: RunningServer;

  const turn = (to: string) => writeFileSync(clock, to);
  const start = async (env: Record<string, string>) => {
    server = await startServer({
      WORKERS: '2',
      API_KEYS_FILE: keys,
      // So that what rests, stalls or says nothing is looked for many times a second.
      STREAM_STALL_MS: '1000',
      STREAM_HEARTBEAT_MS: '500',
      ...env,
      LD_PRELOAD: library ?? '',
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      // As when a real clock jumps.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
  };
  beforeEach(() => turn('+0'));
  afterEach(async () => {
    agent.destroy();
    await server.kill();
  });

  /** Asks on the one connection that is kept; how far ahead the clock of the server is, in hours, and whether it is a new connection. */
  const ahead = () =>
    new Promise<{ hours: number; isKept: boolean }>((resolve, reject) => {
      const asked = request(`${server.url}/health/live`, { agent }, (answer) => {
        const ms = Date.parse(answer.headers.date ?? '') - Date.now();
        answer
          .resume()
          .once('end', () => resolve({ hours: Math.round(ms / HOURS_MS) + 0, isKept: asked.reusedSocket }));
      });
      asked.once('error', reject).end();
    });
  const viewRun = async (run: string) => (await fetch(`${server.url}/runs/${run}`, { headers: key })).status;

  it.each(['+5h', '-5h'])('by %s ends nothing that has its time', async (to) => {
    await start({});
    const run = await startRun(server.url, key);
    const { ticket } = (await (await post(`${server.url}/tickets`, '', key)).json()) as { ticket: string };
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/attention/stream`, 'spotlight.v1', {
      headers: key,
    });
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send('{"type":"hello"}');
    expect(await ahead()).toEqual({ hours: 0, isKept: false });
    const matrix = Array.from({ length: 1500 }, (_, i) =>
      Array.from({ length: 64 }, (_, j) => ((i * 7 + j) % 13) / 13),
    );
    const body = JSON.stringify({ query: matrix, key: matrix, value: matrix, precision: 'float64' });
    const long = post(`${server.url}/attention`, body, { ...JSON_TYPE, ...key, 'request-timeout': '60' });

    turn(to);
    await expect.poll(ahead).toEqual({ hours: Number(to.slice(0, -1)), isKept: true });
    // Two heartbeats: by then all that is over is gone.
    for (let pings = 0; pings < 2; pings++) await new Promise((resolve) => socket.once('ping', resolve));
    expect(await viewRun(run)).toBe(200);
    const events = await fetch(`${server.url}/runs/${run}/events?ticket=${ticket}`);
    expect(events.status).toBe(200);
    expect(await events.text()).toContain('event: done');
    expect((await long).status).toBe(200);
    expect((await post(`${server.url}/attention`, JSON.stringify(lesson), { ...JSON_TYPE, ...key })).status).toBe(200);
    socket.close(1000);
    expect(await closed).toBe(1000);
    expect(await server.stop()).toBe(0);
  });

  it('backwards keeps no run beyond its time, and says when that is by the new clock', async () => {
    await start({ RUN_TTL_MS: '5000' });
    const run = await startRun(server.url, key);
    turn('-5h');
    const document = await (await fetch(`${server.url}/runs/${run}`, { headers: key })).json();
    const { expires_at } = document as { expires_at: string };
    expect((Date.parse(expires_at) - Date.now()) / HOURS_MS).toBeCloseTo(-5, 1);
    await expect.poll(() => viewRun(run)).toBe(410);
  });
});
