/** Whose jobs are whose. */
import { afterEach, describe, expect, it } from 'vitest';
import { postJob, problemOf } from '../jobs/job-client.ts';
import { hasRedis, type RedisServer, startRedis } from '../redis/redis-server.ts';
import { bearer, type Keyed, serveKeyed } from './keyed.ts';

const body = problemOf(8);

describe.each(['in memory', 'in Redis'])('a job %s', (where) => {
  const isShared = where === 'in Redis';
  let redis: RedisServer | undefined;
  let serving: Keyed;
  afterEach(async () => {
    await serving?.app.close();
    await redis?.close();
  });
  const start = async (settings: Parameters<typeof serveKeyed>[0] = {}) => {
    redis = isShared ? await startRedis() : undefined;
    serving = await serveKeyed({ logLevel: 'info', redisUrl: redis?.url, ...settings });
    const isThere = () => serving.lines.some(({ msg }) => msg === 'Redis is there');
    while (isShared && !isThere()) await new Promise((resolve) => setTimeout(resolve, 5));
    return serving;
  };
  const as = (key: string, more: Record<string, string> = {}) => ({ headers: { ...bearer(key), ...more } });

  it.skipIf(isShared && !hasRedis)('is there for whoever started it, and for nobody else', async () => {
    const { url, keys } = await start();
    const keyed = { 'idempotency-key': 'the same' };
    const { job } = await postJob(url, body, as(keys.all, keyed));
    const path = `${url}/jobs/${job.job}`;
    for (const [method, of] of [
      ['GET', ''],
      ['GET', '/result'],
      ['GET', '/events'],
      ['DELETE', ''],
    ]) {
      const answer = await fetch(path + of, { method, ...as(keys.other) });
      expect([method, of, answer.status]).toEqual([method, of, 404]);
    }
    expect((await fetch(path, as(keys.all))).status).toBe(200);
    // The key of somebody else is another one.
    const others = await postJob(url, body, as(keys.other, keyed));
    expect([others.status, others.job.job === job.job]).toEqual([202, false]);
  });

  it.skipIf(isShared && !hasRedis)('needs both scopes to be started, and runs to be looked at', async () => {
    const { url, keys } = await start();
    expect((await postJob(url, body, as(keys.attention))).status).toBe(403);
    expect((await postJob(url, body, as(keys.runs))).status).toBe(403);
    const { job } = await postJob(url, body, as(keys.all));
    expect((await fetch(`${url}/jobs/${job.job}`, as(keys.attention))).status).toBe(403);
    expect((await fetch(`${url}/jobs/${job.job}`, as(keys.runs))).status).toBe(404);
    expect((await fetch(`${url}/jobs/${job.job}`)).status).toBe(401);
  });

  it.skipIf(isShared && !hasRedis)('takes a ticket for its events', async () => {
    const { url, keys } = await start();
    const { job } = await postJob(url, body, as(keys.all));
    const answer = await fetch(`${url}/tickets`, { method: 'POST', ...as(keys.all) });
    const { ticket } = (await answer.json()) as { ticket: string };
    const text = await (await fetch(`${url}/jobs/${job.job}/events?ticket=${ticket}`)).text();
    expect(text).toContain('event: ended');
  });
});
