import { describe, expect, it } from 'vitest';
import { until } from '../serving.ts';
import { ready, type ServerProcess, startProcess } from './process.ts';

/** A request that runs for seconds on the plain kernel. */
function long({ url }: ServerProcess): Promise<Response> {
  const matrix = Array.from({ length: 2000 }, (_, i) => Array.from({ length: 64 }, (_, j) => ((i * 7 + j) % 13) / 13));
  const body = JSON.stringify({ query: matrix, key: matrix, value: matrix, precision: 'float64' });
  return fetch(`${url}/attention`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

/** Waits until a request is being computed. */
async function running({ url }: ServerProcess): Promise<void> {
  for (;;) {
    const { load } = (await (await fetch(`${url}/info`)).json()) as { load: { waiting: number } };
    if (load.waiting > 0) return;
  }
}

const linesOf = (server: ServerProcess): Record<string, unknown>[] =>
  server
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

async function end(server: ServerProcess): Promise<void> {
  process.kill(server.pid, 'SIGTERM');
  expect(await server.exited).toBe(0);
}

describe('the process', () => {
  it('says its address and its kernel, and why', async () => {
    const server = await startProcess();
    await ready(server);
    await until(() => linesOf(server).some(({ kernel }) => kernel !== undefined));
    expect(linesOf(server).find(({ kernel }) => kernel !== undefined)?.kernel).toMatchObject({
      name: expect.any(String),
      reason: expect.any(String),
    });
    expect(linesOf(server).find(({ msg }) => msg === `listening on ${server.url}`)).toBeDefined();
    await end(server);
  });

  it('says its address at any level', async () => {
    const server = await startProcess({ LOG_LEVEL: 'error' });
    expect(linesOf(server)).toHaveLength(1);
    await end(server);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('finishes what runs after %s and exits with 0', async (signal) => {
    const server = await startProcess();
    await ready(server);
    const answer = long(server);
    await running(server);
    process.kill(server.pid, signal);
    expect((await answer).status).toBe(200);
    expect(await server.exited).toBe(0);
  });

  it('exits with 1 at once after a second signal', async () => {
    const server = await startProcess();
    await ready(server);
    const answer = long(server).catch(() => 'cut');
    await running(server);
    process.kill(server.pid, 'SIGTERM');
    await until(() => server.output().includes('finishing what runs'));
    // npm passes on a signal that the terminal has sent already; within 100 ms both count as one.
    await new Promise((resolve) => setTimeout(resolve, 150));
    process.kill(server.pid, 'SIGTERM');
    expect(await server.exited).toBe(1);
    expect(await answer).toBe('cut');
  });

  it('exits with 1 when what runs takes longer than SHUTDOWN_MS', async () => {
    const server = await startProcess({ SHUTDOWN_MS: '100' });
    await ready(server);
    const answer = long(server).catch(() => 'cut');
    await running(server);
    process.kill(server.pid, 'SIGTERM');
    expect(await server.exited).toBe(1);
    expect(await answer).toBe('cut');
  });

  it('says in one line that its port is taken', async () => {
    const server = await startProcess();
    const second = await startProcess({ PORT: new URL(server.url).port, LOG_LEVEL: 'silent' });
    expect(await second.exited).toBe(1);
    expect(second.output()).toMatch(/^spotlight cannot start: listen EADDRINUSE[^\n]*\n$/);
    await end(server);
  });
});
