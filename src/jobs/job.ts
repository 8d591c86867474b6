/** What a job is: a request of a route that outlives the connection that brought it. */
import type { Rates } from '../limits/rates.ts';
import type { Fault, JobRequest } from '../requests/request.ts';
import type { SpreadNote } from '../requests/spread-note.ts';

/** The routes whose requests may be jobs, and what the pool calls them. */
export const JOB_KINDS = {
  '/attention': 'attention',
  '/attention/multi-head': 'multi-head',
  '/attention/text': 'text',
  '/attention/diagnose': 'diagnose',
  '/tokenize': 'tokenize',
} as const satisfies Record<string, JobRequest['kind']>;
export type JobRoute = keyof typeof JOB_KINDS;
export const JOB_ROUTES = Object.keys(JOB_KINDS) as readonly JobRoute[];

/** `done`, `failed` and `cancelled` are ends: a job has one of them, once. */
export const JOB_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];
export type JobEnd = Extract<JobState, 'done' | 'failed' | 'cancelled'>;

export const hasEnded = (state: JobState): state is JobEnd => state !== 'queued' && state !== 'running';

/** How much of a plan is computed, in its ranges of rows; none before it is planned. */
export interface Progress {
  shardsDone: number;
  shardsTotal: number;
}

/** Who has a job computed: what its limits are counted for, with rates of its own where it has some. */
export interface JobPayer {
  id: string;
  rates?: Rates | undefined;
}

/** What is asked of a job. */
export interface JobOrder {
  route: JobRoute;
  body: Uint8Array;
  contentType: string;
  accept: string | undefined;
  /** The principal that it belongs to. */
  owner: string;
  payer: JobPayer;
  /** Where its end is told, if anywhere. */
  callbackUrl?: string | undefined;
  /** A header Idempotency-Key: the same one is the same job. */
  idempotencyKey?: string | undefined;
}

/** A job as all may know it who may know of it. Times are those of the clock, in ms. */
export interface Job extends Progress {
  id: string;
  route: JobRoute;
  owner: string;
  state: JobState;
  createdAt: number;
  startedAt?: number | undefined;
  endedAt?: number | undefined;
  expiresAt: number;
  /** Jobs that are begun before it, while it is queued. */
  place?: number | undefined;
  /** ms until its end, as far as that can be guessed. */
  estimateMs?: number | undefined;
  /** How often it was begun. */
  attempts: number;
  /** Why it failed. */
  fault?: Fault | undefined;
  /** What its result is, once it is done. */
  result?: { contentType: string; bytes: number } | undefined;
  callbackUrl?: string | undefined;
  /** How it was spread over replicas, or why not; once that is decided, where there are others. */
  spread?: SpreadNote | undefined;
}

/** The bytes of a result, in pieces as they are read. */
export interface JobResult {
  contentType: string;
  bytes: number;
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}
