/** The built server with a standard output that takes nothing: a full disk, a reader that stalls, a reader that is gone. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Without a reader there is nobody to wait for; with one, its last lines may take a moment. */
const ENDED_MS = 20_000;

let server: ChildProcess | undefined;
afterEach(() => void server?.kill('SIGKILL'));

/** Starts the server with a standard output, or a command of bash around it, and waits until it is ready. */
async function started(stdout: number | 'ignore', around = 'exec node dist/main.js'): Promise<number> {
  const port = Number(await freePort());
  const env = { ...process.env, HOST: '127.0.0.1', PORT: String(port), WORKERS: '1', DRAIN_MS: '0', LOG_LEVEL: 'info' };
  server = spawn('bash', ['-c', around], { cwd: root, env, stdio: ['ignore', stdout, 'ignore'] });
  await ready(port);
  return port;
}

async function ready(port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    if (server?.exitCode !== null) throw new Error(`the server ended with ${server?.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Sends so many requests, each of which has a line in the log, on one connection; resolves when all are answered. */
async function ask(port: number, requests: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  let answers = 0;
  let rest = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    const found = (rest + text).split('HTTP/1.1 404 ');
    answers += found.length - 1;
    rest = found[found.length - 1].slice(-12);
    if (answers === requests) socket.destroy();
  });
  const name = 'x'.repeat(100);
  const one = `GET /nowhere HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${name}\r\n\r\n`;
  for (let sent = 0; sent < requests; sent += 50) socket.write(one.repeat(Math.min(50, requests - sent)));
  await once(socket, 'close');
  expect(answers).toBe(requests);
}

/** Sends SIGTERM and gives the exit code. */
async function ended(): Promise<number | null | 'still running'> {
  if (server === undefined) return null;
  const exited = once(server, 'exit').then(([code]) => code as number | null);
  server.kill('SIGTERM');
  return await Promise.race([
    exited,
    new Promise<'still running'>((resolve) => setTimeout(resolve, ENDED_MS, 'still running')),
  ]);
}

describe.runIf(process.platform === 'linux')('a log that cannot be written', () => {
  it('on a full disk costs neither the service nor its end', async () => {
    const port = await started(openSync('/dev/full', 'w'));
    await ask(port, 3000);
    await ready(port);
    expect(await ended()).toBe(0);
  });

  it('as its reader is gone costs neither the service nor its end', async () => {
    const port = await started('ignore', 'exec node dist/main.js > >(head -1)');
    await ask(port, 3000);
    await ready(port);
    expect(await ended()).toBe(0);
  });

  it('as its reader stalls costs lines that are counted once it reads again, and neither the service nor its end', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'spotlight-log-'));
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    const port = await started(openSync(pipe, 'w'));
    await ask(port, 6000);
    await ready(port);

    let read = '';
    const buffer = Buffer.alloc(65_536);
    const readOn = async (isEnough: () => boolean) => {
      while (!isEnough()) {
        try {
          read += buffer.toString('utf8', 0, readSync(reader, buffer));
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    };
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const counted = Number(/^spotlight_log_lines_lost_total (\d+)$/m.exec(metrics)?.[1]);
    await readOn(() => /"lostLines":\d+[^\n]*\n/.test(read));
    await ask(port, 1);
    const asked = 6001;
    const told = () => (read.match(/"route":null/g) ?? []).length;
    const lost = Number(/"lostLines":(\d+)/.exec(read)?.[1]);
    expect(lost).toBe(counted);
    await readOn(() => told() + lost >= asked);
    expect(told() + lost).toBe(asked);
    for (const line of read.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();

    // Full once more, and nobody reads: it ends all the same.
    await ask(port, 6000);
    expect(await ended()).toBe(0);
    closeSync(reader);
    rmSync(folder, { recursive: true });
  });
});
