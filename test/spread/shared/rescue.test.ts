import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JobKeys } from '../../../src/jobs/shared/job-keys.ts';
import { partId } from '../../../src/jobs/shared/spread/part-task.ts';
import { Rescue } from '../../../src/jobs/shared/spread/rescue.ts';
import { type SpreadPlan, SpreadStore } from '../../../src/jobs/shared/spread/spread-store.ts';
import { WorkQueue } from '../../../src/jobs/shared/work-queue.ts';
import { RedisLink } from '../../../src/redis/redis-link.ts';
import { hasRedis, type RedisServer, startRedis } from '../../redis/redis-server.ts';

const job = '6f1f2a8e-6d3a-4f6e-9a53-8d0f6f6d2b11';
const part = (from: number): SpreadPlan['cut']['parts'][number] => {
  return { entries: [0, 1], heads: [0, 1], rows: [from, from + 1], keys: [0, 2], split: 0, cost: 1 };
};
const grid = { rows: 1, keys: 256, splits: 1 };
const planUntil = (until: number): SpreadPlan => {
  return { kernel: 'wasm', expected: '', until, cut: { by: 'rows', grid, parts: [part(0), part(1)] } };
};

describe.skipIf(!hasRedis)('parts that nobody takes', () => {
  let redis: RedisServer;
  let link: RedisLink;
  let store: SpreadStore;
  let queues: WorkQueue[];
  let taken: (() => void)[];

  beforeAll(async () => {
    redis = await startRedis();
    const log = { info: () => {}, warn: () => {} };
    link = await RedisLink.connect({ redisUrl: redis.url, redisPrefix: 'test', redisTimeoutMs: 10_000 }, log);
    await new Promise<void>((resolve) => (link.isThere ? resolve() : link.onBack(resolve)));
    const keys = new JobKeys(link);
    store = new SpreadStore(link, keys, 60_000);
    const options = { redis: link, prefix: keys.queues, timeoutMs: 2000, tries: 1, pauseMs: 10, concurrency: 1, log };
    queues = await Promise.all(['queue', 'parts-wasm'].map((name) => WorkQueue.open({ ...options, name })));
    taken = [];
  });
  afterAll(async () => {
    await Promise.all(queues.map((queue) => queue.close()));
    link.close();
    await redis.close();
  });

  it('are waited for while there is a replica for them and time, and then no more', async () => {
    const [jobs, parts] = queues;
    const next = () => new Promise<void>((resolve) => taken.push(resolve));
    const [first, second] = [next(), next()];
    jobs.work(
      async (work) => {
        for (const index of [0, 1]) {
          if ((await store.done(job)).fault === undefined)
            await parts.add(partId(job, index), {}, 0, { id: job, queue: jobs });
        }
        const error = await work.awaitParts();
        taken.shift()?.();
        if (error !== undefined) throw error;
      },
      { onStalled: () => {}, onFailed: () => {} },
    );
    await store.keep(job, planUntil(Date.now() + 60_000));
    await jobs.add(job);
    await first;
    let replicas = 1;
    const rescue = new Rescue({ store, replicasOf: async () => replicas, partsOf: () => parts });
    await rescue.look(job);
    expect((await store.done(job)).fault).toBeUndefined();
    replicas = 0;
    await rescue.look(job);
    await second;
    expect((await store.done(job)).fault).toBe('no replica with the kernel wasm is left');
  });
});
