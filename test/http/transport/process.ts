/** The built server as a process of its own, for what only a process can do: take signals and exit. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from '../serving.ts';

export interface ServerProcess {
  url: string;
  pid: number;
  output(): string;
  exited: Promise<number | null>;
}

/**
 * Starts it on a free port and waits until it says where it listens, or something else, or ends. `around` is lines of bash
 * before it: limits of its process.
 */
export async function startProcess(
  env: Record<string, string> = {},
  says = /http:\/\/127\.0\.0\.1:\d+/,
  around = '',
): Promise<ServerProcess> {
  const cwd = fileURLToPath(new URL('../../../', import.meta.url));
  const child = spawn('bash', ['-c', `${around}\nexec "$0" dist/main.js`, process.execPath], {
    cwd,
    env: { ...process.env, PORT: '0', WORKERS: '1', DRAIN_MS: '0', ...env },
  });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  let hasEnded = false;
  void exited.then(() => (hasEnded = true));
  await until(() => says.test(output) || hasEnded);
  return {
    url: /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? '',
    pid: child.pid ?? 0,
    output: () => output,
    exited,
  };
}

/** Waits until the server is ready. */
export async function ready({ url }: ServerProcess): Promise<void> {
  while (!(await fetch(`${url}/health/ready`)).ok) await new Promise((resolve) => setTimeout(resolve, 5));
}
