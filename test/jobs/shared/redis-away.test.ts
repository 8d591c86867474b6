import { afterEach, describe, expect, it } from 'vitest';
import { startLossyLink } from '../../redis/lossy-link.ts';
import { hasRedis } from '../../redis/redis-server.ts';
import { untilSharing } from '../../redis/sharing.ts';
import { SECRET, startHook } from '../hook.ts';
import { ended, postJob, problemOf, resultOf } from '../job-client.ts';
import { keysOf, LASTING, type Replicas, startReplicas } from './replicas.ts';

/** Longer than a busy disk takes for a body, and short enough to be waited for. */
const TIMEOUT_MS = 2000;
const LONG = problemOf(3000);

describe.skipIf(!hasRedis)('when the Redis of jobs', () => {
  let replicas: Replicas;
  afterEach(() => replicas?.close());
  const start = async (env: Record<string, string> = {}, count = 1) => {
    replicas = await startReplicas(count, { REDIS_TIMEOUT_MS: String(TIMEOUT_MS), ...env });
    return { url: replicas.servers[0].url, redis: replicas.redis };
  };
  /** All that is asked of jobs is told so, and nothing hangs. */
  const expectAway = async (url: string, id: string, more: (() => Promise<Response>)[] = []) => {
    const asked = [
      ...more,
      () => fetch(`${url}/jobs/${id}`),
      () => fetch(`${url}/jobs/${id}/result`),
      () => fetch(`${url}/jobs/${id}/events`),
      () =>
        fetch(`${url}/jobs?route=/attention`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{}',
        }),
    ];
    for (const ask of asked) {
      const answer = await ask();
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await answer.json()).toMatchObject({ code: 'sharing_unavailable' });
    }
  };

  it('is killed while a job is computed, it ends when Redis is back, once', async () => {
    const { url, redis } = await start({}, 2);
    const { job } = await postJob(url, LONG);
    await replicas.computing();
    const queued = await Promise.all([16, 17, 18].map((length) => postJob(url, problemOf(length))));
    await redis.kill();
    await expectAway(url, job.job, [() => fetch(`${url}/jobs/${job.job}`, { method: 'DELETE' })]);
    // What needs no sharing goes on.
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${url}/attention`, { method: 'POST', headers, body: problemOf(4) })).status).toBe(200);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    await redis.start();
    for (const { job: one } of [{ job }, ...queued]) {
      expect(await ended(replicas.urls(), one.job)).toMatchObject({ state: 'done' });
    }
    const totals = await Promise.all(
      replicas.urls().map(async (each) => {
        const text = await (await fetch(`${each}/metrics`)).text();
        return Number(/^spotlight_jobs_total\{state="done"\} (\d+)/m.exec(text)?.[1]);
      }),
    );
    expect(totals.reduce((sum, count) => sum + count)).toBe(4);
  });

  it('hangs, whoever asks is told so in due time, and the job ends when it goes on', async () => {
    const { url, redis } = await start();
    const { job } = await postJob(url, LONG);
    redis.pause();
    // Not DELETE: what was sent is done when it goes on.
    await expectAway(url, job.job);
    redis.goOn();
    expect(await ended([url], job.job)).toMatchObject({ state: 'done' });
  });

  it('has ended a job and its answer to that is lost, the result is there and its end is told at once', async () => {
    const hook = await startHook();
    const link = await startLossyLink("return 'lost'");
    replicas = await startReplicas(1, { REDIS_URL: link.url, CALLBACK_URLS: hook.url, CALLBACK_SECRET: SECRET });
    link.lead(replicas.redis.port);
    const [url] = replicas.urls();
    await untilSharing(url, 'redis');
    const query = `&callback_url=${encodeURIComponent(hook.url)}`;
    const { job } = await postJob(url, problemOf(16), { query });
    expect(await ended([url], job.job)).toMatchObject({ state: 'done', attempts: 1 });
    while (hook.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(link.losses).toBe(1);
    expect((await resultOf(url, job.job)).status).toBe(200);
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toMatch(/^spotlight_jobs_total\{state="done"\} 1$/m);
    await Promise.all([replicas.close(), hook.close(), link.close()]);
  });

  it('is full, new jobs are refused, and others are as before', async () => {
    const { url, redis } = await start();
    const { job } = await postJob(url, problemOf(16));
    await ended([url], job.job);
    redis.command('config', 'set', 'maxmemory', '1');
    const { status, job: refused } = await postJob(url, problemOf(16));
    expect([status, refused]).toEqual([503, expect.objectContaining({ code: 'sharing_unavailable' })]);
    expect((await resultOf(url, job.job)).status).toBe(200);
    redis.command('config', 'set', 'maxmemory', '0');
    const next = await postJob(url, problemOf(16));
    expect((await ended([url], next.job.job)).state).toBe('done');
  });

  it('is about to be full, what is refused leaves nothing there, and bodies that come at once are counted at once', async () => {
    const { url, redis } = await start({ MAX_JOB_BYTES: '20000000', JOB_CONCURRENCY: '1', REDIS_TIMEOUT_MS: '20000' });
    const body = problemOf(16).padEnd(6_000_000, ' ');
    const posts = await Promise.all(Array.from({ length: 8 }, () => postJob(url, body)));
    const statuses = posts.map(({ status }) => status);
    for (const status of statuses) expect([202, 503]).toContain(status);
    // Three of six million fit.
    expect(statuses.filter((status) => status === 202).length).toBeGreaterThanOrEqual(3);
    for (const { status, job } of posts) if (status === 202) await ended([url], job.job);
    const pieces = () => [...keysOf(redis).keys()].filter((name) => name.includes(':body:'));
    while (pieces().length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(
      redis
        .command('hvals', 'spotlight:jobs:sizes')
        .split('\n')
        .filter(Boolean)
        .map(Number)
        .reduce((a, b) => a + b, 0),
    ).toBe(Number(redis.command('get', 'spotlight:jobs:held') || 0));
  });

  it('is away, a replica stops as ever, whether or not it computes a job', async () => {
    const { url, redis } = await start({ SHUTDOWN_MS: '20000' }, 2);
    await postJob(url, LONG);
    const computing = await replicas.computing();
    await redis.kill();
    expect(await computing.stop()).toBe(0);
    const [rest] = replicas.servers.filter((server) => server !== computing);
    expect(await rest.stop()).toBe(0);
  });

  it('comes back empty, its jobs are gone, and new ones are taken', async () => {
    const { url, redis } = await start();
    const { job } = await postJob(url, problemOf(16));
    await ended([url], job.job);
    await redis.kill();
    await untilSharing(url, 'away');
    await redis.start('empty');
    await untilSharing(url, 'redis');
    expect((await fetch(`${url}/jobs/${job.job}`)).status).toBe(404);
    const next = await postJob(url, problemOf(16));
    expect((await ended([url], next.job.job)).state).toBe('done');
  });

  it('has lost the place of a job in its queue, the job finds it again', async () => {
    const { url, redis } = await start({ JOB_CONCURRENCY: '1' });
    await postJob(url, LONG);
    await replicas.computing();
    const { job } = await postJob(url, problemOf(16));
    redis.command('del', 'spotlight:jobs:queue:prioritized', `spotlight:jobs:queue:${job.job}`);
    // As if nobody had heard of it for a minute.
    redis.command('zadd', 'spotlight:jobs:live', '1', job.job);
    expect((await ended([url], job.job)).state).toBe('done');
  });

  it('has kept jobs for their time, nothing is left of them, and all keys have an end', async () => {
    const { url, redis } = await start({ JOB_TTL_MS: '3000', JOB_CONCURRENCY: '1' });
    await postJob(url, LONG);
    await replicas.computing();
    const keyed = { headers: { 'idempotency-key': 'x' } };
    const bodies = [problemOf(16), '{}', problemOf(17)];
    const jobs = await Promise.all(bodies.map((body) => postJob(url, body, body === bodies[0] ? keyed : {})));
    const lasting = (names: Iterable<string>) => [...names].filter((name) => !LASTING.test(name));
    // What is of a job has an end from the first moment on.
    const ofJobs = [...keysOf(redis)].filter(([name, ms]) => name.includes(':jobs:job:') && ms === -1);
    expect(ofJobs).toEqual([]);
    for (const { job } of jobs) await ended([url], job.job);
    // The key of idempotency stands for its job for a day.
    const rest = () => lasting(keysOf(redis).keys()).filter((name) => !name.includes(':job:key:'));
    while (rest().length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    const unending = () => [...keysOf(redis).values()].filter((ms) => ms === -1);
    while (unending().length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    expect([...keysOf(redis).keys()].some((name) => name.includes(jobs[0].job.job))).toBe(false);
  });
});
