/** nginx that ends TLS, as docs/gateway.md has it, with a certificate of its own making. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DEPLOYED, type RunningNginx, startNginx } from './nginx.ts';

/** Starts it with the lines of a server that are for TLS, in place of `listen 80`. */
export async function startSecured(replicas: readonly string[], lines: string): Promise<RunningNginx> {
  const folder = mkdtempSync(join(tmpdir(), 'spotlight-tls-'));
  const [certificate, key] = ['spotlight.pem', 'spotlight.key'].map((name) => join(folder, name));
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', key, '-out', certificate];
  await promisify(execFile)('openssl', ['req', '-x509', ...curve, ...files, '-subj', '/CN=localhost']);
  const own = lines
    .replace('listen 443', 'listen 80')
    .replace('/etc/ssl/spotlight.pem', certificate)
    .replace('/etc/ssl/spotlight.key', key);
  const nginx = await startNginx({ replicas, template: DEPLOYED.replace('listen 80;', own) });
  return {
    ...nginx,
    url: nginx.url.replace('http:', 'https:'),
    stop: async () => {
      await nginx.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The status of a POST over TLS, whoever made the certificate. */
export function postSecured(url: string, body: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', headers, rejectUnauthorized: false, agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.on('error', reject).end(body);
  });
}
