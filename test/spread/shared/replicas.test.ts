import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, jobAt, postJob, resultOf } from '../../jobs/job-client.ts';
import { hasRedis, type RedisServer, startRedis } from '../../redis/redis-server.ts';
import { untilSharing } from '../../redis/sharing.ts';
import { type RunningServer, startServer } from '../../server.ts';
import { tensorOf } from '../requests.ts';
import { fileOf, SAFETENSORS } from '../spreading.ts';

const headers = { 'content-type': SAFETENSORS };

/** A request of one head of 64 numbers a row, float32. */
function bodyOf(queryLength: number, keyLength: number, metadata: Record<string, string>): Uint8Array<ArrayBuffer> {
  const tensors = [
    tensorOf('query', 'F32', [queryLength, 64], 1),
    tensorOf('key', 'F32', [keyLength, 64], 2),
    tensorOf('value', 'F32', [keyLength, 64], 3),
  ];
  return Uint8Array.from(fileOf(tensors, metadata));
}

/** The tensors of a safetensors file, without the header that tells how they came to be. */
function tensorsOf(file: Buffer): Buffer {
  return file.subarray(8 + Number(file.readBigUInt64LE(0)));
}

function metadataOf(file: Buffer): Record<string, string> {
  const header = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE(0))).toString());
  return header.__metadata__;
}

/** What one machine answers. */
async function answerOf(url: string, body: Uint8Array<ArrayBuffer>): Promise<Buffer> {
  return Buffer.from(await (await fetch(`${url}/attention`, { method: 'POST', headers, body })).arrayBuffer());
}

/** What Redis holds of jobs that were spread: their plans and parts, and what is queued or was. */
function left(redis: RedisServer): string[] {
  const keys = redis.command('--scan', '--pattern', '*:jobs:*').split('\n');
  const isLeft = (key: string) => /:(spread|parts|part:\d+:\d+)$/.test(key) || /:parts-[^:]+:[0-9a-f]{8}-/.test(key);
  return keys.filter(isLeft);
}

describe.skipIf(!hasRedis)('one attention over three replicas', () => {
  let redis: RedisServer;
  let servers: RunningServer[];
  /** By the reference: slow enough for something to happen meanwhile. */
  const start = async (more: Record<string, string> = {}) => {
    const server = await startServer({
      ...{ REDIS_URL: redis.url, WORKERS: '1', LOG_LEVEL: 'warn', SPREAD: 'always', KERNEL: 'reference' },
      ...more,
    });
    await untilSharing(server.url, 'redis');
    return server;
  };
  const urls = () => servers.map(({ url }) => url);
  const long = bodyOf(5000, 5000, { is_causal: 'true', outputs: '["lse"]' });
  let whole: Buffer;

  beforeAll(async () => {
    redis = await startRedis();
    servers = await Promise.all([start(), start(), start()]);
    whole = await answerOf(servers[0].url, long);
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.kill()));
    await redis?.close();
  });

  /** Posts a request and waits until it is computed, and not at its end. */
  async function begun(body: Uint8Array<ArrayBuffer>): Promise<string> {
    const { job } = await postJob(servers[0].url, body, { headers });
    let now = await jobAt(servers[0].url, job.job);
    while (now.progress.shards_total < 2) now = await jobAt(servers[0].url, job.job);
    expect(now.state).toBe('running');
    return job.job;
  }

  async function expectSame(id: string, answer: Buffer): Promise<void> {
    const done = await ended(urls(), id);
    expect(done).toMatchObject({ state: 'done' });
    expect(done.spread?.parts).toBeGreaterThan(1);
    const { bytes } = await resultOf(servers[1].url, id);
    expect(tensorsOf(bytes).equals(tensorsOf(answer))).toBe(true);
  }

  it('has the bytes of one, of a long causal problem cut into rows, and says how', async () => {
    const { job } = await postJob(servers[0].url, long, { headers });
    await expectSame(job.job, whole);
    const { spread } = await jobAt(servers[0].url, job.job);
    // Query, keys and values of 5,000 rows of 256 bytes each are read; rows are written once, with a number of four bytes each.
    expect(spread).toMatchObject({ by: 'rows' });
    // One, two or four for each of up to three that are known: as what was measured says.
    expect([2, 3, 4, 6, 8, 12]).toContain(spread?.parts);
    expect(spread?.replicas).toBeGreaterThan(0);
    expect(spread?.bytes_moved).toBeGreaterThan(5000 * (4 * 256 + 4));
    const { bytes } = await resultOf(servers[1].url, job.job);
    expect(JSON.parse(metadataOf(bytes).spread)).toEqual(spread);
    expect({ ...metadataOf(bytes), spread: undefined }).toEqual({ ...metadataOf(whole), spread: undefined });
  });

  it.each([1, 16])('has the bytes of one, of %i rows that see many keys', async (queryLength) => {
    const body = bodyOf(queryLength, 20_000, { outputs: '["lse"]' });
    const { job } = await postJob(servers[0].url, body, { headers });
    expect(await ended(urls(), job.job)).toMatchObject({ state: 'done', spread: { by: 'keys', parts: 8 } });
    await expectSame(job.job, await answerOf(servers[2].url, body));
  });

  it('has the bytes of one when a replica is killed in the middle', async () => {
    const id = await begun(long);
    await servers[1].kill();
    servers[1] = await start();
    await expectSame(id, whole);
  });

  it('has the bytes of one when Redis is killed in the middle and comes back', async () => {
    const id = await begun(long);
    await redis.kill();
    await redis.start();
    await expectSame(id, whole);
  });

  it('is refused as by one, for a number that is not finite', async () => {
    const body = long.slice();
    const view = new DataView(body.buffer);
    view.setFloat32(body.byteLength - 8, Number.NaN, true);
    const { job } = await postJob(servers[0].url, body, { headers });
    const { state, problem } = await ended(urls(), job.job);
    const answer = await fetch(`${servers[2].url}/attention`, { method: 'POST', headers, body });
    const refusal = (await answer.json()) as { pointer: string; detail: string };
    expect(state).toBe('failed');
    expect(problem).toMatchObject({ code: 'not_finite', pointer: refusal.pointer, detail: refusal.detail });
  });

  it('is given up by all when it is cancelled, and leaves nothing behind', async () => {
    const id = await begun(long);
    expect((await fetch(`${servers[2].url}/jobs/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await jobAt(servers[1].url, id)).toMatchObject({ state: 'cancelled' });
    while (left(redis).length > 0) await sleep(50);
    expect(await jobAt(servers[1].url, id)).toMatchObject({ state: 'cancelled' });
  });
});

describe.skipIf(!hasRedis)('a job of a replica alone', () => {
  it('is computed whole, and says why', async () => {
    const redis = await startRedis();
    const server = await startServer({ REDIS_URL: redis.url, WORKERS: '1', LOG_LEVEL: 'warn' });
    try {
      await untilSharing(server.url, 'redis');
      const reason = async (body: Uint8Array<ArrayBuffer>) => {
        const { job } = await postJob(server.url, body, { headers });
        const { spread } = await ended([server.url], job.job);
        const { bytes } = await resultOf(server.url, job.job);
        return { spread, answered: metadataOf(bytes).spread };
      };
      const small = await reason(bodyOf(16, 16, {}));
      expect(small).toEqual({ spread: { parts: 1, why: 'its body is small' }, answered: undefined });
      const alone = { parts: 1, why: 'there is one replica with this kernel' };
      const large = await reason(bodyOf(1000, 1000, {}));
      expect(large).toEqual({ spread: alone, answered: JSON.stringify(alone) });
    } finally {
      await server.kill();
      await redis.close();
    }
  });
});
