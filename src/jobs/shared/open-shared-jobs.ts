/** Puts together what jobs in Redis need. All of this is loaded only where replicas share one. */
import { type Config, ConfigError } from '../../config/config.ts';
import type { RedisLink } from '../../redis/redis-link.ts';
import type { Callbacks } from '../callbacks/callbacks.ts';
import type { JobCounts } from '../job-counts.ts';
import type { JobRunner } from '../job-runner.ts';
import type { Jobs } from '../jobs.ts';
import { Pace } from '../pace.ts';
import { CallbackQueue } from './callback-queue.ts';
import { JobKeys } from './job-keys.ts';
import { JobLedger } from './job-ledger.ts';
import { JobNews } from './job-news.ts';
import { JobTaker } from './job-taker.ts';
import { ResultFiles } from './result-files.ts';
import { SharedJobs } from './shared-jobs.ts';
import { openSpread, type SpreadPool } from './spread/open-spread.ts';
import { Upkeep } from './upkeep.ts';
import { WorkQueue } from './work-queue.ts';

export interface OpenParts {
  config: Config;
  redis: RedisLink;
  runner: JobRunner;
  /** Resolves when jobs can be computed. */
  pool: SpreadPool;
  callbacks: Callbacks;
  counts: JobCounts;
  log: { warn(about: object, text: string): void; error(about: object, text: string): void };
}

/** Tries of what a bug of ours has kept from being done. */
const TRIES = 5;
const PAUSE_MS = 1000;

/** @throws ConfigError for a RESULTS_DIR that cannot be written to */
export async function openSharedJobs({
  config,
  redis,
  runner,
  pool,
  callbacks,
  counts,
  log,
}: OpenParts): Promise<Jobs> {
  const files = await filesIn(config.resultsDir);
  const keys = new JobKeys(redis);
  const ledger = new JobLedger(redis, keys, config);
  const news = new JobNews(redis);
  const common = { redis, prefix: keys.queues, timeoutMs: config.redisTimeoutMs, log };
  const { jobConcurrency, jobResultBytes } = config;
  const queue = await WorkQueue.open({
    ...common,
    name: 'queue',
    concurrency: jobConcurrency,
    tries: TRIES,
    pauseMs: PAUSE_MS,
  });
  const told = await CallbackQueue.open({ ledger, callbacks, counts, options: common });
  const pace = new Pace();
  const shared = { redis, ledger, queue, files, news, counts, callbacks: told };
  const { ready } = pool;
  const spread =
    config.spread === 'off'
      ? undefined
      : openSpread({
          config,
          redis,
          ledger,
          news,
          runner,
          pool,
          queue,
          counts,
          options: { ...common, tries: TRIES, pauseMs: PAUSE_MS },
        });
  // Whoever takes jobs sees the failure.
  spread?.catch(() => {});
  const taker = new JobTaker({
    ...shared,
    runner,
    ready,
    pace,
    jobResultBytes,
    jobDeadlineMs: config.jobDeadlineMs,
    spread,
    log,
  });
  const upkeep = new Upkeep({ ...shared, pace, spread, jobConcurrency, log });
  return new SharedJobs({ ...shared, taker, upkeep });
}

async function filesIn(folder: string | undefined): Promise<ResultFiles | undefined> {
  if (folder === undefined) return undefined;
  const files = new ResultFiles(folder);
  try {
    await files.prepare();
    return files;
  } catch (error) {
    throw new ConfigError(
      `RESULTS_DIR is ${JSON.stringify(folder)}, but ${error instanceof Error ? error.message : ''}`,
    );
  }
}
