/** What is known of jobs in Redis: the truth, which all replicas read and change by scripts. */
import type { RedisLink } from '../../redis/redis-link.ts';
import { KEY_MS } from '../fingerprint.ts';
import type { JobEnd, JobOrder, Progress } from '../job.ts';
import { ORPHAN_MS, piecesOf } from './job-bytes.ts';
import type { JobKeys } from './job-keys.ts';
import { type JobRecord, newRecord, readRecord } from './job-record.ts';
import {
  AGAIN,
  BEGIN,
  END,
  PROGRESS,
  PUT_OFF,
  QUEUED,
  RELEASE,
  REMOVE,
  SWEEP,
  TAKE,
  UNHEARD,
  UNTOLD,
} from './job-scripts.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** What is due at once. */
const MOST_DUE = 100;

export interface LedgerLimits {
  maxJobs: number;
  maxJobBytes: number;
  jobTtlMs: number;
  jobDeadlineMs: number;
}

/** What a new job would be. */
export type Place = { kind: 'room' } | { kind: 'new' } | { kind: 'known'; id: string } | Refused;
export type Refused = { kind: 'reused' } | { kind: 'full'; limit: 'MAX_JOBS' | 'MAX_JOB_BYTES' };

/** What a result is, and where. */
export interface StoredResult {
  contentType: string;
  bytes: number;
  attempt: number;
  in: 'redis' | 'file';
}

/** What is known of a job when an attempt ends it. */
export interface JobEnding {
  attempt: number;
  result?: StoredResult | undefined;
  fields: Record<string, string | number>;
}

export interface Order {
  id: string;
  order: JobOrder;
  /** The name of its Idempotency-Key, if it has one, and what the key stands for. */
  keyName: string | undefined;
  fingerprint: string;
}

export class JobLedger {
  readonly keys: JobKeys;
  readonly #redis: RedisLink;
  readonly #limits: LedgerLimits;

  constructor(redis: RedisLink, keys: JobKeys, limits: LedgerLimits) {
    this.#redis = redis;
    this.keys = keys;
    this.#limits = limits;
  }

  /** Reserves the place of a job, before its body comes, or takes it; its body must be there by then. */
  async take({ id, order, keyName, fingerprint }: Order, how: 'reserve' | 'take'): Promise<Place> {
    const { maxJobs, maxJobBytes } = this.#limits;
    const now = Date.now();
    const bytes = order.body.byteLength;
    const name = keyName === undefined ? '' : this.keys.idempotency(keyName);
    const fixed = [id, name, fingerprint, KEY_MS, maxJobs, maxJobBytes, bytes, now + ORPHAN_MS, how];
    const [kind, what = ''] = await this.#run<string[]>(TAKE, [...fixed, ...newRecord(order, now, piecesOf(bytes))]);
    if (kind === 'known') return { kind, id: what };
    if (kind === 'full') return { kind, limit: what === 'MAX_JOBS' ? what : 'MAX_JOB_BYTES' };
    return { kind: kind === 'reused' || kind === 'new' ? kind : 'room' };
  }

  /** It was reserved, and is not taken. @throws RequestError `sharing_unavailable`; then it goes by itself, in ten minutes */
  async release(id: string): Promise<void> {
    await this.#run(RELEASE, [id]);
  }

  /** It is in the queue now, and kept until it has ended. */
  async queued(id: string): Promise<void> {
    await this.#run(QUEUED, [id, this.#liveUntil]);
  }

  async read(id: string): Promise<JobRecord | undefined> {
    return readRecord(await this.#redis.ask((client) => client.hgetall(this.keys.job(id))));
  }

  /** @returns the number of the attempt; 0 where there is nothing to do */
  async begin(id: string, replica: string): Promise<number> {
    return await this.#run<number>(BEGIN, [id, this.#liveUntil, replica]);
  }

  /** It was begun too soon, and is queued again. @throws RequestError `sharing_unavailable` */
  async putOff(id: string, attempt: number): Promise<void> {
    await this.#run(PUT_OFF, [id, attempt]);
  }

  /** @returns the turn of one that is put off; 0 where it has ended */
  async again(id: string): Promise<number> {
    return await this.#run<number>(AGAIN, [id]);
  }

  /** @returns whether it is still to be computed */
  async progress(id: string, attempt: number, { shardsDone, shardsTotal }: Progress): Promise<boolean> {
    return (await this.#run<string>(PROGRESS, [id, this.#liveUntil, attempt, shardsDone, shardsTotal])) === 'running';
  }

  /**
   * Ends a job, which succeeds once: whoever is late changes nothing. An attempt that asks again is told the same, as it may
   * not have got the answer. `fields` are of its record.
   */
  async end(
    id: string,
    state: JobEnd,
    { attempt, result, fields }: JobEnding,
  ): Promise<'ended' | 'late' | 'full' | 'lost'> {
    const inRedis = result?.in === 'redis' ? result.bytes : 0;
    const of = result && {
      ...{ result_type: result.contentType, result_bytes: result.bytes, result_in: result.in },
      ...{ result_attempt: result.attempt, result_pieces: piecesOf(inRedis) },
    };
    const until = Date.now() + this.#limits.jobTtlMs;
    const fixed = [id, until, state, this.#limits.maxJobBytes, inRedis, piecesOf(inRedis), attempt];
    const all = Object.entries({ ...fields, ...of }).flat();
    return await this.#run(END, [...fixed, ...all]);
  }

  /** @returns what became of it, and the file that it has left, if any */
  async remove(id: string, owner: string): Promise<{ what: '' | 'cancelled' | 'forgotten'; file: string }> {
    const [what, file = ''] = await this.#run<['' | 'cancelled' | 'forgotten', string?]>(REMOVE, [
      ...[id, Date.now() + this.#limits.jobTtlMs, owner],
    ]);
    return { what, file };
  }

  /** Forgets what is due. @returns names of files that are left */
  async sweep(): Promise<string[]> {
    return await this.#run(SWEEP, [MOST_DUE]);
  }

  /** Ids of jobs that have not ended, and that nobody has heard of for so long. */
  async unheard(ms: number): Promise<string[]> {
    return await this.#run(UNHEARD, [Date.now() - ms, MOST_DUE]);
  }

  /** Ids of jobs whose end nobody has told for so long. */
  async untold(ms: number): Promise<string[]> {
    return await this.#run(UNTOLD, [Date.now() - ms, MOST_DUE]);
  }

  /** The end of a job is told, or was tried enough. */
  async told(id: string): Promise<void> {
    await this.#redis.ask((client) => client.zrem(this.keys.untold, id));
  }

  /** When a job goes, in ms of the clock; now where it has gone. */
  async expiryOf(id: string): Promise<number> {
    const at = await this.#redis.ask((client) => client.zscore(this.keys.kept, id));
    return at === null ? Date.now() : Number(at);
  }

  /** Bytes of bodies and results that are kept. */
  async heldBytes(): Promise<number> {
    return Number((await this.#redis.ask((client) => client.get(this.keys.held))) ?? 0);
  }

  get #liveUntil(): number {
    return Date.now() + Math.max(DAY_MS, 2 * this.#limits.jobDeadlineMs);
  }

  async #run<T>(script: string, rest: readonly (string | number)[]): Promise<T> {
    const { kept, sizes, held, live, owners, untold, turns, waiting, each } = this.keys;
    const indexMs = Math.max(DAY_MS, 2 * this.#limits.jobDeadlineMs, this.#limits.jobTtlMs) + ORPHAN_MS;
    const names = [kept, sizes, held, live, owners, untold, turns, waiting];
    return (await this.#redis.script(script, names, [each, Date.now(), indexMs, ...rest])) as T;
  }
}
