/** Takes parts of jobs that others have planned, computes them and leaves what they give; any replica with the kernel does. */

import type { PoolMemory } from '../../../pool/pool-memory.ts';
import type { RedisLink } from '../../../redis/redis-link.ts';
import { bytesIn } from '../../../spread/placed.ts';
import type { JobCounts } from '../../job-counts.ts';
import { faultIn } from '../../job-faults.ts';
import type { JobRunner } from '../../job-runner.ts';
import type { JobLedger } from '../job-ledger.ts';
import type { JobNews } from '../job-news.ts';
import type { JobRecord } from '../job-record.ts';
import { patiently } from '../patiently.ts';
import type { TakenWork, WorkQueue } from '../work-queue.ts';
import { readRanges } from './byte-ranges.ts';
import { jobOfPart, type PartTask, readTask } from './part-task.ts';
import type { MeasuredSpeeds } from './speeds.ts';
import type { SpreadStore } from './spread-store.ts';

/** How often Redis is told that a job is computed, in ms, and asked whether it is still wanted. */
const TELL_MS = 500;

export interface PartTakerParts {
  redis: RedisLink;
  ledger: JobLedger;
  store: SpreadStore;
  runner: Pick<JobRunner, 'run'>;
  memory: Pick<PoolMemory, 'body' | 'release'>;
  speeds: MeasuredSpeeds;
  news: JobNews;
  replica: string;
  counts: Pick<JobCounts, 'stalls' | 'retries'>;
}

/** Why a computation stops that nobody needs any more. */
class Unwanted extends Error {}

export class PartTaker {
  readonly #parts: PartTakerParts;
  readonly #queue: WorkQueue;
  readonly #closing = new AbortController();
  readonly #running = new Map<string, AbortController>();

  constructor(parts: PartTakerParts, queue: WorkQueue) {
    this.#parts = parts;
    this.#queue = queue;
    parts.news.hear((id, what) => {
      // The message may be anybody's: the ledger says whether it is so.
      if (what === 'cancelled')
        for (const [part, own] of this.#running) if (part.startsWith(id)) void this.#look(id, own);
    });
    queue.work((work) => this.#take(work), {
      onStalled: () => parts.counts.stalls++,
      onFailed: (id, isOver) => void this.#lost(id, isOver),
    });
  }

  async close(): Promise<void> {
    await this.#queue.pause();
    this.#closing.abort(new Unwanted('the server is shutting down'));
    await this.#queue.close();
  }

  async #take(work: TakenWork): Promise<void> {
    const task = readTask(work.data);
    const own = new AbortController();
    const signal = AbortSignal.any([own.signal, this.#closing.signal]);
    this.#running.set(work.id, own);
    const looking = setInterval(() => void this.#look(task.job, own), TELL_MS);
    try {
      await this.#compute(task, signal);
    } catch (error) {
      if (this.#closing.signal.aborted) throw await work.giveBack();
      if (!(error instanceof Unwanted)) throw error;
      // Whoever has ended the job may have done so before this was written.
      await this.#parts.store.forget(task.job).catch(() => {});
    } finally {
      clearInterval(looking);
      this.#running.delete(work.id);
    }
  }

  async #compute(task: PartTask, signal: AbortSignal): Promise<void> {
    const { ledger, store, news } = this.#parts;
    const { job, index, parts } = task;
    const record = await patiently(signal, () => ledger.read(job));
    if (record?.state !== 'running') throw new Unwanted('the job has ended');
    const found = await patiently(signal, () => store.done(job));
    // Computed already, or in vain.
    if (found.fault !== undefined || found.parts.has(index)) return;
    await this.#tell(task, found.parts.size);
    try {
      const file = await this.#answer(task, record, signal);
      const about = { read: bytesIn(task.ranges), replica: this.#parts.replica };
      const done = await patiently(signal, () => store.write(job, index, file, about));
      await this.#tell(task, Math.min(done, parts));
      void news.tell(job, 'progress');
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof Unwanted) throw error;
      const fault = faultIn(error);
      if (fault.code === 'internal' || fault.code === 'sharing_unavailable') throw error;
      await patiently(signal, () => store.failed(job, fault.detail));
    }
  }

  /** What the part gives, as a safetensors file. @throws RequestError */
  async #answer(task: PartTask, record: JobRecord, signal: AbortSignal): Promise<Uint8Array> {
    const { redis, ledger, runner, memory, speeds } = this.#parts;
    const { job, ranges, grid, hasSomeKeys, until } = task;
    const head = Buffer.from(task.head, 'base64');
    const body = memory.body(head.byteLength + bytesIn(ranges));
    try {
      body.set(head);
      const start = performance.now();
      const nameOf = (piece: number) => ledger.keys.body(job, piece);
      await patiently(signal, () => readRanges(redis, nameOf, ranges, { into: body, at: head.byteLength }));
      speeds.read(bytesIn(ranges), performance.now() - start);
      const { route, content_type: contentType, payer } = record;
      const work = { route, contentType, accept: undefined, payer, body, part: { grid, hasSomeKeys }, until };
      const { pieces, giveBack } = await runner.run(work, signal, () => {});
      const file = Buffer.concat(pieces);
      giveBack();
      return file;
    } finally {
      memory.release(body);
    }
  }

  async #tell({ job, attempt, parts }: PartTask, done: number): Promise<void> {
    const progress = { shardsDone: done, shardsTotal: parts };
    const isWanted = await this.#parts.ledger.progress(job, attempt, progress).catch(() => true);
    if (!isWanted) throw new Unwanted('the job has ended');
  }

  /** Stops a part whose job is not running any more. */
  async #look(id: string, own: AbortController): Promise<void> {
    try {
      // Says that it is computed, too; a number that no attempt has changes nothing else.
      const isWanted = await this.#parts.ledger.progress(id, 0, { shardsDone: 0, shardsTotal: 0 });
      if (!isWanted) own.abort(new Unwanted('the job has ended'));
    } catch {
      // Redis is away; it is asked again.
    }
  }

  /** A part that was tried in vain: its job goes on without it. */
  async #lost(id: string, isOver: boolean): Promise<void> {
    this.#parts.counts.retries++;
    if (isOver) await this.#parts.store.failed(jobOfPart(id), 'a replica could not compute it').catch(() => {});
  }
}
