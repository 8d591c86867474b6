import { describe, expect, it } from 'vitest';
import { post, until } from '../serving.ts';
import { ready, type ServerProcess, startProcess } from './process.ts';

/** A request that runs for seconds on the plain kernel. */
function long({ url }: ServerProcess): Promise<Response> {
  const matrix = Array.from({ length: 3000 }, (_, i) => Array.from({ length: 64 }, (_, j) => ((i * 7 + j) % 13) / 13));
  const body = JSON.stringify({ query: matrix, key: matrix, value: matrix, precision: 'float64' });
  return fetch(`${url}/attention`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

const tiny = ({ url }: ServerProcess): Promise<Response> =>
  post(`${url}/attention`, '{"query":[1],"key":[[1]],"value":[[1]]}');

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

  it.each(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)('finishes what runs after %s and exits with 0', async (signal) => {
    const server = await startProcess({ SHUTDOWN_MS: '100000' });
    await ready(server);
    const answer = long(server);
    await running(server);
    process.kill(server.pid, signal);
    expect((await answer).status).toBe(200);
    expect(await server.exited).toBe(0);
  });

  it('exits with 0 when it is told to end while its threads start', async () => {
    // It says this before they are asked for anything.
    const server = await startProcess({ MAX_QUEU: '1' }, /MAX_QUEU is not read/);
    process.kill(server.pid, 'SIGTERM');
    expect(await server.exited).toBe(0);
    expect(server.output()).not.toContain('Error');
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

  it('serves all for DRAIN_MS after SIGTERM, not ready any more, and ends then', async () => {
    const server = await startProcess({ DRAIN_MS: '4000' });
    await ready(server);
    process.kill(server.pid, 'SIGTERM');
    await until(() => server.output().includes('serving on for 4000 ms'));
    const notReady = await fetch(`${server.url}/health/ready`);
    expect(notReady.status).toBe(503);
    expect(await notReady.json()).toMatchObject({ code: 'draining' });
    const served = await tiny(server);
    expect(served.status).toBe(200);
    expect(served.headers.get('connection')).toBe('close');
    expect(await server.exited).toBe(0);
  });

  it('exits with 1 at once after a second signal while it serves on', async () => {
    const server = await startProcess({ DRAIN_MS: '60000' });
    await ready(server);
    process.kill(server.pid, 'SIGTERM');
    await until(() => server.output().includes('serving on'));
    await new Promise((resolve) => setTimeout(resolve, 150));
    process.kill(server.pid, 'SIGINT');
    expect(await server.exited).toBe(1);
  });

  it('does not wait for gateways after Ctrl-C', async () => {
    const server = await startProcess({ DRAIN_MS: '60000' });
    await ready(server);
    process.kill(server.pid, 'SIGINT');
    expect(await server.exited).toBe(0);
  });

  it.each(['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const)('says that it has heard %s, and serves on', async (signal) => {
    const server = await startProcess();
    await ready(server);
    process.kill(server.pid, signal);
    await until(() => server.output().includes(`${signal}: `));
    expect((await tiny(server)).status).toBe(200);
    expect(server.output()).not.toContain('Debugger');
    await end(server);
  });

  it('names a variable that looks like one of its own, and is none', async () => {
    const server = await startProcess({ MAX_QUEU: '7' });
    expect(server.output()).toContain('the variable MAX_QUEU is not read; perhaps MAX_QUEUE is meant');
    await end(server);
  });

  it('exits with 1 when what runs takes longer than SHUTDOWN_MS', async () => {
    const server = await startProcess({ SHUTDOWN_MS: '100' });
    await ready(server);
    const answer = long(server).catch(() => 'cut');
    await running(server);
    process.kill(server.pid, 'SIGTERM');
    expect(await server.exited).toBe(1);
    expect(await answer).toBe('cut');
    expect(linesOf(server).at(-1)).toMatchObject({ level: 50, requests: 1, msg: expect.stringContaining('cut') });
  });
});
