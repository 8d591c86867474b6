import type { Stepping } from '../attention/step-plan.ts';
import { type CutMessage, requestBytes } from '../codec/json/json-cut.ts';
import { RequestError } from '../errors.ts';
import { CutJob } from '../pool/cut-job.ts';
import { RUN_KINDS, type RunRequest } from '../requests/request.ts';
import type { Run, RunPool } from './run.ts';
import type { Runs } from './runs.ts';
import type { Asker } from './shared/asked-run.ts';
import type { RunSharing } from './shared/run-sharing.ts';

export type StarterPool = RunPool;

/** A message whose request has been found. */
export class CutRun {
  readonly message: Uint8Array;
  readonly #cut: CutMessage;

  constructor(message: Uint8Array, cut: CutMessage) {
    this.message = message;
    this.#cut = cut;
  }

  /** The other members of the message, as JSON. */
  get envelope(): string {
    return this.#cut.envelope;
  }

  /** @throws RequestError `missing_field`, `invalid_option` for a kind that is none */
  request(): RunRequest {
    const kind = RUN_KINDS.find((name) => name === this.#cut.kind);
    if (kind === undefined) {
      const isMissing = this.#cut.kind === undefined;
      const must = `must be one of ${RUN_KINDS.map((name) => `"${name}"`).join(', ')}`;
      const detail = isMissing ? `kind is missing: it ${must}` : `kind ${must}`;
      throw new RequestError(isMissing ? 'missing_field' : 'invalid_option', detail, { pointer: '/request/kind' });
    }
    const body = requestBytes(this.message, this.#cut);
    return { kind, body, contentType: 'application/json', accept: undefined };
  }

  /** Where the request begins, in bytes of the message. */
  get offset(): number {
    return this.#cut.start;
  }
}

/** Whoever may end a run: the connection that started it. */
export interface Owner {
  readonly isClosed: boolean;
}

/** Who asks, over a connection that is there for as long as it watches, or without one. */
export interface OwningAsker extends Asker {
  owner?: Owner;
}

/** How often a replica says which shared runs it computes, or has watched. */
const RENEW_MS = 3000;

/** Starts runs from messages and bodies, and knows who started them. */
export class Starter {
  readonly runs: Runs;
  readonly #pool: StarterPool;
  readonly #runTtlMs: number;
  /** Of runs that a connection has started, by their ids. */
  readonly #owners = new Map<string, Owner>();
  /** As `performance.now()`. */
  #renewAt = 0;

  constructor(runs: Runs, { pool, runTtlMs }: { pool: StarterPool; runTtlMs: number }) {
    this.runs = runs;
    this.#pool = pool;
    this.#runTtlMs = runTtlMs;
  }

  /**
   * Has a long message cut by a worker, in memory of the pool; `start` or `drop` what it gives.
   * @throws RequestError `invalid_json`, `missing_field`, `saturated` …
   */
  async cut(message: Uint8Array): Promise<CutRun> {
    this.#pool.admit(message.byteLength);
    const own = this.#pool.memory.body(message.byteLength);
    own.set(message);
    return await this.cutOwn(own);
  }

  /** The same of a message that is in memory of the pool already. */
  async cutOwn(message: Uint8Array): Promise<CutRun> {
    const job = new CutJob(message);
    // A thread may read on for a while after the deadline; the job is left once it has ended.
    const onLeft = () => job.result.catch(() => this.#pool.memory.release(message));
    return new CutRun(message, await this.#pool.perform(job, new AbortController().signal, onLeft));
  }

  drop({ message }: CutRun): void {
    this.#pool.memory.release(message);
  }

  /**
   * Starts the run of a message.
   * @throws RequestError with a pointer into the message
   */
  async start(cut: CutRun, stepping: Stepping, { owner, ...asker }: OwningAsker): Promise<Run> {
    try {
      const lent = { request: this.#requestOf(cut), release: () => this.drop(cut) };
      const run = await this.runs.start(lent, stepping, asker, owner !== undefined);
      if (owner !== undefined && !owner.isClosed) this.#owners.set(run.id, owner);
      return run;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { code, message, pointer, offset, limit, retryAfterMs } = error;
      const isOurs = pointer === undefined || pointer === '/detail' || pointer.startsWith('/request');
      throw new RequestError(code, message, {
        pointer: isOurs ? pointer : `/request${pointer}`,
        ...(offset !== undefined && { offset: offset + cut.offset }),
        ...(limit !== undefined && { limit }),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      });
    }
  }

  #requestOf(cut: CutRun): RunRequest {
    try {
      return cut.request();
    } catch (error) {
      this.drop(cut);
      throw error;
    }
  }

  /**
   * Ends a run: only its owner may, while connected; then, or when it was started over HTTP, whoever knows its id and is its principal.
   * @throws RequestError `run_not_found`, `run_expired`, `not_owner`
   */
  async cancel(id: string, by: OwningAsker): Promise<void> {
    const { sharing } = this.runs;
    const known = await sharing?.known(id, by.principal);
    const run = known === undefined ? this.runs.findHere(id, by.principal) : this.runs.here(id);
    const owner = this.#owners.get(id);
    // Of a connection to another replica is known when it was there last.
    const isOwned = owner === undefined ? known?.isOwned === true : owner !== by.owner && !owner.isClosed;
    if (isOwned) throw new RequestError('not_owner', 'another connection started this run, and is still there');
    const isRunning = run?.isRunning ?? known?.end === undefined;
    const why = isRunning ? 'the run was ended before it was done' : 'the run was over, and then somebody ended it';
    const error = new RequestError('run_cancelled', why);
    this.#owners.delete(id);
    if (sharing !== undefined) await sharing.drop(id, error);
    else if (run !== undefined) this.runs.end(run, error);
  }

  /** A connection is closed: others may end what it started. */
  leave(owner: Owner): void {
    const ids = [...this.#owners].filter(([, one]) => one === owner).map(([id]) => id);
    for (const id of ids) this.#owners.delete(id);
    this.runs.sharing?.leave(ids);
  }

  /** Ends all runs here; of shared ones others may go on with them. */
  close(): void {
    this.runs.sharing?.leave([...this.#owners.keys()]);
    this.#owners.clear();
    this.runs.close();
  }

  /** Lets go of what has rested long enough, and says what is still needed where others could not know it. */
  sweep(): void {
    this.runs.sweep();
    const { sharing } = this.runs;
    if (sharing === undefined) {
      for (const id of this.#owners.keys()) if (this.runs.here(id) === undefined) this.#owners.delete(id);
    } else if (sharing.isBehind || performance.now() >= this.#renewAt) {
      this.#renewAt = performance.now() + Math.min(RENEW_MS, this.#runTtlMs / 4);
      void this.#renew(sharing);
    }
  }

  async #renew(sharing: RunSharing): Promise<void> {
    for (const id of await sharing.renew(new Set(this.#owners.keys()))) this.#owners.delete(id);
  }

  /** Until when a run is kept at least, if there is room. */
  expiryOf(run: Run): number {
    return this.runs.expiryOf(run) ?? Date.now() + this.#runTtlMs;
  }
}
