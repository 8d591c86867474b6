import { describe, expect, it } from 'vitest';
import { type ErrorCode, RequestError } from '../../src/errors.ts';
import type { Progress } from '../../src/jobs/job.ts';
import { JobCounts } from '../../src/jobs/job-counts.ts';
import { JobRunner, type RunnerPool } from '../../src/jobs/job-runner.ts';
import type { Payer } from '../../src/limits/caller.ts';

const work = {
  route: '/attention' as const,
  body: Buffer.from('{}'),
  contentType: 'application/json',
  accept: undefined,
  payer: { id: 'somebody' },
};
const answer = {
  contentType: 'application/json',
  pieces: [Buffer.from('42')],
  memory: [new SharedArrayBuffer(8)],
  timings: { decode: 0, queue: 0, compute: 0, encode: 0 },
};
const none = new AbortController().signal;
const soon = (code: ErrorCode) => new RequestError(code, 'not now', { retryAfterMs: 1 });

/** A runner whose pool throws these first, and then answers; what it was asked; and what was paid. */
function runnerOf(faults: Error[], { payer, jobDeadlineMs = 60_000 }: { payer?: Payer; jobDeadlineMs?: number } = {}) {
  const counts = new JobCounts();
  const asked: unknown[] = [];
  const lent: SharedArrayBuffer[] = [];
  const pool: RunnerPool = {
    ready: Promise.resolve(),
    memory: { giveBack: (buffers) => lent.push(...buffers) },
    run: async (request, _signal, terms) => {
      asked.push({ request, terms });
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
      return answer;
    },
  };
  return { counts, asked, lent, runner: new JobRunner({ pool, counts, jobDeadlineMs, payerOf: () => payer }) };
}
const nothing = (_progress: Progress) => {};

describe('the computation of a job', () => {
  it('leaves its answer in memory of the pool, until whoever had it computed gives that back', async () => {
    const { runner, lent } = runnerOf([]);
    const computed = await runner.run(work, none, nothing);
    expect([computed.pieces, lent.length]).toEqual([answer.pieces, 0]);
    computed.giveBack();
    expect(lent).toEqual(answer.memory);
  });

  it.each<ErrorCode>(['saturated', 'not_ready', 'workers_failing'])(
    'is tried again when it is %s, as that passes',
    async (code) => {
      const { runner, counts, asked } = runnerOf([soon(code), soon(code)]);
      const computed = await runner.run(work, none, nothing);
      expect(computed).toMatchObject({ contentType: 'application/json', bytes: 2 });
      expect([asked.length, counts.retries]).toEqual([3, 2]);
    },
  );

  it('is tried again when its thread died, but not for ever: it may be what threads die of', async () => {
    const dead = () => soon('worker_died');
    const twice = runnerOf([dead(), dead()]);
    await twice.runner.run(work, none, nothing);
    expect(twice.asked).toHaveLength(3);
    const thrice = runnerOf([dead(), dead(), dead()]);
    await expect(thrice.runner.run(work, none, nothing)).rejects.toMatchObject({ code: 'worker_died' });
  });

  it('is not tried again for what is wrong with the request, or with us', async () => {
    for (const fault of [soon('shape_mismatch'), new TypeError('a bug')]) {
      const { runner, asked } = runnerOf([fault]);
      await expect(runner.run(work, none, nothing)).rejects.toBe(fault);
      expect(asked).toHaveLength(1);
    }
  });

  it('is put off while its caller has to make up for what others of it took, and holds no place meanwhile', async () => {
    const said: string[] = [];
    const payer: Payer = {
      payAhead: () => {
        said.push('asked');
        if (said.length < 3) throw new RequestError('rate_limited', 'used up', { retryAfterMs: 377_000 });
      },
      pay: () => {},
      payBytes: () => {},
      begin: () => {
        said.push('begun');
        return () => said.push('ended');
      },
    };
    const { runner, asked } = runnerOf([], { payer });
    const putOff = { name: 'Error', waitMs: 377_000 };
    await expect(runner.run(work, none, nothing)).rejects.toMatchObject(putOff);
    expect(said).toEqual(['begun', 'asked', 'ended']);
    expect(() => runner.mustHaveBudget(work.payer)).not.toThrow();
    await runner.run(work, none, nothing);
    expect(said.slice(4)).toEqual(['begun', 'asked', 'ended']);
    expect(asked).toHaveLength(1);
  });

  it('has failed when it would begin again too late', async () => {
    const { runner } = runnerOf([new RequestError('saturated', 'not now', { retryAfterMs: 5000 })], {
      jobDeadlineMs: 1000,
    });
    await expect(runner.run(work, none, nothing)).rejects.toMatchObject({
      code: 'deadline_exceeded',
      limit: 'JOB_DEADLINE_MS',
    });
  });

  it('is let in however long others may take, within its time, and for its payer', async () => {
    const { runner, asked } = runnerOf([]);
    await runner.run(work, none, nothing);
    expect(asked).toMatchObject([{ request: { kind: 'attention' }, terms: { isPatient: true, client: 'somebody' } }]);
  });
});
