// A Redis of our own: on a free port of the loopback, in a folder that goes with it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Starts one with an append-only file, as docs/scale.md has it; `settings` are flags, such as `{ appendfsync: 'always' }`. */
export async function startRedis(settings = {}) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'spotlight-load-'));
  const fixed = { port, dir: folder, bind: '127.0.0.1', appendonly: 'yes', save: '', ...settings };
  const flags = Object.entries(fixed).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const cli = (...words) => spawnSync('redis-cli', ['-p', String(port), ...words], { encoding: 'utf8' }).stdout.trim();
  let child;
  const start = async () => {
    child = spawn('redis-server', flags, { stdio: 'ignore' });
    while (cli('ping') !== 'PONG') {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
      await sleep(20);
    }
  };
  /** As when the machine goes: nothing is written any more. */
  const kill = async () => {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  const end = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', end);
  const stop = async () => {
    process.removeListener('exit', end);
    await kill();
    rmSync(folder, { recursive: true, force: true });
  };
  await start();
  return { url: `redis://127.0.0.1:${port}`, port, pid: child.pid, cli, start, kill, stop };
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
