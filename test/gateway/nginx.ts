/** Debian's nginx as a process of its own, in a directory of its own, before replicas that a test has started. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../server.ts';

const executable = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx'].find(existsSync);

/** In continuous integration its tests run, and fail, without it. */
export const hasNginx = executable !== undefined || process.env.CI !== undefined;
if (!hasNginx) console.log('skipped: the tests of the gateway need nginx (apt-get install nginx)');

/** What deploy/nginx has: a server with `listen 80`, before `spotlight-1:8080` and `spotlight-2:8080`. */
export const DEPLOYED = readFileSync(
  fileURLToPath(new URL('../../deploy/nginx/spotlight.conf', import.meta.url)),
  'utf8',
);

export interface NginxOptions {
  /** Where the replicas are, in the order of their names in the template: the first stands for `spotlight-1:8080`. */
  replicas: readonly string[];
  /** What stands in the http block; `listen 80` and the names of the replicas are replaced. */
  template?: string;
}

export interface RunningNginx {
  url: string;
  port: number;
  pid: number;
  /** What it complained of so far. */
  errors(): string;
  /** Ends it as `nginx -s stop` does, and removes its directory. */
  stop(): Promise<void>;
}

/** Starts nginx on a free port of 127.0.0.1 and waits until it takes connections. */
export async function startNginx({ replicas, template = DEPLOYED }: NginxOptions): Promise<RunningNginx> {
  const port = Number(await freePort());
  const folder = prepared(rendered(template, port, replicas));
  const child = spawn(program(), argumentsIn(folder), { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data) => (errors += data));
  const exited = new Promise<void>((resolve, reject) => child.once('exit', () => resolve()).once('error', reject));
  const url = `http://127.0.0.1:${port}`;
  let hasEnded = false;
  void exited.finally(() => {
    hasEnded = true;
  });
  while (!(await isThere(url))) {
    if (hasEnded) throw new Error(`nginx ended: ${errors}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return {
    url,
    port,
    pid: child.pid ?? 0,
    errors: () => errors,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

/** What `nginx -t` says of a template, and whether it takes it. */
export async function checkTemplate(template = DEPLOYED): Promise<{ isFine: boolean; says: string }> {
  const folder = prepared(rendered(template, Number(await freePort()), ['http://127.0.0.1:1', 'http://127.0.0.1:2']));
  try {
    return await new Promise((resolve) => {
      execFile(program(), ['-t', ...argumentsIn(folder)], (error, _stdout, stderr) =>
        resolve({ isFine: error === null, says: stderr }),
      );
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function program(): string {
  if (executable === undefined) throw new Error('nginx is not installed: apt-get install nginx');
  return executable;
}

const argumentsIn = (folder: string) => ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'];

function rendered(template: string, port: number, replicas: readonly string[]): string {
  const withAddresses = replicas.reduce(
    (text, url, i) => text.replaceAll(`spotlight-${i + 1}:8080`, new URL(url).host),
    template,
  );
  return withAddresses.replace(/\blisten 80\b/, `listen 127.0.0.1:${port}`);
}

/** A directory with a whole configuration: all that nginx writes stays in it. */
function prepared(http: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'spotlight-nginx-'));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const main = [
    // As root, its workers would be of a user who may not write here.
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'worker_processes 2;',
    'daemon off;',
    'pid nginx.pid;',
    'error_log stderr warn;',
    'events { worker_connections 4096; }',
    'http {',
    'access_log off;',
    ...temporary.map((name) => `${name}_temp_path ${name}_temp;`),
    http,
    '}',
  ];
  writeFileSync(join(folder, 'nginx.conf'), main.join('\n'));
  return folder;
}

async function isThere(url: string): Promise<boolean> {
  // Any answer is nginx's: what it answers is not its health.
  return await fetch(`${url}/health/live`).then(
    () => true,
    () => false,
  );
}
