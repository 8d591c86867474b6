/** Keys, tickets and runs of replicas that share a real Redis. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serve, until } from '../http/serving.ts';
import { hasRedis, type RedisServer, startRedis } from '../redis/redis-server.ts';
import { bearer, type Keyed, serveKeyed, startRun } from './keyed.ts';

describe.skipIf(!hasRedis)('a ticket of one replica', () => {
  let redis: RedisServer;
  let one: Keyed;
  let other: Serving;

  beforeAll(async () => {
    redis = await startRedis();
    one = await serveKeyed({ redisUrl: redis.url });
    other = await serve({ redisUrl: redis.url, apiKeysFile: one.file });
    await until(() => [one, other].every(({ lines }) => lines.some(({ msg }) => msg === 'Redis is there')));
  });

  afterAll(async () => {
    await one?.app.close();
    await other?.app.close();
    await redis?.close();
  });

  const ticketOf = async (key: string) => {
    const answer = await fetch(`${one.url}/tickets`, { method: 'POST', headers: bearer(key) });
    return { status: answer.status, ...((await answer.json()) as { ticket: string }) };
  };
  const events = async ({ url }: Serving, run: string, ticket: string) => {
    const answer = await fetch(`${url}/runs/${run}/events?ticket=${ticket}`);
    await answer.text();
    return answer.status;
  };

  it('is good at another, once, for the runs of whoever asked for it', async () => {
    const run = await startRun(one.url, bearer(one.keys.all));
    const { ticket } = await ticketOf(one.keys.all);
    expect(await events(other, run, ticket)).toBe(200);
    expect(await events(other, run, ticket)).toBe(401);
    expect(await events(one, run, ticket)).toBe(401);
    const strange = await ticketOf(one.keys.other);
    expect(await events(other, run, strange.ticket)).toBe(404);
  });

  it('carries the scopes of its key', async () => {
    const answer = await fetch(`${one.url}/tickets`, { method: 'POST', headers: bearer(one.keys.attention) });
    expect(answer.status).toBe(403);
  });

  it.each(['', '*', 'x'.repeat(43), `${'x'.repeat(42)}*`, 'a:b'])('is not %j', async (ticket) => {
    const run = await startRun(one.url, bearer(one.keys.all));
    expect(await events(other, run, encodeURIComponent(ticket))).toBe(401);
  });

  it('is one of a hundred at most that wait, and leaves no word of itself or its owner in Redis', async () => {
    const all = await Promise.all(Array.from({ length: 120 }, () => ticketOf(one.keys.all)));
    const issued = all.filter(({ status }) => status === 200);
    expect(issued).toHaveLength(100);
    expect(all.filter(({ status }) => status === 503)).toHaveLength(20);
    // Those of jobs have a test of their own: test/jobs/shared/redis-away.test.ts.
    const keys = redis
      .command('--scan')
      .split('\n')
      .filter((key) => !key.includes(':jobs:'));
    expect(keys.filter((key) => Number(redis.command('pttl', key)) < 0)).toEqual([]);
    expect(keys.filter((key) => issued.some(({ ticket }) => key.includes(ticket)))).toEqual([]);
    // Used ones make room.
    const run = await startRun(one.url, bearer(one.keys.all));
    expect(await events(other, run, issued[0].ticket)).toBe(200);
    expect((await ticketOf(one.keys.all)).status).toBe(200);
  });

  it('is neither given nor taken while Redis is away', async () => {
    await redis.kill();
    await until(() => one.lines.some(({ msg }) => String(msg).includes('Redis is away')));
    const answer = await fetch(`${one.url}/tickets`, { method: 'POST', headers: bearer(one.keys.all) });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'sharing_unavailable' });
    expect((await fetch(`${one.url}/info`, { headers: bearer(one.keys.all) })).status).toBe(200);
  });
});
