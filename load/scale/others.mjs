// What stands before replicas while they are measured: a gateway with a folder of its own, on the loopback.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../redis.mjs';

/** A child that ends with this process; `isThere` says when it can be used. */
async function started(command, args, folder, isThere) {
  const child = spawn(command, args, { stdio: 'ignore' });
  const end = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', end);
  const exited = once(child, 'exit');
  while (!(await isThere())) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    pid: child.pid,
    stop: async () => {
      process.removeListener('exit', end);
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether a command can be run here. */
export const has = (command, argument) => spawnSync(command, [argument], { stdio: 'ignore' }).status === 0;

export const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx'].find(existsSync);

/**
 * One nginx that has a port for each number of replicas: the first, the first two, and so on.
 * @param {readonly number[]} ports of the replicas
 * @returns {Promise<{ ports: number[], pid, stop }>}
 */
export async function startGateway(ports) {
  const folder = mkdtempSync(join(tmpdir(), 'spotlight-load-'));
  const own = [];
  while (own.length < ports.length) own.push(await freePort());
  const parts = ports.map((_, i) => {
    const servers = ports.slice(0, i + 1).map((port) => `server 127.0.0.1:${port};`);
    return `upstream of${i} { least_conn; ${servers.join(' ')} keepalive 64; }
  server { listen 127.0.0.1:${own[i]}; location / { proxy_pass http://of${i}; proxy_http_version 1.1; proxy_set_header Connection ""; } }`;
  });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (one) => `${one}_temp_path ${folder}/${one};`,
  );
  writeFileSync(
    join(folder, 'nginx.conf'),
    `worker_processes 1; pid ${folder}/pid; error_log ${folder}/errors; events { worker_connections 1024; }
http { access_log off; client_max_body_size 0; client_body_buffer_size 4m; ${temporary.join(' ')}
  ${parts.join('\n  ')}
}`,
  );
  const args = [
    '-c',
    join(folder, 'nginx.conf'),
    '-p',
    folder,
    '-e',
    join(folder, 'errors'),
    '-g',
    'daemon off; master_process off;',
  ];
  const isThere = () =>
    fetch(`http://127.0.0.1:${own[0]}/health/live`).then(
      ({ ok }) => ok,
      () => false,
    );
  return { ...(await started(nginx, args, folder, isThere)), ports: own };
}
