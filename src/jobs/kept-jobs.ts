/** Jobs in the memory of this process: they end with it, and say so. */
import { randomUUID } from 'node:crypto';
import { shuttingDown } from '../errors.ts';
import type { Callbacks } from './callbacks/callbacks.ts';
import { FairTurns } from './fair-turns.ts';
import { fingerprintOf, KEY_MS, keyName } from './fingerprint.ts';
import { hasEnded, type Job, type JobEnd, type JobOrder, type JobResult, type Progress } from './job.ts';
import type { JobCounts } from './job-counts.ts';
import { faultIn, keyReused, notFound, resultRefusal, tooManyJobs } from './job-faults.ts';
import { type Computed, type JobRunner, type JobWork, Later, late } from './job-runner.ts';
import type { Jobs, Taken } from './jobs.ts';
import { Pace } from './pace.ts';
import { Watchers } from './watchers.ts';

export interface KeptLimits {
  maxJobs: number;
  /** Of bodies and results together. */
  maxJobBytes: number;
  jobTtlMs: number;
  jobDeadlineMs: number;
  jobConcurrency: number;
}

export interface KeptParts {
  limits: KeptLimits;
  counts: JobCounts;
  runner: Pick<JobRunner, 'run'>;
  callbacks: Pick<Callbacks, 'tell' | 'close'>;
  log: { error(about: object, text: string): void };
}

/** From this size on a body lies in memory that threads share, so that none of them copies it. */
const SHARED_BYTES = 16 * 1024;
const SWEEP_MS = 1000;
/** Whoever is put off is asked so often at least, in ms. */
const MOST_PUT_OFF_MS = 10_000;
/** Keys that are remembered of jobs that are gone, for each job that may be kept. */
const KEYS_OF_JOB = 10;

interface Kept {
  job: Job;
  /** Until it has ended. */
  work: JobWork | undefined;
  result: JobResult | undefined;
  abort: AbortController;
}

/**
 * Invariant: `#waiting` holds those that are queued, and `#running` counts those that are computed; `counts.bytes` is what the
 * bodies and results of all hold.
 */
export class KeptJobs implements Jobs {
  readonly isDurable = false;
  readonly counts: JobCounts;
  readonly #parts: KeptParts;
  readonly #jobs = new Map<string, Kept>();
  readonly #keys = new Map<string, { id: string; fingerprint: string; until: number }>();
  readonly #waiting = new FairTurns<Kept>();
  readonly #watchers = new Watchers();
  readonly #pace = new Pace();
  readonly #sweeping: NodeJS.Timeout;
  #running = 0;
  #isClosed = false;

  constructor(parts: KeptParts) {
    this.#parts = parts;
    this.counts = parts.counts;
    this.#sweeping = setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  async take(order: JobOrder): Promise<Taken> {
    const name = order.idempotencyKey && keyName(order.owner, order.idempotencyKey);
    const fingerprint = await fingerprintOf(order);
    // From here on in one turn: whoever comes with the same key meanwhile finds it.
    if (this.#isClosed) throw shuttingDown();
    const known = name === undefined ? undefined : this.#keys.get(name);
    if (known !== undefined && known.until > Date.now()) {
      if (known.fingerprint !== fingerprint) throw keyReused();
      const kept = this.#jobs.get(known.id);
      if (kept !== undefined) return { job: this.#told(kept), isNew: false };
    }
    const kept = this.#keep(order);
    if (name !== undefined) {
      this.#keys.delete(name);
      this.#keys.set(name, { id: kept.job.id, fingerprint, until: Date.now() + KEY_MS });
    }
    this.#fill();
    return { job: this.#told(kept), isNew: true };
  }

  async find(id: string, owner: string): Promise<Job> {
    return this.#told(this.#of(id, owner));
  }

  async result(id: string, owner: string): Promise<JobResult> {
    const kept = this.#of(id, owner);
    const refusal = resultRefusal(this.#told(kept));
    if (refusal !== undefined) throw refusal;
    if (kept.result === undefined) throw notFound();
    return kept.result;
  }

  async remove(id: string, owner: string): Promise<void> {
    const kept = this.#of(id, owner);
    if (hasEnded(kept.job.state)) this.#forget(kept);
    else this.#end(kept, 'cancelled');
  }

  watch(id: string, onChange: () => void): () => void {
    return this.#watchers.add(id, onChange);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#sweeping);
    for (const { abort } of this.#jobs.values()) abort.abort(shuttingDown());
    this.#parts.callbacks.close();
  }

  /** @throws RequestError `saturated` */
  #keep({ body, owner, ...order }: JobOrder): Kept {
    const { maxJobs, maxJobBytes, jobTtlMs } = this.#parts.limits;
    if (this.#jobs.size >= maxJobs) throw tooManyJobs('MAX_JOBS');
    if (this.counts.bytes + body.byteLength > maxJobBytes) throw tooManyJobs('MAX_JOB_BYTES');
    const { route, contentType, accept, payer, callbackUrl } = order;
    const createdAt = Date.now();
    const job: Job = {
      ...{ id: randomUUID(), route, owner, state: 'queued', createdAt, attempts: 0, callbackUrl },
      ...{ expiresAt: createdAt + jobTtlMs, shardsDone: 0, shardsTotal: 0 },
    };
    const work = { route, contentType, accept, payer, body: copyOf(body) };
    const kept: Kept = { job, work, result: undefined, abort: new AbortController() };
    this.#jobs.set(job.id, kept);
    this.counts.bytes += body.byteLength;
    this.#waiting.add(owner, kept);
    this.counts.queued = this.#waiting.size;
    return kept;
  }

  #of(id: string, owner: string): Kept {
    const kept = this.#jobs.get(id);
    if (kept?.job.owner !== owner) throw notFound();
    return kept;
  }

  /** A job with what is known of it only now. */
  #told(kept: Kept): Job {
    const { job } = kept;
    const { jobConcurrency, jobTtlMs } = this.#parts.limits;
    // One that has not ended is kept for as long as that takes.
    const expiresAt = hasEnded(job.state) ? job.expiresAt : Date.now() + jobTtlMs;
    if (job.state === 'queued') {
      const place = this.#waiting.before(job.owner, kept);
      return { ...job, expiresAt, place, estimateMs: this.#pace.ofQueued(place, jobConcurrency) };
    }
    if (job.state !== 'running') return { ...job };
    const spentMs = Date.now() - (job.startedAt ?? job.createdAt);
    return { ...job, expiresAt, estimateMs: this.#pace.ofRunning(spentMs, job) };
  }

  #fill(): void {
    while (!this.#isClosed && this.#running < this.#parts.limits.jobConcurrency) {
      const kept = this.#waiting.next();
      this.counts.queued = this.#waiting.size;
      if (kept?.work === undefined) return;
      void this.#run(kept, kept.work);
    }
  }

  async #run(kept: Kept, work: JobWork): Promise<void> {
    const { job } = kept;
    const start = performance.now();
    this.counts.running = ++this.#running;
    if (job.startedAt === undefined) this.counts.waited(Date.now() - job.createdAt);
    Object.assign(job, { state: 'running', startedAt: job.startedAt ?? Date.now(), attempts: job.attempts + 1 });
    this.#watchers.tell(job.id);
    const onProgress = (progress: Progress) => {
      if (progress.shardsDone === job.shardsDone && progress.shardsTotal === job.shardsTotal) return;
      Object.assign(job, progress);
      this.#watchers.tell(job.id);
    };
    try {
      const computed = await this.#parts.runner.run(work, kept.abort.signal, onProgress);
      this.#pace.took(performance.now() - start);
      try {
        this.#finish(kept, work, computed);
      } finally {
        computed.giveBack();
      }
    } catch (error) {
      if (error instanceof Later) this.#putOff(kept, error.waitMs);
      else this.#fail(kept, error);
    } finally {
      this.counts.running = --this.#running;
      this.#fill();
    }
  }

  /** Others have their turn until whoever pays for it may have more. */
  #putOff(kept: Kept, waitMs: number): void {
    const { job } = kept;
    if (hasEnded(job.state)) return;
    const { jobDeadlineMs } = this.#parts.limits;
    if (Date.now() + waitMs >= (job.startedAt ?? job.createdAt) + jobDeadlineMs) {
      this.#fail(kept, late(jobDeadlineMs));
      return;
    }
    Object.assign(job, { state: 'queued', attempts: job.attempts - 1 });
    this.#watchers.tell(job.id);
    const again = () => {
      if (job.state !== 'queued' || this.#isClosed) return;
      this.#waiting.add(job.owner, kept);
      this.counts.queued = this.#waiting.size;
      this.#fill();
    };
    setTimeout(again, Math.min(waitMs, MOST_PUT_OFF_MS)).unref();
  }

  #finish(kept: Kept, work: JobWork, { contentType, bytes, pieces }: Computed): void {
    if (hasEnded(kept.job.state)) return;
    if (this.counts.bytes - work.body.byteLength + bytes > this.#parts.limits.maxJobBytes) {
      this.#fail(kept, tooManyJobs('MAX_JOB_BYTES'));
      return;
    }
    this.counts.bytes += bytes;
    kept.result = { contentType, bytes, pieces: pieces.map((piece) => Uint8Array.from(piece)) };
    const shardsTotal = Math.max(1, kept.job.shardsTotal);
    Object.assign(kept.job, { result: { contentType, bytes }, shardsTotal, shardsDone: shardsTotal });
    this.#end(kept, 'done');
  }

  #fail(kept: Kept, error: unknown): void {
    if (hasEnded(kept.job.state)) return;
    kept.job.fault = faultIn(error);
    if (kept.job.fault.code === 'internal') this.#parts.log.error({ err: error, job: kept.job.id }, 'a bug of ours');
    this.#end(kept, 'failed');
  }

  #end(kept: Kept, state: JobEnd): void {
    const { job, work } = kept;
    if (job.state === 'queued') this.#waiting.remove(job.owner, kept);
    this.counts.queued = this.#waiting.size;
    const endedAt = Date.now();
    Object.assign(job, { state, endedAt, expiresAt: endedAt + this.#parts.limits.jobTtlMs });
    this.counts.ended[state]++;
    this.counts.bytes -= work?.body.byteLength ?? 0;
    kept.work = undefined;
    if (state === 'cancelled') kept.abort.abort(new Error('the job was cancelled'));
    this.#watchers.tell(job.id);
    if (job.callbackUrl !== undefined) this.#parts.callbacks.tell({ ...job, callbackUrl: job.callbackUrl });
  }

  #forget(kept: Kept): void {
    if (!this.#jobs.delete(kept.job.id)) return;
    this.counts.bytes -= kept.result?.bytes ?? 0;
    this.#watchers.tell(kept.job.id);
  }

  #sweep(): void {
    const now = Date.now();
    for (const kept of [...this.#jobs.values()]) {
      if (hasEnded(kept.job.state) && kept.job.expiresAt <= now) this.#forget(kept);
    }
    for (const [name, { until }] of this.#keys) {
      // Oldest first.
      if (until > now && this.#keys.size <= KEYS_OF_JOB * this.#parts.limits.maxJobs) break;
      this.#keys.delete(name);
    }
  }
}

function copyOf(body: Uint8Array): Uint8Array {
  const memory = body.byteLength < SHARED_BYTES ? undefined : new SharedArrayBuffer(body.byteLength);
  const copy = memory === undefined ? new Uint8Array(body.byteLength) : new Uint8Array(memory);
  copy.set(body);
  return copy;
}
