import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../../redis/redis-server.ts';
import { type RunningServer, startServer } from '../../server.ts';
import { ended, jobAt, postJob, problemOf, resultOf } from '../job-client.ts';

describe.skipIf(!hasRedis)('jobs of two replicas', () => {
  let redis: RedisServer;
  let one: RunningServer;
  let other: RunningServer;
  const start = () => startServer({ REDIS_URL: redis.url, WORKERS: '1', LOG_LEVEL: 'warn', KERNEL: 'reference' });

  beforeAll(async () => {
    redis = await startRedis();
    [one, other] = await Promise.all([start(), start()]);
  });
  afterAll(async () => {
    await Promise.all([one?.kill(), other?.kill()]);
    await redis?.close();
  });

  it('are taken by one, and there for the other', async () => {
    const body = problemOf(16);
    const { status, headers, job } = await postJob(one.url, body);
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/jobs/${job.job}`);
    expect(job).toMatchObject({ route: '/attention', durable: true });
    expect(await ended([other.url], job.job)).toMatchObject({ state: 'done', attempts: 1 });
    const route = await fetch(`${other.url}/attention`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const result = await resultOf(other.url, job.job);
    expect(result).toMatchObject({ status: 200, type: 'application/json' });
    expect(result.bytes).toEqual(Buffer.from(await route.arrayBuffer()));
  });

  it('go on elsewhere when the replica that computes one is killed', async () => {
    const body = problemOf(3000);
    const { job } = await postJob(one.url, body);
    // By its shards: it is computed, and not at its end.
    let running = await jobAt(one.url, job.job);
    while (running.progress.shards_done === 0) running = await jobAt(one.url, job.job);
    expect(running.state).toBe('running');
    await Promise.race([killReplicaOf(job.job)]);
    const done = await ended([one.url, other.url], job.job);
    expect(done).toMatchObject({ state: 'done', attempts: 2 });
  }, 60_000);

  async function killReplicaOf(_id: string): Promise<void> {
    // Both may have taken it: the one that has been told by is known to its log only, so the first is, and started again.
    await one.kill();
    one = await start();
    await other.kill();
    other = await start();
  }
});
