/** Opens the jobs of this server: in Redis where replicas share one, else in memory. */
import { type Config, ConfigError } from '../config/config.ts';
import type { RedisLink } from '../redis/redis-link.ts';
import { Callbacks } from './callbacks/callbacks.ts';
import type { Job } from './job.ts';
import { JobCounts } from './job-counts.ts';
import { documentOf } from './job-document.ts';
import { JobRunner, type RunnerParts } from './job-runner.ts';
import type { Jobs } from './jobs.ts';
import { KeptJobs } from './kept-jobs.ts';
import type { SpreadPool } from './shared/spread/open-spread.ts';

interface Log {
  info(about: object, text: string): void;
  warn(about: object, text: string): void;
  error(about: object, text: string): void;
}

export interface JobsParts extends Pick<RunnerParts, 'payerOf'> {
  pool: RunnerParts['pool'] & SpreadPool;
  config: Config;
  redis: RedisLink | undefined;
  log: Log;
}

/** @throws ConfigError for callbacks without a secret */
export async function openJobs({ config, redis, pool, payerOf, log }: JobsParts): Promise<Jobs> {
  const counts = new JobCounts();
  const isDurable = redis !== undefined;
  const { callbackSecret: secret, callbackUrls } = config;
  if (callbackUrls.length > 0 && secret === undefined) {
    throw new ConfigError('CALLBACK_URLS is set, and what is told there cannot be signed without CALLBACK_SECRET');
  }
  const describe = (job: Job) =>
    JSON.stringify(documentOf(job, isDurable, { requestId: job.id, prefix: config.basePath }));
  const callbacks = new Callbacks(secret && { secret, describe, counts, log });
  const runner = new JobRunner({ pool, payerOf, counts, jobDeadlineMs: config.jobDeadlineMs });
  if (redis !== undefined) {
    const { openSharedJobs } = await import('./shared/open-shared-jobs.ts');
    return await openSharedJobs({ config, redis, runner, pool, callbacks, counts, log });
  }
  return new KeptJobs({ limits: config, counts, runner, callbacks, log });
}
