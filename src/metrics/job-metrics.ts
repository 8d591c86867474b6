import { countsOf, samplesOf } from './samples.ts';
import type { Metric } from './sources.ts';

/** Of jobs: of this process, but for those that are queued and the bytes of all where replicas share a Redis. */
export const ofJobs: Metric[] = [
  {
    name: 'spotlight_jobs_queued',
    kind: 'gauge',
    help: 'Jobs that wait for their turn; where replicas share a Redis, those of all, and each replica tells the same number.',
    read: ({ jobs }) => [{ value: jobs.counts.queued }],
  },
  {
    name: 'spotlight_jobs_running',
    kind: 'gauge',
    help: 'Jobs that this process computes; JOB_CONCURRENCY bounds them.',
    read: ({ jobs }) => [{ value: jobs.counts.running }],
  },
  {
    name: 'spotlight_job_bytes',
    kind: 'gauge',
    help: 'Bytes of bodies and results of jobs that are kept, in memory or in Redis; MAX_JOB_BYTES bounds them.',
    read: ({ jobs }) => [{ value: jobs.counts.bytes }],
  },
  {
    name: 'spotlight_jobs_total',
    kind: 'counter',
    help: 'Jobs that this process has ended, by their end: done, failed, cancelled.',
    labels: ['state'],
    read: ({ jobs }) => countsOf(Object.entries(jobs.counts.ended), 'state'),
  },
  {
    name: 'spotlight_job_wait_seconds',
    kind: 'histogram',
    help: 'How long jobs have waited until this process began them.',
    read: ({ jobs }) => samplesOf(jobs.counts.waits),
  },
  {
    name: 'spotlight_job_stalls_total',
    kind: 'counter',
    help: 'Jobs and callbacks that this process found without the replica that had them, and put back into their queue.',
    read: ({ jobs }) => [{ value: jobs.counts.stalls }],
  },
  {
    name: 'spotlight_job_retries_total',
    kind: 'counter',
    help: 'Computations of jobs that were tried again, as there was no room, a thread died or Redis was away.',
    read: ({ jobs }) => [{ value: jobs.counts.retries }],
  },
  {
    name: 'spotlight_callbacks_total',
    kind: 'counter',
    help: 'Tries to tell the end of a job: sent, retried (to be tried again), failed (given up).',
    labels: ['outcome'],
    read: ({ jobs }) => countsOf(Object.entries(jobs.counts.callbacks), 'outcome'),
  },
];
