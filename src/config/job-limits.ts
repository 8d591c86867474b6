/** What bounds jobs, and where their ends are told. */
import { z } from 'zod';
import { callbackList, callbackSecret } from './callback-list.ts';
import { ROOMY } from './memory-limits.ts';
import { count, described, duration, MAX_BYTES, readBy, size, sizeByMemory } from './variable.ts';

const MAX_PATH_LENGTH = 4096;

export const jobLimits = {
  maxJobs: count('MAX_JOBS', 1000, 1, 2 ** 20, 'Jobs that are kept, ended ones among them; more are 503.'),
  maxJobBytes: sizeByMemory(
    'MAX_JOB_BYTES',
    ROOMY.maxJobBytes,
    1,
    MAX_BYTES,
    'Bytes that kept jobs may hold, bodies and results: in memory, or in Redis where replicas share it.',
  ),
  jobTtlMs: duration('JOB_TTL_MS', 3_600_000, 'How long a job and its result are kept after its end.'),
  jobDeadlineMs: duration('JOB_DEADLINE_MS', 1_800_000, 'How long a job may be computed; then it has failed.'),
  jobConcurrency: count('JOB_CONCURRENCY', 2, 1, 1024, 'Jobs that this process computes at once.'),
  jobResultBytes: size(
    'JOB_RESULT_BYTES',
    2 ** 20,
    0,
    MAX_BYTES,
    'Results of more bytes are files in RESULTS_DIR, where replicas share a Redis.',
  ),
  resultsDir: described(z.string().max(MAX_PATH_LENGTH).optional(), {
    variable: 'RESULTS_DIR',
    expects: `a path of at most ${MAX_PATH_LENGTH} characters`,
    standard: 'none: all results are in Redis',
    meaning: 'A directory that all replicas share, for large results of jobs; of use with REDIS_URL only.',
  }),
  callbackUrls: described(z.string().pipe(readBy(callbackList)).default([]), {
    variable: 'CALLBACK_URLS',
    expects: 'URLs with commas between, each with a slash at its end',
    standard: 'none',
    meaning: 'Below which URLs the ends of jobs may be told (`callback_url`), such as https://example.com/hooks/.',
  }),
  callbackSecret: described(z.string().pipe(readBy(callbackSecret)).optional(), {
    variable: 'CALLBACK_SECRET',
    expects: 'whsec_ and 24 to 64 bytes in base64',
    standard: 'none; needed with CALLBACK_URLS',
    meaning: 'What such messages are signed with, as Standard Webhooks say.',
  }),
};
