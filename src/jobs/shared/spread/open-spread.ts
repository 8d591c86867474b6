/** Puts together what it takes to spread jobs: on a queue of parts for each kernel, whose bytes differ in the last bit. */
import { randomUUID } from 'node:crypto';
import type { Config } from '../../../config/config.ts';
import type { AttentionPool } from '../../../pool/pool.ts';
import type { PoolMemory } from '../../../pool/pool-memory.ts';
import type { RedisLink } from '../../../redis/redis-link.ts';
import type { JobCounts } from '../../job-counts.ts';
import type { JobRunner } from '../../job-runner.ts';
import type { JobLedger } from '../job-ledger.ts';
import type { JobNews } from '../job-news.ts';
import { type QueueOptions, WorkQueue } from '../work-queue.ts';
import { PartTaker } from './part-taker.ts';
import { Rescue } from './rescue.ts';
import { MeasuredSpeeds } from './speeds.ts';
import { SpreadStore } from './spread-store.ts';
import { Spreader } from './spreader.ts';

/** How often replicas say that they take parts, and how long one counts that says nothing, in ms. */
const MEET_MS = 2000;
const SILENT_MS = 10_000;
/** How long a queue is there that nobody takes from, in ms. */
const QUEUE_MS = 2 * 24 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

export type SpreadPool = Pick<AttentionPool, 'ready' | 'kernel' | 'shardCost' | 'work' | 'load'> & {
  memory: Pick<PoolMemory, 'body' | 'release'>;
};

export interface SpreadParts {
  config: Config;
  redis: RedisLink;
  ledger: JobLedger;
  news: JobNews;
  runner: Pick<JobRunner, 'run'>;
  pool: SpreadPool;
  counts: JobCounts;
  queue: WorkQueue;
  /** Those of every queue. */
  options: Omit<QueueOptions, 'name' | 'concurrency'>;
}

export interface Spread {
  spreader: Spreader;
  rescue: Rescue;
  close(): Promise<void>;
}

/** Resolves once the kernel is known. */
export async function openSpread({ config, pool, options, ...shared }: SpreadParts): Promise<Spread> {
  await pool.ready;
  const { redis, ledger } = shared;
  const { name, shardCost } = { name: pool.kernel.name, shardCost: pool.shardCost };
  const replica = randomUUID();
  const openParts = (kernel: string) => WorkQueue.open({ ...options, name: `parts-${kernel}`, concurrency: 1 });
  const parts = await openParts(name);
  const store = new SpreadStore(redis, ledger.keys, Math.max(DAY_MS, 2 * config.jobDeadlineMs));
  const speeds = new MeasuredSpeeds(pool);
  const met = ledger.keys.spreaders(name);
  const meet = async () => {
    const now = Date.now();
    const old = String(now - SILENT_MS);
    await redis.ask((client) =>
      client
        .multi()
        .zadd(met, now, replica)
        .zremrangebyscore(met, '-inf', old)
        .pexpire(met, 2 * SILENT_MS)
        .exec(),
    );
    await parts.keep(QUEUE_MS);
  };
  // Redis may be away; the next time is soon.
  const meeting = setInterval(() => void meet().catch(() => {}), MEET_MS).unref();
  await meet().catch(() => {});
  const replicasOf = (kernel: string) =>
    redis.ask((client) => client.zcount(ledger.keys.spreaders(kernel), Date.now() - SILENT_MS, '+inf'));
  const kernel = async () => ({ name, shardCost, replicas: await replicasOf(name) });
  /** Of other kernels, each opened once. */
  const others = new Map<string, ReturnType<typeof openParts>>();
  const partsOf = (of: string) => {
    if (of === name) return parts;
    const known = others.get(of) ?? openParts(of);
    others.set(of, known);
    return known;
  };
  const rescue = new Rescue({ store, replicasOf, partsOf });
  const own = { ...shared, store, speeds, parts };
  const { maxElements, maxBodyBytes, maxOutputBytes, jobDeadlineMs } = config;
  const limits = { maxElements, maxBodyBytes, maxOutputBytes };
  const taker = new PartTaker({ ...shared, store, speeds, replica, memory: pool.memory }, parts);
  return {
    spreader: new Spreader({ ...own, limits, jobDeadlineMs, always: config.spread === 'always', kernel }),
    rescue,
    close: async () => {
      clearInterval(meeting);
      await redis.ask((client) => client.zrem(met, replica)).catch(() => {});
      await taker.close();
      for (const other of others.values()) await other.then((queue) => queue.close()).catch(() => {});
    },
  };
}
