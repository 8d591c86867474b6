import { RequestError, WrongFileError } from '../errors.ts';
import type { Candidate } from '../kernels/select.ts';
import type { Payer } from '../limits/caller.ts';
import { trimMemory } from '../pressure/trim.ts';
import { isTokenRequest, type JobAnswer, type JobRequest, type Work } from '../requests/request.ts';
import { Collector, Dropped } from '../tasks/collection.ts';
import { unwrap } from '../tasks/outcome.ts';
import type { Hello } from '../tasks/tasks.ts';
import type { TokenizerAbout } from '../text/tokenize/tokenizer.ts';
import { Admission } from './admission.ts';
import { AnswerJob } from './answer-job.ts';
import { Breaker } from './breaker.ts';
import { Dispatch } from './dispatch.ts';
import { LoadedTokenizers } from './loaded-tokenizers.ts';
import { OpenMemory } from './open-memory.ts';
import type { PoolJob } from './pool-job.ts';
import { PoolMemory } from './pool-memory.ts';
import type { PoolOptions } from './pool-options.ts';
import type { WalkProgress } from './stage-walk.ts';
import { Thread } from './thread.ts';
import { type AnswerElsewhere, TokenJob } from './token-job.ts';
import { WaitEstimate } from './wait-estimate.ts';

/** How, and for whom, a request is answered. */
export interface JobTerms {
  /** From now on, in ms, where that is not the server's. */
  deadlineMs?: number;
  /** Who counts as one, where memory is short; nobody by default. */
  client?: string;
  /** Whoever pays for it, if anybody does. */
  payer?: Payer | undefined;
  /** Whether it may wait as long as it has to: it is let in beside others that wait, and however long it may take. */
  isPatient?: boolean;
  /** Is given what tells how far it is: nothing before it is planned. */
  onBegun?(progress: () => WalkProgress | undefined): void;
}

/**
 * The requests that share the threads, from when they are admitted to when they have ended.
 *
 * Invariant: a request is in `#dispatch` until it has ended, and in `#jobs` until the last of its tasks has come back, when
 * its memory is given back; `#bytes` is the size of their bodies.
 */
export class AttentionPool {
  readonly ready: Promise<void>;
  readonly memory: PoolMemory;
  /** What kernels have done for requests; not for runs and their steps. */
  readonly work: Work = { multiplyAdds: 0, kernelMs: 0 };
  readonly #options: PoolOptions;
  readonly #threads: readonly Thread[];
  readonly #dispatch: Dispatch;
  readonly #loaded: LoadedTokenizers;
  readonly #elsewhere: AnswerElsewhere;
  readonly #dropped = new Dropped();
  readonly #breaker = new Breaker();
  readonly #estimate: WaitEstimate;
  readonly #admission: Admission;
  readonly #collector = new Collector(this.#dropped.asked);
  /** What has not ended, or what a thread still works on, with what is to be done when the last thread is back. */
  readonly #jobs = new Map<PoolJob<unknown>, () => void>();
  readonly #open: OpenMemory;
  #isReady = false;
  #hello: Hello | undefined;
  #bytes = 0;
  #onIdle: (() => void) | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#estimate = new WaitEstimate(options.workers);
    this.#admission = new Admission(options, this.#estimate, () => ({
      waiting: this.#dispatch.waiting,
      waitingBytes: this.#bytes,
      refusal: this.refusal,
    }));
    this.memory = new PoolMemory({ limitBytes: options.maxQueueBytes, onDropped: (bytes) => this.#collect(bytes) });
    this.#open = new OpenMemory(options, () => this.#dispatch.fillThreads());
    const slice = new Int32Array(new SharedArrayBuffer(4));
    const { maxTextBytes, files } = options.tokens;
    const settings = {
      kernel: options.kernel,
      relaxedSimd: options.relaxedSimd,
      limits: options.limits,
      vectors: options.vectors,
      tokens: { maxTextBytes, files },
      slice,
      collections: this.#dropped.asked,
    };
    const onIdleDeath = (error: unknown) => this.#count(error, 'a worker thread died while idle; it is replaced');
    const { workers, workerNice = 0 } = options;
    this.#threads = Array.from({ length: workers }, () => new Thread(settings, workerNice, onIdleDeath));
    this.#dispatch = new Dispatch({
      threads: this.#threads,
      memory: this.memory,
      slice,
      onReturn: (job) => this.#leave(job),
      hasRoom: (job) => this.#open.hasRoom(job),
      onDeath: (error) => this.#count(error, 'a worker thread died; it is replaced'),
      onTime: (job, ms) => this.#estimate.spent(job, ms),
    });
    this.#loaded = new LoadedTokenizers({
      files,
      about: (name) => this.tokenizers.find((about) => about.name === name),
      limits: { ...options.limits, maxTextBytes },
      nice: workerNice,
      onDeath: (error) =>
        options.log.error({ err: error }, 'the thread of a tokenizer died; it is loaded again when asked for'),
    });
    this.#elsewhere = {
      answer: (name, request, signal) => this.#loaded.answer(name, request, signal),
      onReturn: (job) => this.#leave(job),
    };
    this.ready = this.#start();
    // Whoever waits for `ready` sees the failure; nobody else must.
    this.ready.catch(() => {});
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** The kernel in use and why. Only once ready. */
  get kernel(): { name: string; reason: string; candidates: Candidate[] } {
    const { kernel = 'none', reason = 'still starting', candidates = [] } = this.#hello ?? {};
    return { name: kernel, reason, candidates };
  }

  /** What there is to know of the tokenizers. Only once ready. */
  get tokenizers(): readonly TokenizerAbout[] {
    return this.#hello?.tokenizers ?? [];
  }

  /** Multiply-adds in about a millisecond of a thread: what plans are made for. Only once ready. */
  get shardCost(): number {
    return this.#hello?.shardCost ?? 0;
  }

  get load(): { workers: number; running: number; busyMs: number; waiting: number; waitingBytes: number } {
    return {
      workers: this.#options.workers,
      running: this.#dispatch.running,
      busyMs: this.#dispatch.busyMs,
      waiting: this.#dispatch.waiting,
      waitingBytes: this.#bytes,
    };
  }

  /** The threads, for tests that kill one. */
  get threads(): readonly { terminate(): Promise<number> }[] {
    return this.#threads.flatMap(({ running }) => running ?? []);
  }

  /** Why nothing is computed for a while, if that is so. */
  get refusal(): RequestError | undefined {
    return this.#breaker.refusal;
  }

  /** @see Admission.admit */
  admit(bytes: number, deadlineMs?: number): void {
    this.#admission.admit(bytes, deadlineMs);
  }

  /** @see Admission.announce */
  announce(bytes: number, deadlineMs?: number): () => void {
    return this.#admission.announce(bytes, deadlineMs);
  }

  /**
   * Answers one request. The promise settles when the answer is there, when `signal` aborts or when the deadline passes.
   * @throws RequestError any fault in the request, `deadline_exceeded`, `saturated`, `worker_died`, `rate_limited`
   */
  async run(request: JobRequest, signal: AbortSignal, terms: JobTerms = {}): Promise<JobAnswer> {
    const { deadlineMs, client } = terms;
    const { body } = request;
    if (terms.isPatient) this.#admission.checkAble();
    else this.admit(body.byteLength, deadlineMs);
    signal.throwIfAborted();
    const job = isTokenRequest(request)
      ? new TokenJob(request, this.#elsewhere, client)
      : new AnswerJob(request, terms);
    terms.onBegun?.(() => (job instanceof AnswerJob ? job.progress : undefined));
    const letGo = this.memory.use(body);
    const onLeft = () => {
      letGo();
      this.memory.giveBack(job.memory);
    };
    const answer = await this.perform<JobAnswer>(job, signal, onLeft, deadlineMs);
    if (job instanceof AnswerJob) {
      this.work.multiplyAdds += job.work.multiplyAdds;
      this.work.kernelMs += job.work.kernelMs;
    }
    return answer;
  }

  /**
   * Works on a job until it ends, `signal` aborts or the deadline passes. `onLeft` is called when no thread works on it any
   * more, which may be later.
   * @throws RequestError any fault in it, `deadline_exceeded`, `worker_died`
   */
  async perform<T>(
    job: PoolJob<T>,
    signal: AbortSignal,
    onLeft: () => void,
    deadlineMs = this.#options.deadlineMs,
  ): Promise<T> {
    this.#bytes += job.bodyBytes;
    this.#estimate.add(job, job.likeBytes ?? job.bodyBytes);
    let isDone = false;
    this.#jobs.set(job, onLeft);
    const deadline = setTimeout(() => {
      job.fail(new RequestError('deadline_exceeded', `the computation did not end within ${deadlineMs} ms`));
      this.#leave(job);
    }, deadlineMs);
    const hangUp = () => {
      job.fail(signal.reason);
      this.#leave(job);
    };
    signal.addEventListener('abort', hangUp, { once: true });
    this.#dispatch.add(job);
    if (signal.aborted) hangUp();
    this.#dispatch.fillThreads();
    try {
      const result = await job.result;
      isDone = true;
      return result;
    } finally {
      this.#estimate.remove(job, isDone);
      clearTimeout(deadline);
      signal.removeEventListener('abort', hangUp);
    }
  }

  /**
   * Has all threads collect their garbage, those that work before their next task, and gives what is free back to the system.
   * @param isFull whether memory is short, so that none is kept for requests to come
   */
  giveMemoryBack(isFull: boolean): void {
    if (isFull) this.memory.drop();
    this.#dropped.ask();
    void this.#collectAll();
  }

  /** Waits for what runs, then ends the threads. */
  async close(): Promise<void> {
    // Node aborts the process when a thread is ended that still loads its files.
    await this.ready.catch(() => {});
    if (this.#jobs.size > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.memory.close();
    await Promise.all([this.#loaded.close(), ...this.#threads.map((thread) => thread.close())]);
  }

  async #start(): Promise<void> {
    const hellos = await Promise.all(
      this.#threads.map(async (thread, i) => unwrap<Hello>(await thread.runOne({ kind: 'hello', describes: i === 0 }))),
    );
    const faults = [...this.#options.tokens.faults, ...hellos[0].tokenizerFaults];
    if (faults.length > 0) throw new WrongFileError(faults.join('; '));
    this.#hello = hellos[0];
    this.#isReady = true;
  }

  /** A thread died. */
  #count(error: unknown, what: string): void {
    const { log } = this.#options;
    log.error({ err: error }, what);
    const restMs = this.#breaker.died();
    if (restMs !== undefined) log.error({ restMs }, 'threads die again and again: nothing is computed for a while');
  }

  /** Lets go of a job that has ended; of its memory, when no thread works on it any more. */
  #leave(job: PoolJob<unknown>): void {
    this.#open.note(job);
    if (!job.ended) return;
    this.#dispatch.remove(job);
    const onLeft = this.#jobs.get(job);
    if (job.running > 0 || onLeft === undefined) return;
    this.#jobs.delete(job);
    this.#bytes -= job.bodyBytes;
    onLeft();
    if (this.#jobs.size === 0) this.#onIdle?.();
  }

  /** Has all threads collect their garbage once much shared memory was dropped; those that work do so before their next task. */
  #collect(droppedBytes: number): void {
    if (this.#dropped.add(droppedBytes)) void this.#collectAll();
  }

  async #collectAll(): Promise<void> {
    setImmediate(() => this.#collector.collectIfAsked());
    await this.#dispatch.wakeIdle();
    await trimMemory();
  }
}
