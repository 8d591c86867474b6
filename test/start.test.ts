import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));

describe('npm start', () => {
  it('builds what it needs, serves, drains at SIGTERM and leaves nothing behind', async () => {
    const npm = spawn('npm', ['start'], {
      cwd: root,
      env: { ...process.env, HOST: '127.0.0.1', PORT: '0', DRAIN_MS: '0' },
    });
    let said = '';
    const url = await new Promise<string>((resolve, reject) => {
      npm.stdout.on('data', (data) => {
        said += data;
        const address = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(said);
        if (address !== null) resolve(address[1]);
      });
      npm.once('close', () => reject(new Error(`npm start ended: ${said}`)));
    });
    // `close` comes only when nobody holds the output any more: a server left behind would.
    const ended = new Promise((resolve) => npm.once('close', resolve));
    try {
      const answer = await fetch(`${url}/health/live`);
      expect(await answer.json()).toEqual({ status: 'live' });
    } finally {
      npm.kill('SIGTERM');
    }
    expect(await ended).toBe(0);
    expect(said).toContain('SIGTERM: finishing what runs');
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  }, 120_000);
});
