import { describe, expect, it, vi } from 'vitest';
import type { JobOrder } from '../../src/jobs/job.ts';
import { JobCounts } from '../../src/jobs/job-counts.ts';
import { type JobWork, Later } from '../../src/jobs/job-runner.ts';
import { KeptJobs } from '../../src/jobs/kept-jobs.ts';

const orderOf = (owner: string): JobOrder => ({
  ...{ route: '/attention', owner, body: Buffer.from('{}'), contentType: 'application/json', accept: undefined },
  ...{ payer: { id: owner }, callbackUrl: undefined, idempotencyKey: undefined },
});
const answer = { contentType: 'application/json', bytes: 2, pieces: [Buffer.from('42')], giveBack: () => {} };

/** Jobs whose runner puts off those of alice until she has budget again. */
function jobsOf({ jobDeadlineMs = 60_000 } = {}) {
  const alice = { hasBudget: false, asked: 0 };
  const runner = {
    run: async ({ payer }: JobWork) => {
      if (payer.id !== 'alice') return answer;
      alice.asked++;
      if (!alice.hasBudget) throw new Later(40);
      return answer;
    },
  };
  const limits = { maxJobs: 100, maxJobBytes: 1e6, jobTtlMs: 60_000, jobDeadlineMs, jobConcurrency: 2 };
  const callbacks = { tell: () => {}, close: () => {} };
  const jobs = new KeptJobs({ limits, counts: new JobCounts(), runner, callbacks, log: { error: () => {} } });
  return { jobs, alice };
}

describe('jobs in memory', () => {
  it('of a caller without budget hold no place of others, and go on when there is budget again', async () => {
    const { jobs, alice } = jobsOf();
    const hers = await Promise.all([1, 2, 3, 4].map(() => jobs.take(orderOf('alice'))));
    const { job } = await jobs.take(orderOf('bob'));
    await vi.waitFor(async () => expect((await jobs.find(job.id, 'bob')).state).toBe('done'), 10_000);
    for (const one of hers) expect((await jobs.find(one.job.id, 'alice')).state).toBe('queued');
    alice.hasBudget = true;
    for (const one of hers) {
      await vi.waitFor(async () => expect((await jobs.find(one.job.id, 'alice')).state).toBe('done'), 10_000);
      // To be put off is no attempt.
      expect((await jobs.find(one.job.id, 'alice')).attempts).toBe(1);
    }
    await jobs.close();
  });

  it('that are put off can be cancelled, and are asked no more', async () => {
    const { jobs, alice } = jobsOf();
    const { job } = await jobs.take(orderOf('alice'));
    await vi.waitFor(() => expect(alice.asked).toBeGreaterThan(0), 10_000);
    await vi.waitFor(async () => expect((await jobs.find(job.id, 'alice')).state).toBe('queued'), 10_000);
    await jobs.remove(job.id, 'alice');
    const { asked } = alice;
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect([(await jobs.find(job.id, 'alice')).state, alice.asked]).toEqual(['cancelled', asked]);
    await jobs.close();
  });

  it('fail when their budget would come too late', async () => {
    const { jobs } = jobsOf({ jobDeadlineMs: 20 });
    const { job } = await jobs.take(orderOf('alice'));
    const late = { state: 'failed', fault: { code: 'deadline_exceeded' } };
    await vi.waitFor(async () => expect(await jobs.find(job.id, 'alice')).toMatchObject(late), 10_000);
    await jobs.close();
  });
});
