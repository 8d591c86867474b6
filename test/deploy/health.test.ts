import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { EchoPool, serve } from '../http/serving.ts';
import { listening } from '../listening.ts';
import { freePort } from '../server.ts';
import { repository } from './folder.ts';

const hasCompiler = spawnSync('cc', ['--version']).status === 0;
if (!hasCompiler) console.log('skipped: the health check of the image is tested where there is a C compiler');

describe.skipIf(!hasCompiler)('the health check of the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spotlight-health-'));
  const program = join(folder, 'health');
  beforeAll(() => {
    const source = join(repository, 'deploy/image/health.c');
    execFileSync('cc', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', program, source]);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  /** Its exit code, or the signal that ended it. */
  const asked = (env: Record<string, string>) =>
    new Promise((resolve) => {
      const child = execFile(program, { env }, () => resolve(child.exitCode ?? child.signalCode));
    });

  async function portOf(server: Server, host?: string): Promise<string> {
    onTestFinished(() => void server.close());
    return String(await listening(server, host));
  }

  it.each(['127.0.0.1', 'localhost', '0.0.0.0'])('is 0 when the server on %s is ready', async (HOST) => {
    const { app, port } = await serve({}, new EchoPool());
    onTestFinished(() => app.close());
    expect(await asked({ HOST, PORT: String(port) })).toBe(0);
  });

  it('is 0 on IPv6, on one address and on all', async () => {
    const server = createHttpServer((request, response) => {
      response.statusCode = request.headers.host === '[::1]' && request.url === '/health/ready' ? 200 : 400;
      response.end();
    });
    const PORT = await portOf(server, '::1');
    for (const HOST of ['::1', '::']) expect(await asked({ HOST, PORT })).toBe(0);
  });

  it('is 1 while the threads start', async () => {
    const pool = new EchoPool();
    pool.isReady = false;
    const { app, port } = await serve({}, pool);
    onTestFinished(() => app.close());
    expect(await asked({ HOST: '127.0.0.1', PORT: String(port) })).toBe(1);
  });

  it('is 1 when nobody listens, or HOST and PORT are no address', async () => {
    const PORT = await freePort();
    expect(await asked({ HOST: '127.0.0.1', PORT })).toBe(1);
    expect(await asked({ HOST: '127.0.0.1', PORT: 'eighty' })).toBe(1);
    expect(await asked({ HOST: `${'a'.repeat(600)}`, PORT })).toBe(1);
  });

  it('is 1 when the connection is closed without an answer', async () => {
    const server = createServer((socket) => socket.end());
    expect(await asked({ HOST: '127.0.0.1', PORT: await portOf(server) })).toBe(1);
  });

  it('does not wait for good for an answer', async () => {
    const server = createServer((socket) => onTestFinished(() => void socket.destroy()));
    expect(await asked({ HOST: '127.0.0.1', PORT: await portOf(server) })).toBe('SIGALRM');
  });
});
