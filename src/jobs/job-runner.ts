/** Computes jobs, as the route would, in the pool of threads; patiently, where the route would refuse. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, RequestError } from '../errors.ts';
import type { Payer } from '../limits/caller.ts';
import type { AttentionPool } from '../pool/pool.ts';
import type { JobAnswer, JobRequest, Merging, PartSetting } from '../requests/request.ts';
import type { SpreadNote } from '../requests/spread-note.ts';
import { JOB_KINDS, type JobPayer, type JobRoute, type Progress } from './job.ts';
import type { JobCounts } from './job-counts.ts';

/** How often somebody looks how far a job is, in ms. */
const LOOK_MS = 200;
/** How soon a job is tried again for which there was no room, in ms. */
const TRY_AGAIN_MS = 250;
const MOST_TRY_AGAIN_MS = 10_000;

/** What will be otherwise when it is tried again. */
const PASSING: readonly ErrorCode[] = ['saturated', 'not_ready', 'workers_failing'];
/** How many deaths of threads a job survives: it may be what they die of. */
const MOST_DEATHS = 3;

export type RunnerPool = Pick<AttentionPool, 'ready' | 'run'> & { memory: Pick<AttentionPool['memory'], 'giveBack'> };

export interface RunnerParts {
  pool: RunnerPool;
  jobDeadlineMs: number;
  counts: JobCounts;
  /** Whoever pays for what is computed for somebody, if anybody does. */
  payerOf(payer: JobPayer): Payer | undefined;
}

/** What is computed: the request of a route. */
export interface JobWork {
  route: JobRoute;
  body: Uint8Array;
  contentType: string;
  accept: string | undefined;
  payer: JobPayer;
  /** Of an attention, what is not said from outside: that it is a part of a larger one, and how it was spread. */
  part?: PartSetting;
  spread?: SpreadNote | undefined;
  /** What the body holds to be merged. */
  merging?: Merging;
  /** When it has taken too long, by the clock in ms, where it was begun by somebody else. */
  until?: number | undefined;
}

/** What came of it, in pieces, which lie in memory of the pool. */
export interface Computed {
  contentType: string;
  bytes: number;
  pieces: readonly Uint8Array[];
  /** Gives that memory back, once; pieces must not be read after that. */
  giveBack(): void;
}

/** Somebody else's turn: whoever pays for it has used up what there was, and nothing is to wait here for more. */
export class Later extends Error {
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('whoever pays for the job has to wait');
    this.waitMs = waitMs;
  }
}

export class JobRunner {
  readonly #parts: RunnerParts;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /**
   * Computes one. `onProgress` is called now and then while it is computed.
   * @throws RequestError any fault in the request, `deadline_exceeded`, `worker_died`; Later; the reason of `signal`
   */
  async run(work: JobWork, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<Computed> {
    const { pool, jobDeadlineMs, counts, payerOf } = this.#parts;
    await pool.ready;
    const { until = Number.POSITIVE_INFINITY } = work;
    const end = performance.now() + Math.min(jobDeadlineMs, until - Date.now());
    const own = payerOf(work.payer);
    // What has begun as a whole goes on.
    const payer = work.part === undefined && work.merging === undefined ? own : unrefused(own);
    const done = payer?.begin();
    try {
      for (let tries = 1, deaths = 0; ; tries++) {
        try {
          // Small ones are paid for when they are done: here they wait until what was done is made up for.
          payer?.payAhead(0);
          const deadlineMs = end - performance.now();
          return lent(await this.#runOnce(work, { signal, onProgress, payer, deadlineMs }), pool);
        } catch (error) {
          if (!(error instanceof RequestError)) throw error;
          if (error.code === 'deadline_exceeded') throw late(jobDeadlineMs);
          if (error.code === 'rate_limited') throw new Later(error.retryAfterMs ?? MOST_TRY_AGAIN_MS);
          const waitMs = Math.min(MOST_TRY_AGAIN_MS, error.retryAfterMs ?? TRY_AGAIN_MS * tries);
          const isPassing = PASSING.includes(error.code) || (error.code === 'worker_died' && ++deaths < MOST_DEATHS);
          if (!isPassing) throw error;
          if (performance.now() + waitMs >= end) throw late(jobDeadlineMs);
          counts.retries++;
          await sleep(waitMs, undefined, { signal });
        }
      }
    } finally {
      done?.();
    }
  }

  /** @throws Later while whoever pays has used up what there was */
  mustHaveBudget(who: JobPayer): void {
    try {
      this.#parts.payerOf(who)?.payAhead(0);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      throw new Later(error.retryAfterMs ?? MOST_TRY_AGAIN_MS);
    }
  }

  async #runOnce(
    work: JobWork,
    terms: { signal: AbortSignal; deadlineMs: number; payer: Payer | undefined; onProgress: (p: Progress) => void },
  ): Promise<JobAnswer> {
    const { signal, deadlineMs, payer, onProgress } = terms;
    let looking: NodeJS.Timeout | undefined;
    const onBegun = (progress: () => Progress | undefined) => {
      looking = setInterval(() => {
        const now = progress();
        if (now !== undefined) onProgress(now);
      }, LOOK_MS);
    };
    try {
      return await this.#parts.pool.run(requestOf(work), signal, {
        ...{ deadlineMs: Math.max(1, Math.ceil(deadlineMs)), payer, client: work.payer.id, isPatient: true, onBegun },
      });
    } finally {
      clearInterval(looking);
    }
  }
}

/** Pays all the same, and is not asked. */
function unrefused(payer: Payer | undefined): Payer | undefined {
  if (payer === undefined) return undefined;
  return {
    payAhead: (multiplyAdds) => payer.pay(multiplyAdds),
    pay: (multiplyAdds) => payer.pay(multiplyAdds),
    payBytes: (bytes) => payer.payBytes(bytes),
    begin: () => payer.begin(),
  };
}

function requestOf({ route, body, contentType, accept, part, spread, merging }: JobWork): JobRequest {
  const kind = JOB_KINDS[route];
  const received = { body, contentType, accept };
  if (merging !== undefined) return { ...received, kind: 'merge', merging };
  return kind === 'attention' ? { ...received, kind, ...(part && { part }), spread } : { ...received, kind };
}

function lent({ contentType, pieces, memory }: JobAnswer, pool: Pick<RunnerPool, 'memory'>): Computed {
  const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return { contentType, bytes, pieces, giveBack: () => pool.memory.giveBack(memory) };
}

/** What a job is told that has taken too long. */
export function late(jobDeadlineMs: number): RequestError {
  return new RequestError('deadline_exceeded', `the job did not end within ${jobDeadlineMs} ms`, {
    limit: 'JOB_DEADLINE_MS',
  });
}
