/** Some servers that share a real Redis, and what tests look at there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisServer, startRedis } from '../../redis/redis-server.ts';
import { untilSharing } from '../../redis/sharing.ts';
import { type RunningServer, startServer } from '../../server.ts';

export interface Replicas {
  redis: RedisServer;
  servers: RunningServer[];
  urls(): string[];
  /** One more with the same settings. */
  add(): Promise<RunningServer>;
  /** Who computes jobs now, as its metrics say. */
  computing(): Promise<RunningServer>;
  close(): Promise<void>;
}

/** Slow, and with one thread each, so that a job is still computed when something happens to it. */
const SLOW = { WORKERS: '1', KERNEL: 'reference', LOG_LEVEL: 'warn', DRAIN_MS: '0' };

export async function startReplicas(
  count: number,
  env: Record<string, string> = {},
  settings: Record<string, string> = {},
): Promise<Replicas> {
  const redis = await startRedis(settings);
  const start = async () => {
    const server = await startServer({ ...SLOW, REDIS_URL: redis.url, ...env });
    // A way of a test's own may not lead to Redis yet.
    if (env.REDIS_URL === undefined) await untilSharing(server.url, 'redis');
    return server;
  };
  const servers = await Promise.all(Array.from({ length: count }, start));
  return {
    redis,
    servers,
    urls: () => servers.map(({ url }) => url),
    async add() {
      const server = await start();
      servers.push(server);
      return server;
    },
    async computing() {
      for (;;) {
        for (const server of servers) {
          const text = await fetch(`${server.url}/metrics`)
            .then((answer) => answer.text())
            .catch(() => '');
          if (/^spotlight_jobs_running [1-9]/m.test(text)) return server;
        }
        await sleep(10);
      }
    },
    async close() {
      await Promise.all(servers.map((server) => server.kill()));
      await redis.close();
    },
  };
}

/** All keys of Redis with what is left of their time, in ms; -1 = for ever. */
export function keysOf(redis: RedisServer): Map<string, number> {
  const names = redis
    .command('--scan')
    .split('\n')
    .filter((name) => name !== '');
  return new Map(names.map((name) => [name, Number(redis.command('pttl', name))]));
}

/** What stays of queues, whatever was in them, while there are replicas; nothing of any job. */
export const LASTING =
  /:(queue|callbacks|parts-[\w-]+):(meta|id|events|marker|pc|stalled-check)$|:replicas$|:jobs:(pace|spreaders:[\w-]+)$/;
