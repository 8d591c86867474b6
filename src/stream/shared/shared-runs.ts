import { RequestError } from '../../errors.ts';
import type { RedisLink } from '../../redis/redis-link.ts';
import { endText, faultIn, type RunEnd, type RunRecord, readEnd, readFault, readRecord } from './run-record.ts';
import { COMMIT, DROP, FINISH, LOOK, PIECE, RENEW, RESERVE } from './run-scripts.ts';

interface SharedRunsOptions {
  maxRuns: number;
  maxRunBytes: number;
  runTtlMs: number;
}

/** What is known of a run that all replicas share. */
export interface SharedRun {
  record: RunRecord;
  /** How it ended, once it has on any of them. */
  end: RunEnd | undefined;
  /** Whether the connection that started it was there lately. */
  isOwned: boolean;
  /** How long it is kept if nobody watches it any more. */
  leftMs: number;
}

/** What a replica knows of a run that it keeps for others. */
export interface Kept {
  id: string;
  isRunning: boolean;
  isWatched: boolean;
  isOwned: boolean;
}

/** Bytes of a body in one command: Redis serves others between two of them. */
const PIECE_BYTES = 2 ** 20;
const PIECES_AT_ONCE = 8;
/** How long a run that a replica computes counts as computed, and its owner as there, without a further word; it says so in time. */
const LEASE_MS = 10_000;
/** Runs that are renewed by one command. */
const RENEWED_AT_ONCE = 100;
const CHANNEL = 'runs-gone';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The requests of runs in Redis, bounded there: what any replica needs to compute the steps of a run that another started.
 * Every key goes by itself after the time of its run, and a record stays as long again, to say that it is gone.
 */
export class SharedRuns {
  readonly #redis: RedisLink;
  readonly #options: SharedRunsOptions;

  constructor(redis: RedisLink, options: SharedRunsOptions) {
    this.#redis = redis;
    this.#options = options;
  }

  /** Calls `gone` with the id of each run that a replica has ended, and `back` when messages may have been missed. */
  watch(gone: (id: string) => void, back: () => void): void {
    this.#redis.listen(CHANNEL, gone);
    this.#redis.onBack(back);
  }

  /** How long a run is kept that nobody computes or watches. */
  get ttlMs(): number {
    return this.#options.runTtlMs;
  }

  /** @throws RequestError `sharing_unavailable` */
  requireThere(): void {
    if (!this.#redis.isThere) {
      const detail = 'what replicas share is away: runs cannot be kept now; try again in a moment';
      throw new RequestError('sharing_unavailable', detail, { retryAfterMs: LEASE_MS / 5 });
    }
  }

  /**
   * Keeps a request for all replicas: its bytes as they came. It is found once this has resolved, and not before.
   * @throws RequestError `saturated`, `sharing_unavailable`
   */
  async keep(record: RunRecord, body: Uint8Array, isOwned: boolean): Promise<void> {
    const { id } = record;
    const { maxRuns, maxRunBytes, runTtlMs } = this.#options;
    const expired = JSON.stringify(faultIn(runExpired()));
    const limit = await this.#run(
      RESERVE,
      ...[id, body.byteLength, runTtlMs, LEASE_MS, maxRuns, maxRunBytes, this.#redis.key(CHANNEL), expired],
    );
    if (limit !== '') {
      const detail = 'the runs that are computed now take all there is for runs; try again later';
      throw new RequestError('saturated', detail, { limit: String(limit) });
    }
    const key = this.#bodyKey(id);
    await inPieces(body.byteLength, async (start, end, i) => {
      const bytes = Buffer.from(body.buffer, body.byteOffset + start, end - start);
      await this.#redis.script(PIECE, [key], [i, bytes, 2 * runTtlMs]);
    });
    const isKept = await this.#run(COMMIT, id, JSON.stringify(record), runTtlMs, isOwned ? LEASE_MS : 0);
    if (isKept !== 1) {
      const detail = 'what replicas share was emptied meanwhile; try again';
      throw new RequestError('sharing_unavailable', detail, { retryAfterMs: LEASE_MS / 5 });
    }
  }

  /**
   * A run of `principal`; those of others are not there for it.
   * @throws RequestError `run_not_found`, why it is gone, `sharing_unavailable`
   */
  async look(id: string, principal: string): Promise<SharedRun> {
    if (!UUID.test(id)) throw runNotFound();
    const [text, end, gone, left, owned] = list(await this.#run(LOOK, id, LEASE_MS));
    if (text === '') throw runNotFound();
    const record = readRecord(String(text));
    if (record.principal !== principal) throw runNotFound();
    if (gone !== '') throw readFault(String(gone));
    if (Number(left) === 0) throw runExpired();
    const leftMs = Number(left);
    return { record, end: end === '' ? undefined : readEnd(String(end)), isOwned: Number(owned) > 0, leftMs };
  }

  /**
   * Writes the body of a run into `body`, which is as long as it.
   * @throws RequestError `run_expired` when it has gone meanwhile, `sharing_unavailable`
   */
  async fetch({ id }: RunRecord, body: Uint8Array): Promise<void> {
    const key = this.#bodyKey(id);
    await inPieces(body.byteLength, async (start, end, i) => {
      const piece = await this.#redis.ask((client) => client.hgetBuffer(key, String(i)));
      if (piece?.byteLength !== end - start) throw (await this.whyGone(id)) ?? runExpired();
      body.set(piece, start);
    });
  }

  /** Says that runs are still computed or watched here. Gives those that are no longer kept. @throws RequestError */
  async renew(kept: readonly Kept[]): Promise<string[]> {
    const gone: string[] = [];
    for (let i = 0; i < kept.length; i += RENEWED_AT_ONCE) {
      const some = kept.slice(i, i + RENEWED_AT_ONCE);
      const words = some.flatMap(({ id, ...needs }) => [
        id,
        ...[needs.isRunning, needs.isWatched, needs.isOwned].map((isSo) => (isSo ? LEASE_MS : 0)),
      ]);
      gone.push(...list(await this.#run(RENEW, this.#options.runTtlMs, ...words)).map(String));
    }
    return gone;
  }

  /** Why a run is kept no longer; undefined when nothing is known of it: Redis has come back empty. @throws RequestError */
  async whyGone(id: string): Promise<RequestError | undefined> {
    const [record, , gone] = list(await this.#run(LOOK, id, 0));
    if (gone !== '') return readFault(String(gone));
    return record === '' ? undefined : runExpired();
  }

  /** Notes how a run ended; the first one that does so counts. @throws RequestError `sharing_unavailable` */
  async finish(id: string, end: RunEnd): Promise<void> {
    await this.#run(FINISH, id, endText(end));
  }

  /** The connections that started runs are there no longer: from now on others may end them. @throws RequestError */
  async leave(ids: readonly string[]): Promise<void> {
    await this.#redis.ask((client) => Promise.all(ids.map((id) => client.hdel(this.#redis.key('run', id), 'owner'))));
  }

  /** Ends a run everywhere. @throws RequestError `sharing_unavailable` */
  async drop(id: string, why: RequestError): Promise<void> {
    await this.#run(DROP, id, JSON.stringify(faultIn(why)), this.#redis.key(CHANNEL));
  }

  #bodyKey(id: string): string {
    return this.#redis.key('run-body', id);
  }

  #run(script: string, ...words: readonly (string | number)[]): Promise<unknown> {
    const keys = ['runs', 'run-sizes', 'runs-busy', 'runs-watched', 'run-bytes'].map((name) => this.#redis.key(name));
    return this.#redis.script(script, keys, [this.#redis.key(''), ...words]);
  }
}

export const runExpired = () =>
  new RequestError('run_expired', 'the run is no longer kept: it is over, and others needed its place');

export const runNotFound = () => new RequestError('run_not_found', 'there is no run of this id');

/** Does something with each piece of so many bytes, a few at a time: an answer may take long to come. */
async function inPieces(bytes: number, work: (start: number, end: number, i: number) => Promise<void>): Promise<void> {
  const count = Math.ceil(bytes / PIECE_BYTES);
  for (let first = 0; first < count; first += PIECES_AT_ONCE) {
    const some = Array.from({ length: Math.min(PIECES_AT_ONCE, count - first) }, (_, i) => first + i);
    const works = some.map((i) => work(i * PIECE_BYTES, Math.min(bytes, (i + 1) * PIECE_BYTES), i));
    // Nothing of it goes on when it has failed.
    for (const done of await Promise.allSettled(works)) if (done.status === 'rejected') throw done.reason;
  }
}

const list = (answer: unknown): unknown[] => (Array.isArray(answer) ? answer : []);
