import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../server.ts';

const runner = fileURLToPath(new URL('./run.mjs', import.meta.url));

/** Runs one group of hostile cases against a server and gives what the runner printed. */
function hostile(url: string, group: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [runner, url, '--only', group], {
    env: { ...process.env, PATIENCE: '6' },
  });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

describe('hostile input', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ LOG_LEVEL: 'warn' });
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });

  it.each(['json', 'tensor', 'binary', 'http', 'websocket', 'text', 'fault'])('of the group %s is answered as promised', { timeout: 120_000 }, async (group) => {
    const { code, output } = await hostile(server.url, group);
    expect(code, output).toBe(0);
  });
});
