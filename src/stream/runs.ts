import { randomUUID } from 'node:crypto';
import type { StepLimits, Stepping } from '../attention/step-plan.ts';
import { RequestError, shuttingDown } from '../errors.ts';
import { RunJob } from '../pool/run-job.ts';
import type { RunOpened } from '../requests/opened.ts';
import { Run, type RunPool } from './run.ts';
import type { Asker, Lent, Origin, Terms } from './shared/asked-run.ts';
import type { RunEnd } from './shared/run-record.ts';
import { RunSharing, type SharingParts } from './shared/run-sharing.ts';
import { runExpired, runNotFound } from './shared/shared-runs.ts';
import { StepCache } from './step-cache.ts';

export interface RunsOptions extends StepLimits {
  maxRuns: number;
  /** What the inputs and results of all runs may hold; a single one may always come in. */
  maxRunBytes: number;
  stepCacheBytes: number;
  runTtlMs: number;
  /** What replicas share of runs, if they do. */
  shared?: SharingParts | undefined;
}

/** Ids that are remembered when their runs are gone, so that a late viewer hears why. */
const REMEMBERED = 10_000;

/**
 * The runs that are kept. The oldest finished ones go first when there are too many or they hold too much; one that rests,
 * finished and unwatched, goes after its time.
 * Invariant: `#runs` is in the order of their births and holds no run that is gone; `#bytes` is what they hold together.
 */
export class Runs {
  readonly #pool: RunPool;
  readonly #options: RunsOptions;
  readonly #cache: StepCache;
  readonly #runs = new Map<string, Run>();
  readonly #gone = new Map<string, { error: RequestError; principal: string }>();
  /** Whose each run is. */
  readonly #principals = new WeakMap<Run, string>();
  readonly #sharing: RunSharing | undefined;
  #opening = 0;
  #isClosed = false;
  #bytes = 0;

  constructor(pool: RunPool, options: RunsOptions) {
    this.#pool = pool;
    this.#options = options;
    this.#cache = new StepCache(options.stepCacheBytes);
    if (options.shared !== undefined) this.#sharing = new RunSharing(options.shared, this);
  }

  /** Where replicas share them, what else is done with runs. */
  get sharing(): RunSharing | undefined {
    return this.#sharing;
  }

  /** Those that are kept here. */
  get all(): Iterable<Run> {
    return this.#runs.values();
  }

  /** The run of this id if it is kept here, whosever it is. */
  here(id: string): Run | undefined {
    return this.#runs.get(id);
  }

  get size(): number {
    return this.#runs.size;
  }

  /** What runs and written steps hold. */
  get bytes(): number {
    return this.#bytes + this.#cache.bytes;
  }

  /**
   * Starts a run: resolves when its request is understood, and kept for all replicas where they share runs; the computation
   * goes on. `release` is called once, when the body is needed no longer. It belongs to whoever asks, and is paid for by it.
   * @param isOwned whether a connection started it, which alone may end it
   * @throws RequestError any fault in the request, `saturated`, `not_ready`, `draining`, `rate_limited`, `sharing_unavailable`
   */
  async start({ request, release }: Lent, stepping: Stepping, asker: Asker, isOwned = false): Promise<Run> {
    const { maxSteps, maxStepNumbers } = this.#options;
    try {
      this.admit(request.body.byteLength);
      this.#sharing?.requireThere();
    } catch (error) {
      release();
      throw error;
    }
    const origin = { id: randomUUID(), createdAt: Date.now() };
    const terms = { asker, settings: { ...stepping, maxSteps, maxStepNumbers } };
    const begin = (lent: Lent) => this.begin(origin, lent, terms);
    const lent = this.#shared({ request, release });
    if (this.#sharing === undefined) return await begin(lent);
    return await this.#sharing.start(lent, { ...terms, isOwned }, begin);
  }

  /**
   * Begins a run whose body is in shared memory: of one that another replica has started its origin tells more.
   * @throws RequestError as `start`
   */
  async begin(origin: Origin, lent: Lent, terms: Terms): Promise<Run> {
    this.#opening++;
    try {
      return await this.#open(origin, lent, terms);
    } finally {
      this.#opening--;
    }
  }

  async #open(origin: Origin, { request, release }: Lent, { settings, asker }: Terms): Promise<Run> {
    const { principal, payer } = asker;
    const job = new RunJob(request, settings, payer);
    const abort = new AbortController();
    const left = new Promise<void>((resolve) => {
      // Whoever keeps the run sees how it ends.
      this.#pool.perform(job, abort.signal, resolve).catch(() => {});
    });
    const end = payer?.begin();
    if (end !== undefined) void left.then(end);
    let opened: RunOpened;
    try {
      opened = await job.opened;
    } catch (error) {
      void left.then(() => {
        this.#pool.memory.giveBack(job.memory);
        release();
      });
      throw error;
    }
    if (!opened.readsBody) release();
    const kept = {
      bytes: opened.readsBody ? request.body.byteLength : 0,
      release: opened.readsBody ? release : () => {},
      pay: (bytes: number) => payer?.payBytes(bytes),
    };
    const { id } = origin;
    const onEnd = (how: RunEnd) => this.#sharing?.finish(id, how);
    const run = new Run(origin, { job, opened, kept, abort }, { pool: this.#pool, written: this.#cache.of(id), onEnd });
    // The threads may have left already; the run has counted them in either case.
    void left.then(() => run.letGo());
    this.#runs.set(run.id, run);
    this.#principals.set(run, principal);
    this.#bytes += run.bytes;
    if (this.#isClosed) {
      this.end(run, shuttingDown());
      throw shuttingDown();
    }
    try {
      this.#makeRoom(run);
    } catch (error) {
      this.end(
        run,
        new RequestError('saturated', 'other runs hold as many bytes as allowed', { limit: 'MAX_RUN_BYTES' }),
      );
      throw error;
    }
    return run;
  }

  /**
   * A run of `principal`; those of others are not there for it. Where replicas share runs, one that another has started is
   * taken in, which whoever asks pays for.
   * @throws RequestError `run_not_found`, or why it is gone; when it is taken in, what `start` throws
   */
  async find(id: string, asker: Asker): Promise<Run> {
    if (this.#sharing !== undefined) return await this.#sharing.find(id, asker);
    return this.findHere(id, asker.principal);
  }

  /** The same of those that are kept here. @throws RequestError */
  findHere(id: string, principal: string): Run {
    const run = this.#runs.get(id);
    if (run !== undefined && this.#principals.get(run) === principal) return run;
    const gone = this.#gone.get(id);
    throw gone?.principal === principal ? gone.error : runNotFound();
  }

  /** Before the body of a run is taken in. @throws RequestError `draining`, `not_ready`, `saturated` */
  admit(bytes: number): void {
    if (this.#isClosed) throw shuttingDown();
    if (!this.#pool.isReady) {
      throw new RequestError('not_ready', 'the kernels are still being tested; try again in a moment');
    }
    this.#pool.admit(bytes);
    this.#makePlace();
  }

  /** Ends a run here and forgets it; its viewers, and those to come, hear why. */
  end(run: Run, error: RequestError): void {
    if (!this.#runs.delete(run.id)) return;
    this.#bytes -= run.bytes;
    this.#gone.set(run.id, { error, principal: this.#principals.get(run) ?? '' });
    for (const id of this.#gone.keys()) {
      if (this.#gone.size <= REMEMBERED) break;
      this.#gone.delete(id);
    }
    run.end(error);
    this.#cache.drop(run.id);
  }

  /** When a run that rests will go, as a time of the clock; undefined while it is computed or watched. */
  expiryOf(run: Run): number | undefined {
    const leftMs = this.#restOf(run);
    return leftMs === undefined ? undefined : Date.now() + leftMs;
  }

  /** Lets go of runs that have rested long enough. */
  sweep(): void {
    for (const run of [...this.#runs.values()]) {
      if ((this.#restOf(run) ?? Number.POSITIVE_INFINITY) <= 0) this.end(run, runExpired());
    }
  }

  /** For how many ms a run that rests is still kept. */
  #restOf(run: Run): number | undefined {
    if (!Number.isFinite(run.restingSince) || run.viewers > 0) return undefined;
    return run.restingSince + this.#options.runTtlMs - performance.now();
  }

  /** Ends all runs, and those that are being opened; from now on there are no new ones. */
  close(): void {
    this.#isClosed = true;
    for (const run of [...this.#runs.values()]) this.end(run, shuttingDown());
  }

  /** @throws RequestError `saturated` when no finished run can go */
  #makePlace(): void {
    this.#letGoWhile('MAX_RUNS', () => this.#runs.size + this.#opening >= this.#options.maxRuns);
  }

  /** @throws RequestError `saturated` when no finished run but the youngest can go */
  #makeRoom(youngest: Run): void {
    this.#letGoWhile('MAX_RUN_BYTES', () => this.#bytes > this.#options.maxRunBytes && this.#runs.size > 1, youngest);
  }

  #letGoWhile(limit: string, isFull: () => boolean, youngest?: Run): void {
    const sharing = this.#sharing;
    const letGo = (isFree: (run: Run) => boolean) => {
      for (const run of this.#runs.values()) {
        if (!isFull()) return;
        if (run.isComputed || run === youngest || !isFree(run)) continue;
        // What is shared is there for all the same, and may be taken in again.
        this.end(run, sharing === undefined ? runExpired() : elsewhere());
      }
    };
    letGo((run) => run.viewers === 0 && sharing?.isWanted(run.id) !== true);
    letGo(() => true);
    if (isFull()) {
      const detail = 'the runs that are computed now take all there is for runs; try again later';
      throw new RequestError('saturated', detail, { limit });
    }
  }

  /** The request with its body in shared memory, which no thread needs to copy. */
  #shared({ request, release }: Lent): Lent {
    const { body } = request;
    if (body.buffer instanceof SharedArrayBuffer) return { request, release };
    const buffer = this.#pool.memory.shared(body.byteLength);
    const shared = new Uint8Array(buffer, 0, body.byteLength);
    shared.set(body);
    release();
    return { request: { ...request, body: shared }, release: () => this.#pool.memory.giveBack([buffer]) };
  }
}

/** What somebody hears of a run that others needed the place of, and that is found by whoever asks again. */
function elsewhere(): RequestError {
  const detail = 'this replica needed the place of the run, which is still kept: ask again';
  return new RequestError('saturated', detail, { retryAfterMs: 1000, limit: 'MAX_RUN_BYTES' });
}
