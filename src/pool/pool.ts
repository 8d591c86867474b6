import { RequestError, WrongFileError } from '../errors.ts';
import type { Candidate } from '../kernels/select.ts';
import { isTokenRequest, type JobAnswer, type JobRequest, type Work } from '../requests/request.ts';
import { Collector, Dropped } from '../tasks/collection.ts';
import { unwrap } from '../tasks/outcome.ts';
import type { Hello } from '../tasks/tasks.ts';
import type { TokenizerAbout } from '../text/tokenize/tokenizer.ts';
import { AnswerJob } from './answer-job.ts';
import { Breaker } from './breaker.ts';
import { Dispatch } from './dispatch.ts';
import { LoadedTokenizers } from './loaded-tokenizers.ts';
import type { PoolJob } from './pool-job.ts';
import { PoolMemory } from './pool-memory.ts';
import type { PoolOptions } from './pool-options.ts';
import { Thread } from './thread.ts';
import { type AnswerElsewhere, TokenJob } from './token-job.ts';
import { WaitEstimate } from './wait-estimate.ts';

/**
 * Others may take so many times longer than such requests did: threads that compute go behind the one that reads and refuses,
 * and where far more comes than can be done it takes its part of their cores.
 */
const DOUBT = 2;
/** How long a request counts whose body is on its way: one that is slow must not keep others out. */
const COMING_MS = 1000;

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
  readonly #collector = new Collector(this.#dropped.asked);
  /** What has not ended, or what a thread still works on, with what is to be done when the last thread is back. */
  readonly #jobs = new Map<PoolJob<unknown>, () => void>();
  #isReady = false;
  #hello: Hello | undefined;
  #bytes = 0;
  #onIdle: (() => void) | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#estimate = new WaitEstimate(options.workers);
    this.memory = new PoolMemory({ limitBytes: options.maxQueueBytes, onDropped: (bytes) => this.#collect(bytes) });
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

  /**
   * Whether a request with a body of `bytes` could be taken now, and done within `deadlineMs`; asked before its body is read.
   * @throws RequestError `saturated`, `workers_failing`
   */
  admit(bytes: number, deadlineMs = this.#options.deadlineMs): void {
    const refusal = this.refusal;
    if (refusal !== undefined) throw refusal;
    if (this.#dispatch.waiting >= this.#options.maxQueue) {
      throw this.#saturated(`${this.#dispatch.waiting} requests are being worked on, which is the limit`, 'MAX_QUEUE');
    }
    // A single body may always come in: MAX_BODY_BYTES bounds it already.
    if (this.#bytes > 0 && this.#bytes + bytes > this.#options.maxQueueBytes) {
      throw this.#saturated('the requests being worked on hold as many bytes as allowed', 'MAX_QUEUE_BYTES');
    }
    // While a thread is free for it nobody has to guess.
    if (this.#estimate.waiting < this.#options.workers) return;
    const expectedMs = this.#estimate.untilDone(bytes, DOUBT);
    const mostMs = Math.min(deadlineMs, this.#options.maxQueueMs);
    if (expectedMs <= mostMs) return;
    const detail = `this request would take about ${Math.ceil(expectedMs)} ms, and ${mostMs} are allowed`;
    const limit = mostMs === deadlineMs ? 'DEADLINE_MS' : 'MAX_QUEUE_MS';
    throw new RequestError('saturated', detail, { retryAfterMs: expectedMs - mostMs, limit });
  }

  /**
   * As `admit`, for a request whose body comes next: it counts among those that wait, so that no more bodies are read than can
   * be worked on, until what is given back is called; that is when it comes to `run`, or has gone.
   * @throws RequestError `saturated`, `workers_failing`
   */
  announce(bytes: number, deadlineMs?: number): () => void {
    this.admit(bytes, deadlineMs);
    const coming = {};
    this.#estimate.add(coming, bytes);
    const timer = setTimeout(() => this.#estimate.remove(coming, false), COMING_MS);
    return () => {
      clearTimeout(timer);
      this.#estimate.remove(coming, false);
    };
  }

  /**
   * Answers one request. The promise settles when the answer is there, when `signal` aborts or when the deadline passes,
   * `deadlineMs` from now where that is not the server's.
   * @throws RequestError any fault in the request, `deadline_exceeded`, `saturated`, `worker_died`
   */
  async run(request: JobRequest, signal: AbortSignal, deadlineMs?: number): Promise<JobAnswer> {
    const { body } = request;
    this.admit(body.byteLength, deadlineMs);
    signal.throwIfAborted();
    const job = isTokenRequest(request) ? new TokenJob(request, this.#elsewhere) : new AnswerJob(request);
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
    this.#estimate.add(job, job.bodyBytes);
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

  /** Waits for what runs, then ends the threads. */
  async close(): Promise<void> {
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

  /** Half of what waits is done, and there is room, about when it says. */
  #saturated(why: string, limit: string): RequestError {
    const retryAfterMs = this.#estimate.untilAllDone / 2;
    return new RequestError('saturated', `${why}; try again later`, { retryAfterMs, limit });
  }

  /** Lets go of a job that has ended; of its memory, when no thread works on it any more. */
  #leave(job: PoolJob<unknown>): void {
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
    if (!this.#dropped.add(droppedBytes)) return;
    setImmediate(() => this.#collector.collectIfAsked());
    this.#dispatch.wakeIdle();
  }
}
