import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { RequestError } from '../errors.ts';
import { type Candidate, type KernelChoice, selectKernel } from '../kernels/select.ts';
import type { TokenizerAbout } from '../text/tokenize/tokenizer.ts';
import { readTableFile, SMALL_TABLE } from '../text/vectors/file.ts';
import { VectorTable } from '../text/vectors/table.ts';
import { type Crowd, FairQueue } from './fair-queue.ts';
import { isTokenRequest, type JobAnswer, type JobRequest } from './job.ts';
import { JobRun, threadDeath } from './job-run.ts';
import { unwrap } from './outcome.ts';
import type { PoolJob } from './pool-job.ts';
import { RequestRunner } from './request-runner.ts';
import { SharedMemory } from './shared-memory.ts';
import type { Completion, Hello, Result, Task, TokenSettings, WorkerSettings } from './tasks.ts';
import { TokenJob } from './token-job.ts';
import { buffersOf } from './tokenize-job.ts';

export interface PoolOptions {
  workers: number;
  kernel: KernelChoice;
  /** Whether relaxed SIMD may be used; without it every machine gives the same bytes. */
  relaxedSimd: boolean;
  deadlineMs: number;
  /** Bodies up to this may be answered on the calling thread, see answerTiny. */
  tinyBodyBytes: number;
  /** The most requests that may be in the pool at once. */
  maxQueue: number;
  /** The most bytes that their bodies may have together. */
  maxQueueBytes: number;
  limits: WorkerSettings['limits'];
  /** The file of word vectors; by default the table that comes with the service. */
  vectorsFile?: string;
  tokens: TokenSettings;
  log: PoolLog;
}

export interface PoolLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * How long a thread computes for one request before it asks for its next task, in ms. A hop takes a part of one, so those
 * who have begun take longer turns among themselves, and who is alone takes none; a newcomer may be a small request, and
 * every thread looks after each shard, which is about 1 ms, whether one has come.
 */
const SLICE_MS: Record<Crowd, number> = { one: 2 ** 31 - 1, others: 8, newcomer: 2 };
/** Bodies from this size on are gathered in shared memory, which no thread needs to copy. */
const SHARED_BODY_BYTES = 256 * 1024;
/** What is kept of the memory of past requests. */
const KEPT_BYTES = 128 * 1024 * 1024;

/**
 * The threads and the requests that share them. All sharing happens here: a thread gets one task at a time, chosen by the
 * fair queue when it is free, so Piscina's own queue stays empty and nothing is decided early.
 *
 * Invariant: `#busy` tasks are on threads, never more than there are threads; a request is in `#queue` until it has ended,
 * and in `#jobs` until the last of its tasks has come back, when its memory is given back.
 */
export class AttentionPool {
  readonly ready: Promise<void>;
  readonly #options: PoolOptions;
  readonly #threads: Piscina;
  /** The table of word vectors, which all threads read. */
  readonly #vectors: SharedArrayBuffer;
  readonly #queue = new FairQueue<PoolJob<unknown>>();
  /** What `WorkerSettings.slice` says, in memory of all threads. */
  readonly #slice = new Int32Array(new SharedArrayBuffer(4));
  readonly #memory = new SharedMemory(KEPT_BYTES);
  readonly #bodies = new WeakMap<Uint8Array, SharedArrayBuffer>();
  readonly #inUse = new Set<Uint8Array>();
  /** What has not ended, or what a thread still works on, with what is to be done when the last thread is back. */
  readonly #jobs = new Map<PoolJob<unknown>, () => void>();
  #isReady = false;
  #hello: Hello | undefined;
  #busy = 0;
  #busyLong = 0;
  #bytes = 0;
  #onIdle: (() => void) | undefined;
  /** Answers tiny requests on the calling thread, once ready. */
  #tiny: RequestRunner | undefined;

  /** @throws WrongFileError */
  constructor(options: PoolOptions) {
    this.#options = options;
    this.#vectors = readTableFile(options.vectorsFile ?? SMALL_TABLE);
    const settings: WorkerSettings = {
      kernel: options.kernel,
      relaxedSimd: options.relaxedSimd,
      limits: options.limits,
      vectors: this.#vectors,
      tokens: options.tokens,
      slice: this.#slice,
    };
    this.#threads = new Piscina({
      // The compiled worker, whether this file runs from src/ or from dist/.
      filename: fileURLToPath(new URL('../../dist/workers/worker.js', import.meta.url)),
      minThreads: options.workers,
      maxThreads: options.workers,
      concurrentTasksPerWorker: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      workerData: settings,
      recordTiming: false,
    });
    this.#threads.on('error', (error: unknown) =>
      options.log.error({ err: error }, 'a worker thread died while idle; it is replaced'),
    );
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

  get load(): { workers: number; running: number; waiting: number; waitingBytes: number } {
    return {
      workers: this.#options.workers,
      running: this.#busy,
      waiting: this.#queue.size,
      waitingBytes: this.#bytes,
    };
  }

  /** The threads, for tests that kill one. */
  get threads(): readonly { terminate(): Promise<number> }[] {
    return this.#threads.threads;
  }

  /**
   * Whether a request with a body of `bytes` could be taken now; asked before its body is read.
   * @throws RequestError `saturated`
   */
  admit(bytes: number): void {
    if (this.#queue.size >= this.#options.maxQueue) {
      throw new RequestError(
        'saturated',
        `${this.#queue.size} requests are being worked on, which is the limit; try again later`,
      );
    }
    // A single body may always come in: MAX_BODY_BYTES bounds it already.
    if (this.#bytes > 0 && this.#bytes + bytes > this.#options.maxQueueBytes) {
      throw new RequestError(
        'saturated',
        'the requests being worked on hold as many bytes as allowed; try again later',
      );
    }
  }

  /** Memory for a body of known length; `release` it when the request is over. */
  bodyMemory(bytes: number): Uint8Array {
    if (bytes < SHARED_BODY_BYTES) return new Uint8Array(bytes);
    const shared = this.#memory.takeOrAllocate(bytes);
    const body = new Uint8Array(shared, 0, bytes);
    this.#bodies.set(body, shared);
    return body;
  }

  /** Gives the memory of a body back that never ran; the pool does so itself after a request. */
  release(body: Uint8Array): void {
    const shared = this.#bodies.get(body);
    if (shared === undefined || this.#inUse.has(body)) return;
    this.#bodies.delete(body);
    this.#memory.giveBack([shared]);
  }

  /**
   * Answers one request. The promise settles when the answer is there, when `signal` aborts or when the deadline passes.
   * @throws RequestError any fault in the request, `deadline_exceeded`, `saturated`, `worker_died`
   */
  async run(request: JobRequest, signal: AbortSignal): Promise<JobAnswer> {
    const { body } = request;
    this.admit(body.byteLength);
    signal.throwIfAborted();
    const job = isTokenRequest(request) ? new TokenJob(request) : new JobRun(request);
    this.#inUse.add(body);
    return await this.perform<JobAnswer>(job, signal, () => {
      this.#inUse.delete(body);
      this.release(body);
      this.#memory.giveBack(job.memory);
    });
  }

  /** Shared memory for what runs keep; its content is arbitrary. `giveBack` it. */
  sharedMemory(bytes: number): SharedArrayBuffer {
    return this.#memory.takeOrAllocate(bytes);
  }

  giveBack(buffers: Iterable<SharedArrayBuffer>): void {
    this.#memory.giveBack(buffers);
  }

  /**
   * Works on a job until it ends, `signal` aborts or the deadline passes. `onLeft` is called when no thread works on it any
   * more, which may be later.
   * @throws RequestError any fault in it, `deadline_exceeded`, `worker_died`
   */
  async perform<T>(job: PoolJob<T>, signal: AbortSignal, onLeft: () => void): Promise<T> {
    this.#bytes += job.bodyBytes;
    this.#jobs.set(job, onLeft);
    const { deadlineMs } = this.#options;
    const deadline = setTimeout(() => {
      job.fail(new RequestError('deadline_exceeded', `the computation did not end within ${deadlineMs} ms`));
      this.#leave(job);
    }, deadlineMs);
    const hangUp = () => {
      job.fail(signal.reason);
      this.#leave(job);
    };
    signal.addEventListener('abort', hangUp, { once: true });
    this.#queue.add(job);
    if (signal.aborted) hangUp();
    this.#dispatch();
    try {
      return await job.result;
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener('abort', hangUp);
    }
  }

  /**
   * The answer to a request that costs less than handing it to a thread, computed at once on this one; `undefined` for all
   * others. Bodies and plans are bounded so that it takes well under a millisecond.
   * @throws RequestError any fault in the request
   */
  answerTiny(request: JobRequest): JobAnswer | undefined {
    if (request.body.byteLength > this.#options.tinyBodyBytes) return undefined;
    // Finding words costs more than a hop, and vocabularies are only in the workers.
    if (isTokenRequest(request) || request.kind === 'text' || request.kind === 'example') return undefined;
    const answered = this.#tiny?.answerTiny(request);
    if (answered === undefined) return undefined;
    const { contentType, pieces, decodeMs, computeMs, encodeMs } = answered;
    return { contentType, pieces, timings: { decode: decodeMs, queue: 0, compute: computeMs, encode: encodeMs } };
  }

  /** Waits for what runs, then ends the threads. */
  async close(): Promise<void> {
    if (this.#jobs.size > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    await this.#threads.destroy();
  }

  async #start(): Promise<void> {
    const { kernel, relaxedSimd, tinyBodyBytes, limits } = this.#options;
    if (tinyBodyBytes > 0) {
      const vectors = new VectorTable(this.#vectors);
      this.#tiny = new RequestRunner({ kernel: selectKernel(kernel, relaxedSimd).kernel, limits, vectors });
    }
    const hellos = await Promise.all(
      Array.from({ length: this.#options.workers }, async (_, i) =>
        unwrap<Hello>(await this.#threads.run({ kind: 'hello', describes: i === 0 } satisfies Task)),
      ),
    );
    this.#hello = hellos[0];
    this.#isReady = true;
  }

  /** Gives free threads to whoever's turn it is. */
  #dispatch(): void {
    this.#fillThreads();
    Atomics.store(this.#slice, 0, SLICE_MS[this.#queue.crowd]);
  }

  #fillThreads(): void {
    while (this.#busy < this.#options.workers) {
      // A long task cannot be interrupted: one thread always stays with those who need it for a moment.
      const job = this.#queue.next(this.#busyLong < Math.max(1, this.#options.workers - 1));
      if (job === undefined) return;
      const isLong = job.wants === 'long';
      const task = job.take((bodyBytes) => this.#offerFor(bodyBytes));
      if (task === undefined) continue;
      this.#busy++;
      if (isLong) this.#busyLong++;
      void this.#perform(job, task).finally(() => {
        this.#busy--;
        if (isLong) this.#busyLong--;
        this.#dispatch();
      });
    }
  }

  async #perform(job: PoolJob<unknown>, task: Task): Promise<void> {
    const start = performance.now();
    let outcome: unknown;
    try {
      outcome = await this.#threads.run(task, task.kind === 'tokenize' ? { transferList: buffersOf(task.rest) } : {});
    } catch (error) {
      this.#options.log.error({ err: error }, 'a worker thread died; it is replaced');
      job.fail(threadDeath());
    }
    this.#queue.charge(job, performance.now() - start);
    job.threadFreed();
    if (outcome !== undefined) this.#accept(job, task, outcome);
    this.#leave(job);
  }

  #accept(job: PoolJob<unknown>, task: Task, outcome: unknown): void {
    const offered = 'offered' in task ? task.offered : [];
    let result: Result;
    try {
      result = unwrap<Result>(outcome);
    } catch (error) {
      this.#memory.giveBack(offered);
      job.fail(error);
      return;
    }
    const taken = 'memory' in result ? result.memory.takenOffers : [];
    this.#memory.giveBack(offered.filter((_, offer) => !taken.includes(offer)));
    // A thread answers each task with what belongs to it.
    job.accept({ kind: task.kind, result } as Completion, offered);
  }

  /** Lets go of a job that has ended; of its memory, when no thread works on it any more. */
  #leave(job: PoolJob<unknown>): void {
    if (!job.ended) return;
    this.#queue.remove(job);
    const onLeft = this.#jobs.get(job);
    if (job.running > 0 || onLeft === undefined) return;
    this.#jobs.delete(job);
    this.#bytes -= job.bodyBytes;
    onLeft();
    if (this.#jobs.size === 0) this.#onIdle?.();
  }

  #offerFor(bodyBytes: number): SharedArrayBuffer[] {
    if (bodyBytes < SHARED_BODY_BYTES) return [];
    const offers = [];
    for (const bytes of [bodyBytes, bodyBytes / 3, bodyBytes / 3]) {
      const buffer = this.#memory.take(bytes);
      if (buffer !== undefined) offers.push(buffer);
    }
    return offers;
  }
}
