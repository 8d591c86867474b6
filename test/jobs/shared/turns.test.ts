/** Turns of jobs in a real Redis: a queue takes those of the lowest turn first, and of one turn those that came first. */
import { randomUUID } from 'node:crypto';
import { fc } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { JobKeys } from '../../../src/jobs/shared/job-keys.ts';
import { JobLedger } from '../../../src/jobs/shared/job-ledger.ts';
import { WorkQueue } from '../../../src/jobs/shared/work-queue.ts';
import { RedisLink } from '../../../src/redis/redis-link.ts';
import { hasRedis, type RedisServer, startRedis } from '../../redis/redis-server.ts';

const quiet = { info() {}, warn() {} };
const limits = { maxJobs: 1000, maxJobBytes: 1e6, jobTtlMs: 60_000, jobDeadlineMs: 60_000 };

interface Waiting {
  id: string;
  owner: string;
  turn: number;
  /** Which it is of all that came. */
  number: number;
  /** Jobs of its owner that waited when it came. */
  ahead: number;
  /** Those of others that came later and were begun before it, by owner. */
  overtakers: Map<string, number>;
}

describe.skipIf(!hasRedis)('turns of jobs in Redis', () => {
  let redis: RedisServer;
  let link: RedisLink;
  beforeAll(async () => {
    redis = await startRedis({ appendfsync: 'no' });
    const settings = { redisUrl: redis.url, redisPrefix: 'test', redisTimeoutMs: 10_000 };
    link = await RedisLink.connect(settings, quiet);
    await vi.waitFor(() => expect(link.isThere).toBe(true), 20_000);
  });
  afterAll(async () => {
    await link?.close();
    await redis?.close();
  });

  function opened() {
    const ledger = new JobLedger(link, new JobKeys({ key: (...parts) => link.key(randomUUID(), ...parts) }), limits);
    const waiting: Waiting[] = [];
    let came = 0;
    return {
      keys: ledger.keys,
      async come(owner: string): Promise<void> {
        const id = randomUUID();
        const order = { route: '/attention' as const, body: new Uint8Array(0), contentType: 'a/b', accept: undefined };
        const asked = { order: { ...order, owner, payer: { id: owner } }, keyName: undefined, fingerprint: '' };
        expect(await ledger.take({ ...asked, id }, 'take')).toEqual({ kind: 'new' });
        const turn = (await ledger.read(id))?.turn ?? 0;
        const ahead = waiting.filter((one) => one.owner === owner).length;
        waiting.push({ id, owner, turn, ahead, number: came++, overtakers: new Map() });
      },
      turns: () => waiting.map(({ turn }) => turn),
      async cancelLast(): Promise<void> {
        const { id, owner } = waiting.pop() as Waiting;
        expect(await ledger.remove(id, owner)).toMatchObject({ what: 'cancelled' });
      },
      /** As whoever takes it finds no budget for it. */
      async putOffFirst(): Promise<void> {
        const [first] = waiting.splice(0, 1);
        waiting.push({ ...first, turn: await ledger.again(first.id) });
      },
      async next(): Promise<Waiting | undefined> {
        const [first] = waiting.toSorted((a, b) => a.turn - b.turn);
        if (first === undefined) return undefined;
        const at = waiting.indexOf(first);
        waiting.splice(at, 1);
        for (const { owner, overtakers } of waiting.slice(0, at)) {
          if (owner !== first.owner) overtakers.set(first.owner, 1 + (overtakers.get(first.owner) ?? 0));
        }
        const attempt = await ledger.begin(first.id, 'here');
        expect(await ledger.end(first.id, 'failed', { attempt, fields: {} })).toBe('ended');
        return first;
      },
    };
  }

  it('go from owner to owner, in the order of each', async () => {
    const queue = opened();
    for (const owner of 'aaabbc') await queue.come(owner);
    let order = '';
    for (let i = 0; i < 6; i++) order += (await queue.next())?.owner;
    expect(order).toBe('abcaba');
  });

  it('come for the last of many, too, while others keep bringing their first', async () => {
    const queue = opened();
    for (let i = 0; i < 20; i++) await queue.come('many');
    let taken = 0;
    // As many come as are begun: a round of all who wait has one more of them each time, 1 + 2 + … + 20.
    for (let i = 0; i < 230 && taken < 20; i++) {
      await queue.come(`new ${i}`);
      if ((await queue.next())?.owner === 'many') taken++;
    }
    expect(taken).toBe(20);
  });

  it('let nobody be overtaken by more of another than its own owner had waiting', async () => {
    const moves = fc.array(fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.constant(undefined)), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(moves, async (moves) => {
        const queue = opened();
        const begun: Waiting[] = [];
        for (const owner of [...moves, ...moves.map(() => undefined)]) {
          if (owner !== undefined) await queue.come(owner);
          else begun.push(...[await queue.next()].filter((one) => one !== undefined));
        }
        for (const { ahead, overtakers } of begun)
          expect(Math.max(0, ...overtakers.values())).toBeLessThanOrEqual(ahead);
        for (const owner of 'abc') {
          const order = begun.filter((one) => one.owner === owner).map(({ number }) => number);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keep nothing of owners whose jobs have all ended', async () => {
    const queue = opened();
    for (const owner of 'abc') await queue.come(owner);
    const left = () => link.ask((client) => client.hkeys(queue.keys.turns));
    await queue.next();
    await queue.next();
    expect((await left()).toSorted()).toEqual(['now', 'of:c']);
    expect(await link.ask((client) => client.pttl(queue.keys.turns))).toBeGreaterThan(0);
    await queue.next();
    expect(await left()).toEqual([]);
  });

  it('do not count those that were cancelled, however many', async () => {
    const queue = opened();
    await queue.come('a');
    for (let i = 0; i < 50; i++) {
      await queue.come('a');
      await queue.cancelLast();
    }
    await queue.come('a');
    await queue.come('b');
    expect(queue.turns()).toEqual([1, 2, 1]);
  });

  it('are another one for who is put off, after those that came meanwhile', async () => {
    const queue = opened();
    for (const owner of 'aabbcc') await queue.come(owner);
    await queue.putOffFirst();
    let order = '';
    for (let i = 0; i < 6; i++) order += (await queue.next())?.owner;
    expect(order).toBe('bcabca');
  });

  it('are taken by the queue in their order, those beyond what it counts to in that in which they came', async () => {
    const options = { redis: link, prefix: `test:${randomUUID()}`, name: 'turns', concurrency: 1, timeoutMs: 5000 };
    const queue = await WorkQueue.open({ ...options, tries: 1, pauseMs: 1, log: quiet });
    const turns = [3_000_000, 2 ** 21, 2 ** 21 - 2, 5, 4_000_000, 1];
    for (const turn of turns) await queue.add(`of ${turn}`, {}, turn);
    expect(await Promise.all(turns.map((turn) => queue.placeOf(`of ${turn}`)))).toEqual([3, 4, 2, 1, 5, 0]);
    expect(await queue.waiting()).toBe(turns.length);
    await queue.close();
  });
});
