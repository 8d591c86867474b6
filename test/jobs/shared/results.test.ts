import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ResultFiles } from '../../../src/jobs/shared/result-files.ts';
import { hasRedis } from '../../redis/redis-server.ts';
import { type Hook, SECRET, startHook } from '../hook.ts';
import { ended, postJob, problemOf, resultOf } from '../job-client.ts';
import { type Replicas, startReplicas } from './replicas.ts';

const ID = '00000000-0000-4000-8000-000000000000';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spotlight-results-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('files of results', () => {
  it('give back what was written', async () => {
    const files = new ResultFiles(folder);
    await files.write(ID, 2, [Buffer.from('a result '), Buffer.from('in pieces')]);
    expect(await readdir(folder)).toEqual([`${ID}-2`]);
    const pieces: Uint8Array[] = [];
    for await (const piece of await files.read(ID, 2)) pieces.push(piece);
    expect(String(Buffer.concat(pieces))).toBe('a result in pieces');
    await expect(files.read(ID, 3)).rejects.toMatchObject({ code: 'sharing_unavailable' });
  });

  it.skipIf(process.platform !== 'linux')('are not opened for whoever leaves before the first byte', async () => {
    const files = new ResultFiles(folder);
    await files.write(ID, 1, [Buffer.from('x')]);
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let i = 0; i < 20; i++) Readable.from(await files.read(ID, 1)).destroy();
    expect(open()).toBeLessThan(before + 5);
  });

  it('leave nothing half written', async () => {
    const files = new ResultFiles(folder);
    const broken = [Buffer.from('a'), 5 as unknown as Uint8Array];
    await expect(files.write(ID, 1, broken)).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });

  it('that no job knows are removed once they are old, and nothing else is', async () => {
    const files = new ResultFiles(folder);
    const known = ID.replace(/0$/, '1');
    for (const name of [`${ID}-1`, `${ID}-2.part`, `${known}-1`, 'notes.txt', `${ID}-1.bak`]) {
      await writeFile(join(folder, name), 'x');
      await utimes(join(folder, name), 1, 1);
    }
    await writeFile(join(folder, `${ID}-9`), 'new');
    await files.sweep(async (id) => id === known);
    expect((await readdir(folder)).sort()).toEqual([`${ID}-1.bak`, `${ID}-9`, `${known}-1`, 'notes.txt'].sort());
    await files.remove('../notes.txt');
    expect(await readdir(folder)).toContain('notes.txt');
  });
});

describe.skipIf(!hasRedis)('large results', () => {
  let replicas: Replicas;
  afterEach(() => replicas?.close());
  const body = problemOf(300, { outputs: ['weights'] });

  it('are files that any replica reads, and that go with their job', async () => {
    replicas = await startReplicas(2, { RESULTS_DIR: folder, JOB_RESULT_BYTES: '100000' });
    const [one, other] = replicas.urls();
    const { job } = await postJob(one, body);
    const done = await ended([other], job.job);
    expect(done.result?.bytes).toBeGreaterThan(100_000);
    expect(await readdir(folder)).toEqual([`${job.job}-1`]);
    const headers = { 'content-type': 'application/json' };
    const direct = await fetch(`${one}/attention`, { method: 'POST', headers, body });
    const expected = Buffer.from(await direct.arrayBuffer());
    for (const url of [one, other]) expect((await resultOf(url, job.job)).bytes.equals(expected)).toBe(true);
    expect((await fetch(`${other}/jobs/${job.job}`, { method: 'DELETE' })).status).toBe(204);
    expect(await readdir(folder)).toEqual([]);
    const small = await postJob(one, problemOf(4));
    await ended([one], small.job.job);
    expect(await readdir(folder)).toEqual([]);
  });

  it('go with their job when its time is over', async () => {
    replicas = await startReplicas(1, { RESULTS_DIR: folder, JOB_RESULT_BYTES: '0', JOB_TTL_MS: '3000' });
    const { job } = await postJob(replicas.servers[0].url, problemOf(4));
    await ended(replicas.urls(), job.job);
    while ((await readdir(folder)).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await fetch(`${replicas.servers[0].url}/jobs/${job.job}`)).status).toBe(404);
  });

  it('that Redis may not hold, and no file can, are said to be too large', async () => {
    replicas = await startReplicas(1, { MAX_JOB_BYTES: '100000' });
    // A few numbers in, and the square of that out.
    const column = Array.from({ length: 400 }, (_, i) => [i % 7]);
    const square = JSON.stringify({ query: column, key: column, value: column, outputs: ['weights'] });
    const { job } = await postJob(replicas.servers[0].url, square);
    expect(await ended(replicas.urls(), job.job)).toMatchObject({
      state: 'failed',
      problem: { code: 'saturated', detail: expect.stringContaining('bytes') },
    });
  });
});

describe.skipIf(!hasRedis)('the end of a shared job', () => {
  let replicas: Replicas;
  let hook: Hook;
  afterEach(async () => {
    await replicas?.close();
    await hook?.close();
  });

  it('is told, signed, by whichever replica is there, until somebody takes it', async () => {
    hook = await startHook((n) => (n < 1 ? 500 : 204));
    replicas = await startReplicas(2, { CALLBACK_URLS: hook.url, CALLBACK_SECRET: SECRET });
    const [one, other] = replicas.urls();
    const query = `&callback_url=${encodeURIComponent(hook.url)}`;
    const { job } = await postJob(one, problemOf(16), { query });
    const isTold = (id: string) => hook.received.filter(({ headers }) => headers['webhook-id'] === id).length;
    while (isTold(job.job) < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    for (const message of hook.received) expect(message).toMatchObject({ isSigned: true });
    expect(JSON.parse(hook.received[0].body)).toMatchObject({ job: job.job, state: 'done', durable: true });
    // Nobody had the time to say that it is to be told: whoever looks for what is not told finds it.
    const late = await postJob(other, problemOf(16));
    await ended([one], late.job.job);
    const key = `spotlight:jobs:job:${late.job.job}`;
    replicas.redis.command('hset', key, 'callback', hook.url);
    replicas.redis.command('zadd', 'spotlight:jobs:untold', '1', late.job.job);
    while (isTold(late.job.job) < 1) await new Promise((resolve) => setTimeout(resolve, 10));
    while (replicas.redis.command('zcard', 'spotlight:jobs:untold') !== '0')
      await new Promise((r) => setTimeout(r, 10));
  });
});
