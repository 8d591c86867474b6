/** Takes jobs from the queue, computes them and ends them: at least once, with one end. */
import { randomUUID } from 'node:crypto';
import { RequestError } from '../../errors.ts';
import type { RedisLink } from '../../redis/redis-link.ts';
import type { SpreadNote } from '../../requests/spread-note.ts';
import type { JobEnd, Progress } from '../job.ts';
import type { JobCounts } from '../job-counts.ts';
import { faultIn, tooManyJobs } from '../job-faults.ts';
import { type Computed, type JobRunner, Later, late } from '../job-runner.ts';
import type { Pace } from '../pace.ts';
import type { CallbackQueue } from './callback-queue.ts';
import { dropPieces, piecesOf, readBody, writePieces } from './job-bytes.ts';
import type { JobEnding, JobLedger, StoredResult } from './job-ledger.ts';
import type { JobNews } from './job-news.ts';
import { type JobRecord, workOf } from './job-record.ts';
import { patiently } from './patiently.ts';
import type { ResultFiles } from './result-files.ts';
import type { Spread } from './spread/open-spread.ts';
import type { Begun, Way } from './spread/spreader.ts';
import type { TakenWork, WorkQueue } from './work-queue.ts';

/** How often a job may be begun: whatever it was that ended so many replicas may be the job itself. */
const MOST_ATTEMPTS = 20;
/** How often Redis is told how far a job is, in ms, and asked whether it is still wanted. */
const TELL_MS = 500;
/** Whoever is put off is asked so often at least, in ms. */
const MOST_PUT_OFF_MS = 10_000;

export interface TakerParts {
  redis: RedisLink;
  ledger: JobLedger;
  queue: WorkQueue;
  runner: Pick<JobRunner, 'run' | 'mustHaveBudget'>;
  files: ResultFiles | undefined;
  callbacks: Pick<CallbackQueue, 'tell'>;
  news: JobNews;
  pace: Pace;
  counts: JobCounts;
  /** Resolves when jobs can be computed. */
  ready: Promise<void>;
  jobDeadlineMs: number;
  /** Results of more bytes are files, where there is a place for them. */
  jobResultBytes: number;
  /** What spreads jobs over replicas, if anything does. */
  spread: Promise<Spread> | undefined;
  log: { error(about: object, text: string): void };
}

/** What is to be the end of a job. */
interface Done {
  computed: Computed;
  shards: number;
  note: SpreadNote | undefined;
}

const NOTHING = new Uint8Array(0);

/** Why a computation stops that nobody needs any more. */
class Unwanted extends Error {}

export class JobTaker {
  readonly #parts: TakerParts;
  readonly #replica = randomUUID();
  readonly #running = new Map<string, AbortController>();
  readonly #closing = new AbortController();
  /** Once it is there: whoever ends meanwhile does not wait for it. */
  #spread: Spread | undefined;

  constructor(parts: TakerParts) {
    this.#parts = parts;
    const { queue, news, counts, ledger } = parts;
    const opened = (spread: Spread) => {
      this.#spread = spread;
      if (this.#closing.signal.aborted) void spread.close();
    };
    parts.spread?.then(opened, () => {});
    news.hear((id, what) => {
      // The message may be anybody's: the ledger says whether it is so.
      if (what === 'cancelled' && this.#running.has(id)) void this.#look(id, () => ledger.read(id));
    });
    const begin = () => {
      if (this.#closing.signal.aborted) return;
      queue.work((work) => this.#take(work), {
        onStalled: () => counts.stalls++,
        onFailed: () => counts.retries++,
      });
    };
    // One that never computes anything takes nothing.
    parts.ready.then(begin, () => {});
  }

  /** Takes none any more, and gives back what it has. */
  async close(): Promise<void> {
    await this.#parts.queue.pause();
    this.#closing.abort(new Unwanted('the server is shutting down'));
    await this.#parts.queue.close();
    await this.#spread?.close();
  }

  /** What is left of a job that was spread, when it has ended. */
  async forgetParts(id: string): Promise<void> {
    await this.#spread?.spreader.forget(id);
  }

  async #take(work: TakenWork): Promise<void> {
    const { id } = work;
    const { ledger, counts, news } = this.#parts;
    const own = new AbortController();
    const signal = AbortSignal.any([own.signal, this.#closing.signal]);
    this.#running.set(id, own);
    counts.running = this.#running.size;
    let way: Way | undefined;
    let found: JobRecord | undefined;
    try {
      found = await patiently(signal, () => ledger.read(id));
      if (found?.state === 'queued') this.#parts.runner.mustHaveBudget(workOf(found, NOTHING).payer);
      const attempt = await patiently(signal, () => ledger.begin(id, this.#replica));
      const record = attempt === 0 ? undefined : await patiently(signal, () => ledger.read(id));
      if (record === undefined) {
        await this.forgetParts(id);
        return;
      }
      if (found?.started === undefined) counts.waited(Date.now() - record.created);
      void news.tell(id, 'running');
      const begun = { id, attempt, record };
      // What has been the end of so many is not even looked at.
      if (attempt <= MOST_ATTEMPTS) way = await (await this.#parts.spread)?.spreader.wayOf(begun, work, signal);
      if (way?.kind === 'waits') throw way.error;
      await this.#compute(begun, way, signal);
    } catch (error) {
      if (way?.kind === 'waits') throw error;
      if (error instanceof Later) {
        const began = found?.started ?? found?.created ?? Date.now();
        if (Date.now() + error.waitMs < began + this.#parts.jobDeadlineMs) {
          const turn = await patiently(signal, () => ledger.again(id));
          throw await work.putOff(Math.min(error.waitMs, MOST_PUT_OFF_MS), turn);
        }
        const fault = JSON.stringify(faultIn(late(this.#parts.jobDeadlineMs)));
        await this.#end(id, 'failed', { attempt: 0, fields: { fault } }, signal);
        return;
      }
      if (this.#closing.signal.aborted) throw await work.giveBack();
      if (!(error instanceof Unwanted)) throw error;
    } finally {
      // Another attempt may have begun here, where this one was thought to stand still.
      if (this.#running.get(id) === own) this.#running.delete(id);
      counts.running = this.#running.size;
    }
  }

  async #compute(begun: Begun, way: Exclude<Way, { kind: 'waits' }> | undefined, signal: AbortSignal): Promise<void> {
    const { id, attempt } = begun;
    const { log, ledger } = this.#parts;
    try {
      if (attempt > MOST_ATTEMPTS) throw unlucky();
      const { computed, shards, note } =
        way?.kind === 'parts' ? await this.#gather(begun, way, signal) : await this.#computeWhole(begun, way, signal);
      const fields = { shards_done: shards, shards_total: shards, ...(note && { spread: JSON.stringify(note) }) };
      try {
        await this.#finish(id, attempt, { computed, fields }, signal);
      } finally {
        computed.giveBack();
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof Later) {
        await patiently(signal, () => ledger.putOff(id, attempt));
        throw error;
      }
      const fault = faultIn(error);
      if (fault.code === 'internal') log.error({ err: error, job: id }, 'a bug of ours');
      await this.#end(id, 'failed', { attempt, fields: { fault: JSON.stringify(fault) } }, signal);
    }
    if (way?.kind === 'parts' || way?.until !== undefined) await this.forgetParts(id);
  }

  /** The answer that parts have given. */
  async #gather(begun: Begun, way: Extract<Way, { kind: 'parts' }>, signal: AbortSignal): Promise<Done> {
    const spread = await this.#parts.spread;
    if (spread === undefined) throw new Error('what was spread cannot be gathered here');
    return { ...(await spread.spreader.gather(begun, way, signal)), shards: way.plan.cut.parts.length };
  }

  async #computeWhole(
    { id, attempt, record }: Begun,
    way: Extract<Way, { kind: 'whole' }> | undefined,
    signal: AbortSignal,
  ): Promise<Done> {
    const { redis, ledger, runner, pace } = this.#parts;
    const start = performance.now();
    const body = await patiently(signal, () =>
      readBody(redis, (piece) => ledger.keys.body(id, piece), { pieces: record.body_pieces, bytes: record.body_bytes }),
    );
    const telling = this.#telling(id, attempt);
    try {
      const spread = way?.isAnswered ? way.note : undefined;
      const work = { ...workOf(record, body), spread, until: way?.until };
      const computed = await runner.run(work, signal, telling.onProgress);
      pace.took(performance.now() - start);
      return { computed, shards: Math.max(1, telling.last.shardsTotal), note: way?.note };
    } finally {
      telling.stop();
    }
  }

  /** Tells Redis now and then how far a job is, and finds out there whether it is still wanted. */
  #telling(id: string, attempt: number) {
    const { ledger, news } = this.#parts;
    let last: Progress = { shardsDone: 0, shardsTotal: 0 };
    const timer = setInterval(() => {
      void this.#look(id, async () => {
        const isWanted = await ledger.progress(id, attempt, last);
        void news.tell(id, 'progress');
        return isWanted ? { state: 'running' } : undefined;
      });
    }, TELL_MS);
    return {
      get last() {
        return last;
      },
      onProgress: (progress: Progress) => {
        last = progress;
      },
      stop: () => clearInterval(timer),
    };
  }

  /** Stops the computation of a job that is not running any more. */
  async #look(id: string, ask: () => Promise<{ state: string } | undefined>): Promise<void> {
    try {
      const record = await ask();
      if (record?.state !== 'running') this.#running.get(id)?.abort(new Unwanted('the job has ended'));
    } catch {
      // Redis is away; it is asked again.
    }
  }

  async #finish(
    id: string,
    attempt: number,
    { computed, fields }: { computed: Computed; fields: Record<string, string | number> },
    signal: AbortSignal,
  ): Promise<void> {
    const { files, jobResultBytes } = this.#parts;
    const isFile = files !== undefined && computed.bytes > jobResultBytes;
    const { contentType, bytes, pieces } = computed;
    const result: StoredResult = { contentType, bytes, attempt, in: isFile ? 'file' : 'redis' };
    for (;;) {
      if (isFile) await files.write(id, attempt, pieces);
      else await this.#store(id, attempt, computed, signal);
      const end = await this.#end(id, 'done', { attempt, result, fields }, signal);
      if (end === 'full') {
        await this.#drop(id, attempt, result);
        throw tooManyJobs('MAX_JOB_BYTES');
      }
      if (end === 'late') await this.#drop(id, attempt, result);
      if (end !== 'lost') return;
    }
  }

  async #store(id: string, attempt: number, { pieces }: Computed, signal: AbortSignal): Promise<void> {
    const { redis, ledger } = this.#parts;
    await patiently(signal, () => writePieces(redis, (piece) => ledger.keys.result(id, attempt, piece), pieces));
  }

  async #end(id: string, state: JobEnd, about: JobEnding, signal: AbortSignal) {
    const { ledger, counts, news, callbacks } = this.#parts;
    const end = await patiently(signal, () => ledger.end(id, state, about));
    if (end !== 'ended') return end;
    counts.ended[state]++;
    await news.tell(id, state);
    // If this is not reached, or Redis goes now, it is told by whoever looks for what nobody has told.
    await callbacks.tell(id).catch(() => {});
    return end;
  }

  /** What a result that nobody will ask for has left. */
  async #drop(id: string, attempt: number, result: StoredResult): Promise<void> {
    const { files, redis, ledger } = this.#parts;
    if (result.in === 'file') await files?.remove(`${id}-${attempt}`);
    else await dropPieces(redis, (piece) => ledger.keys.result(id, attempt, piece), piecesOf(result.bytes));
  }
}

function unlucky(): RequestError {
  return new RequestError(
    'worker_died',
    `the job was begun ${MOST_ATTEMPTS} times, and each time whoever computed it was gone before its end`,
  );
}
