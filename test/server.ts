import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

export interface RunningServer {
  url: string;
  pid: number;
  /** What the server logged so far. */
  log(): string;
  /** Sends SIGTERM and gives the exit code. */
  stop(): Promise<number | null>;
  /** Ends it as nobody can prevent. */
  kill(): Promise<void>;
}

/**
 * Starts the built server as a user would, on a port of the system's choice, and waits until it is ready. `around` is lines of
 * bash before it: limits of its process.
 */
export async function startServer(env: Record<string, string> = {}, around = ''): Promise<RunningServer> {
  const child = spawn('bash', ['-c', `${around}\nexec "$0" dist/main.js`, process.execPath], {
    cwd: root,
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', DRAIN_MS: '0', ...env },
  });
  let log = '';
  child.stdout.on('data', (data) => (log += data));
  child.stderr.on('data', (data) => (log += data));
  // Once all that it said has come, too.
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = await Promise.race([
    addressIn(child, () => log),
    exited.then(() => Promise.reject(new Error(`the server ended: ${log}`))),
  ]);
  await ready(url);
  return {
    url,
    pid: child.pid ?? 0,
    log: () => log,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function addressIn(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve) => {
    const look = () => {
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(log());
      if (found === null) return;
      child.stdout?.off('data', look);
      resolve(found[0]);
    };
    child.stdout?.on('data', look);
    look();
  });
}

async function ready(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Ports below these are handed out to nobody who asks for any, so that a server finds its own again. */
const LEAST_PORT = 20_000;
const PORTS = 12_000;

/** A port that is free, for a server that is to be started on it more than once. */
export async function freePort(): Promise<string> {
  for (;;) {
    const port = LEAST_PORT + Math.floor(PORTS * Math.random());
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return String(port);
  }
}
