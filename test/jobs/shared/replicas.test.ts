import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis } from '../../redis/redis-server.ts';
import { ended, jobAt, postJob, problemOf, resultOf } from '../job-client.ts';
import { type Replicas, startReplicas } from './replicas.ts';

const LONG = problemOf(3000);

describe.skipIf(!hasRedis)('jobs of replicas', () => {
  let replicas: Replicas;
  const [one, other] = [() => replicas.servers[0].url, () => replicas.servers[1].url];
  beforeAll(async () => {
    replicas = await startReplicas(2, { JOB_CONCURRENCY: '1' });
  });
  afterAll(() => replicas?.close());

  const direct = async (url: string, body: string) => {
    const headers = { 'content-type': 'application/json' };
    return Buffer.from(await (await fetch(`${url}/attention`, { method: 'POST', headers, body })).arrayBuffer());
  };

  it('are taken by one, and there for the other', async () => {
    const body = problemOf(16);
    const { status, headers, job } = await postJob(one(), body);
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/jobs/${job.job}`);
    expect(job).toMatchObject({ route: '/attention', durable: true });
    expect(await ended([other()], job.job)).toMatchObject({ state: 'done', attempts: 1 });
    expect(await resultOf(other(), job.job)).toEqual({
      status: 200,
      type: 'application/json',
      bytes: await direct(other(), body),
    });
  });

  it('that fail have their problem everywhere', async () => {
    const { job } = await postJob(one(), '{"query": 1}');
    expect(await ended([other()], job.job)).toMatchObject({ state: 'failed', problem: { status: 422 } });
    expect(await resultOf(other(), job.job)).toMatchObject({ status: 422, type: 'application/problem+json' });
  });

  it('are one for one Idempotency-Key, wherever and however often at once it is sent', async () => {
    const keyed = { headers: { 'idempotency-key': 'once' } };
    const body = problemOf(20);
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) => postJob(i % 2 === 0 ? one() : other(), body, keyed)),
    );
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 202));
    expect(new Set(all.map(({ job }) => job.job)).size).toBe(1);
    expect(await ended([one()], all[0].job.job)).toMatchObject({ state: 'done', attempts: 1 });
    const { status, job } = await postJob(other(), `${body} `, keyed);
    expect([status, job]).toEqual([422, expect.objectContaining({ code: 'idempotency_key_reused' })]);
  });

  it('wait for their turn, and those of each owner are told their place', async () => {
    const all = [];
    // Two keep both replicas busy; those behind them are there in a moment.
    for (const body of [LONG, LONG, problemOf(16), problemOf(16)]) all.push((await postJob(one(), body)).job.job);
    const jobs = await Promise.all(all.map((id) => jobAt(other(), id)));
    const queued = jobs.filter(({ state }) => state === 'queued');
    expect(queued.map(({ place }) => place).sort()).toEqual(queued.map((_, i) => i));
    expect(queued.length).toBeGreaterThanOrEqual(1);
    for (const id of all) expect((await fetch(`${other()}/jobs/${id}`, { method: 'DELETE' })).status).toBe(204);
  });

  it('are ended from any replica, and the thread that computed one is free again', async () => {
    const { job } = await postJob(one(), problemOf(6000));
    const computing = await replicas.computing();
    const elsewhere = computing.url === one() ? other() : one();
    expect((await fetch(`${elsewhere}/jobs/${job.job}`, { method: 'DELETE' })).status).toBe(204);
    expect((await jobAt(computing.url, job.job)).state).toBe('cancelled');
    const isFree = async () =>
      /^spotlight_jobs_running 0$/m.test(await (await fetch(`${computing.url}/metrics`)).text());
    while (!(await isFree())) await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await fetch(`${elsewhere}/jobs/${job.job}`, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(`${computing.url}/jobs/${job.job}`)).status).toBe(404);
  });

  it('are followed from any replica', async () => {
    const { job } = await postJob(one(), LONG);
    const computing = await replicas.computing();
    const elsewhere = computing.url === one() ? other() : one();
    const text = await (await fetch(`${elsewhere}/jobs/${job.job}/events`)).text();
    const names = [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name);
    expect(names.at(-1)).toBe('ended');
    expect(names.slice(0, -1)).toContain('progress');
  });

  it('go on elsewhere when the replica that computes one is killed, and end once with the same bytes', async () => {
    const { job } = await postJob(one(), LONG);
    const killed = await replicas.computing();
    while ((await jobAt(killed.url, job.job)).progress.shards_done === 0);
    await killed.kill();
    const left = replicas.servers.filter((server) => server !== killed);
    expect(await ended([left[0].url], job.job)).toMatchObject({ state: 'done', attempts: 2 });
    expect((await resultOf(left[0].url, job.job)).bytes.equals(await direct(left[0].url, LONG))).toBe(true);
    replicas.servers.splice(replicas.servers.indexOf(killed), 1);
    await replicas.add();
  });

  it('go on elsewhere at once when the replica that computes one is stopped', async () => {
    const { job } = await postJob(one(), LONG);
    const stopped = await replicas.computing();
    expect(await stopped.stop()).toBe(0);
    const left = replicas.servers.filter((server) => server !== stopped);
    expect(await ended([left[0].url], job.job)).toMatchObject({ state: 'done', attempts: 2 });
    replicas.servers.splice(replicas.servers.indexOf(stopped), 1);
  });
});
