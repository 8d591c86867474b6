import type { Jobs } from '../jobs/jobs.ts';
import type { Callers } from '../limits/callers.ts';
import type { Ledger } from '../limits/ledger.ts';
import type { AttentionPool } from '../pool/pool.ts';
import type { RedisLink } from '../redis/redis-link.ts';
import type { Replicas } from '../redis/replicas.ts';
import type { TinyLane } from '../requests/tiny-answers.ts';
import type { Streams } from '../stream/streams.ts';
import type { EventLoop } from './event-loop.ts';
import type { RequestCounts } from './request-counts.ts';
import type { Traffic } from './traffic.ts';

/** What makes one service of several replicas. */
export interface Sharing {
  redis: Pick<RedisLink, 'isThere' | 'failures' | 'reconnects'>;
  replicas: Pick<Replicas, 'count' | 'roundTripMs'>;
  ledger: Pick<Ledger, 'isNear' | 'posts'>;
}

/** What the metrics are read from, when they are asked for. */
export interface Sources {
  version: string;
  requests: RequestCounts;
  traffic: Pick<Traffic, 'connections' | 'received' | 'sent'>;
  eventLoop: Pick<EventLoop, 'take' | 'busySeconds'>;
  pool: Pick<AttentionPool, 'load' | 'kernel' | 'work'>;
  /** Whether requests are taken: not yet, or not any more. */
  isServing(): boolean;
  tiny: Pick<TinyLane, 'work'>;
  streams: Pick<Streams, 'counts' | 'credits'>;
  jobs: Pick<Jobs, 'counts'>;
  callers: Pick<Callers, 'size'>;
  /** Where replicas share something. */
  sharing: Sharing | undefined;
  /** Lines of the log that were lost. */
  lines: { readonly lost: number };
}

/** One number of a metric. */
export interface Sample {
  value: number;
  labels?: Record<string, string>;
  /** Of the parts of a histogram or summary. */
  suffix?: '_bucket' | '_sum' | '_count';
}

export interface Metric {
  name: string;
  kind: 'counter' | 'gauge' | 'histogram' | 'summary';
  /** What it is, as Prometheus and the documentation tell it. */
  help: string;
  labels?: readonly string[];
  read(from: Sources): Iterable<Sample>;
}
