/** What operators and their machines ask: does it live, is it ready, what is it. */
import type { FastifyInstance } from 'fastify';
import type { Access } from '../../access/access.ts';
import type { Config } from '../../config/config.ts';
import type { Callers } from '../../limits/callers.ts';
import { bucketSize, type Rates } from '../../limits/rates.ts';
import type { Sharing } from '../../metrics/sources.ts';
import type { AttentionPool } from '../../pool/pool.ts';
import { type Info, infoRoute, liveRoute, readyRoute } from '../documents/probe-schemas.ts';
import { product } from '../documents/product.ts';
import { type Readiness, requireReady } from './readiness.ts';

/** What the probes look at. */
export type Probed = Pick<AttentionPool, 'isReady' | 'refusal' | 'kernel' | 'load' | 'work'>;

const quiet = { quiet: true };

type ProbesParts = Readiness & {
  pool: Probed;
  config: Config;
  access: Pick<Access, 'kind'>;
  callers: Pick<Callers, 'rates'>;
  sharing: Sharing | undefined;
};

export function probeRoutes(app: FastifyInstance, parts: ProbesParts): void {
  const { pool, config, access, callers, sharing } = parts;
  app.get('/health/live', { schema: liveRoute, config: quiet }, async () => ({ status: 'live' }));

  app.get('/health/ready', { schema: readyRoute, config: quiet }, async () => {
    requireReady(parts);
    return { status: 'ready' };
  });

  app.get('/info', { schema: infoRoute, config: { needs: 'ops' } }, async (): Promise<Info> => {
    const { workers, running, waiting, waitingBytes } = pool.load;
    return {
      name: product.name,
      version: product.version,
      node: process.versions.node,
      access: access.kind,
      sharing: sharing === undefined ? 'none' : sharing.redis.isThere ? 'redis' : 'away',
      redis: sharing === undefined ? null : stateOf(sharing),
      kernel: pool.kernel,
      workers,
      load: { running, waiting, waiting_bytes: waitingBytes },
      limits: {
        max_body_bytes: config.maxBodyBytes,
        max_elements: config.maxElements,
        max_output_bytes: config.maxOutputBytes,
        max_text_bytes: config.maxTextBytes,
        max_queue: config.maxQueue,
        max_queue_bytes: config.maxQueueBytes,
        max_run_bytes: config.maxRunBytes,
        step_cache_bytes: config.stepCacheBytes,
        memory_bytes: config.memoryBytes,
        deadline_ms: config.deadlineMs,
        caller: told(callers.rates),
      },
      uptime_seconds: Math.round(process.uptime() * 1000) / 1000,
    };
  });
}

function stateOf({ redis, replicas, ledger }: Sharing): Info['redis'] {
  return {
    replicas: replicas.count,
    round_trip_ms: replicas.roundTripMs ?? null,
    failures: redis.failures,
    reconnects: redis.reconnects,
    limits: ledger.isNear ? 'shared' : 'local',
    limit_posts: ledger.posts,
  };
}

function told({ requestRate, requestBurst, workRate, workBurst, concurrency }: Rates): Info['limits']['caller'] {
  return {
    request_rate: requestRate ?? null,
    request_burst: bucketSize(requestRate, requestBurst)?.burst ?? null,
    work_rate: workRate ?? null,
    work_burst: bucketSize(workRate, workBurst)?.burst ?? null,
    concurrency: concurrency ?? null,
  };
}
