/** Both replicas restarted, one after the other, while clients ask without a pause: what they lose. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, type RunningServer, startServer } from '../server.ts';
import { load } from './load.ts';
import { DEPLOYED, hasNginx, type RunningNginx, startNginx } from './nginx.ts';

/** How long nginx asks a replica no more that it could not connect to. */
const FAIL_TIMEOUT_MS = 10_000;
const ENV = { WORKERS: '1', DRAIN_MS: '1000', LOG_LEVEL: 'warn' };

/** Two replicas with nothing said but where they are. */
const withDefaults = (upstream = '', location = '') => `
upstream spotlight { server spotlight-1:8080; server spotlight-2:8080; ${upstream} }
server {
  listen 80;
  location / { proxy_pass http://spotlight; ${location} }
}`;
const keepingAlive = withDefaults('keepalive 32;', 'proxy_http_version 1.1; proxy_set_header Connection "";');

describe.skipIf(!hasNginx)('a rolling restart under load', () => {
  let ports: string[];
  let replicas: RunningServer[];
  let nginx: RunningNginx | undefined;
  beforeEach(async () => {
    ports = await Promise.all([freePort(), freePort()]);
    replicas = await Promise.all(ports.map((port) => startServer({ ...ENV, PORT: port })));
  });
  afterEach(async () => {
    await nginx?.stop();
    await Promise.all(replicas.map((replica) => replica.stop()));
  });

  it.each([
    ["nginx's defaults, its fail_timeout waited out", withDefaults(), FAIL_TIMEOUT_MS],
    ['connections kept to the replicas, its fail_timeout waited out', keepingAlive, FAIL_TIMEOUT_MS],
    ['deploy/nginx, back to back', DEPLOYED, 0],
  ])('loses nothing with %s', async (_name, template, pauseMs) => {
    nginx = await startNginx({ replicas: replicas.map(({ url }) => url), template });
    const { counts, stop } = load(nginx.port);
    await expect.poll(() => counts['200'] ?? 0).toBeGreaterThan(50);
    for (const [i, port] of ports.entries()) {
      expect(await replicas[i].stop()).toBe(0);
      replicas[i] = await startServer({ ...ENV, PORT: port });
      // Counted from the last time that nginx has tried it.
      if (i === 0 && pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs + 1000));
    }
    const before = counts['200'];
    await expect.poll(() => counts['200'] - before).toBeGreaterThan(50);
    await stop();
    expect(Object.keys(counts), JSON.stringify(counts)).toEqual(['200']);
  });
});
