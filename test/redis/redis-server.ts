/** A real Redis with a port and a folder of its own, for tests that stop, starve and restart it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../server.ts';

export interface RedisServer {
  url: string;
  port: number;
  /** Ends it at once, as a crash does, and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again with the same folder, or `empty`. */
  start(empty?: 'empty'): Promise<void>;
  /** Holds it, so that it answers nothing, and lets it go on. */
  pause(): void;
  goOn(): void;
  /** What redis-cli answers. */
  command(...words: string[]): string;
  /** Ends it and forgets what it held. */
  close(): Promise<void>;
}

function findsRedis(): boolean {
  if (spawnSync('redis-server', ['--version']).status === 0 || process.env.CI) return true;
  console.log('skipped: needs redis-server (apt-get install redis-server)');
  return false;
}

/** Whether there is one; where CI is set tests run in any case, and fail without it. */
export const hasRedis = findsRedis();

/** Starts one that writes all that it is told (`appendonly`), with more settings by name. */
export async function startRedis(settings: Record<string, string> = {}): Promise<RedisServer> {
  const port = Number(await freePort());
  let folder = await mkdtemp(join(tmpdir(), 'spotlight-redis-'));
  const folders = [folder];
  let child: ChildProcess | undefined;
  const cli = (...words: string[]) =>
    spawnSync('redis-cli', ['-p', String(port), ...words], { encoding: 'utf8' }).stdout.trim();

  async function start(empty?: 'empty'): Promise<void> {
    if (empty !== undefined) {
      folder = await mkdtemp(join(tmpdir(), 'spotlight-redis-'));
      folders.push(folder);
    }
    const own = { appendonly: 'yes', appendfsync: 'always', save: '', bind: '127.0.0.1', ...settings };
    const flags = Object.entries(own).flatMap(([name, value]) => [`--${name}`, value]);
    const running = spawn('redis-server', ['--port', String(port), '--dir', folder, ...flags], { stdio: 'ignore' });
    child = running;
    while (cli('ping') !== 'PONG') {
      if (running.exitCode !== null) throw new Error(`redis-server ended with ${running.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function kill(): Promise<void> {
    const running = child;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill,
    start,
    pause: () => child?.kill('SIGSTOP'),
    goOn: () => child?.kill('SIGCONT'),
    command: cli,
    close: async () => {
      await kill();
      for (const one of folders) await rm(one, { recursive: true, force: true });
    },
  };
}
