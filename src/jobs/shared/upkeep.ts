/** What somebody has to look after: jobs that are due, that were lost between two steps, and what replicas know of each other. */
import { randomUUID } from 'node:crypto';
import { isAway } from '../../redis/redis-fault.ts';
import type { RedisLink } from '../../redis/redis-link.ts';
import type { JobCounts } from '../job-counts.ts';
import { Pace } from '../pace.ts';
import type { CallbackQueue } from './callback-queue.ts';
import type { JobLedger } from './job-ledger.ts';
import type { ResultFiles } from './result-files.ts';
import type { Spread } from './spread/open-spread.ts';
import type { WorkQueue } from './work-queue.ts';

const EVERY_MS = 2000;
/** A replica that says nothing for so long is not there, in ms. */
const SILENT_MS = 10_000;
/** What was not heard of for so long is put into its queue once more, where it is most likely still. */
const UNHEARD_MS = 30_000;
const UNTOLD_MS = 10_000;
/** How often the directory of results is looked through, in ms. */
const FILES_EVERY_MS = 300_000;
const PACE_MS = 3_600_000;
/** How long what queues are made of is kept when all replicas are gone, in ms: longer than any job waits. */
const QUEUE_MS = 7 * 24 * 60 * 60 * 1000;

export interface UpkeepParts {
  redis: RedisLink;
  ledger: JobLedger;
  queue: Pick<WorkQueue, 'add' | 'keep' | 'waiting'>;
  callbacks: Pick<CallbackQueue, 'tell' | 'keep'>;
  files: ResultFiles | undefined;
  counts: JobCounts;
  /** Of this replica, which learns it. */
  pace: Pace;
  jobConcurrency: number;
  /** What spreads jobs over replicas, if anything does. */
  spread: Promise<Spread> | undefined;
  log: { error(about: object, text: string): void };
}

export class Upkeep {
  /** Of all replicas, as far as it is known. */
  readonly pace: Pace = new Pace();
  readonly #parts: UpkeepParts;
  readonly #replica = randomUUID();
  readonly #timer: NodeJS.Timeout;
  #atOnce: number;
  #filesAt = performance.now();
  #working: Promise<void> | undefined;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
    this.#atOnce = parts.jobConcurrency;
    this.#timer = setInterval(() => {
      this.#working ??= this.#work().finally(() => {
        this.#working = undefined;
      });
    }, EVERY_MS).unref();
  }

  /** How many jobs are computed at once, by all. */
  get atOnce(): number {
    return this.#atOnce;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
  }

  async #work(): Promise<void> {
    // What could not be done now is due the next time, too.
    const { redis, log } = this.#parts;
    if (!redis.isThere) return;
    try {
      await this.#meet();
      await this.#forget();
      await this.#remember();
    } catch (error) {
      // Else Redis has gone meanwhile, which its link tells.
      if (!isAway(error)) log.error({ err: error }, 'jobs could not be looked after');
    }
  }

  async #meet(): Promise<void> {
    const { redis, ledger, jobConcurrency, pace, counts, queue, callbacks } = this.#parts;
    const { replicas, pace: paceKey } = ledger.keys;
    const now = Date.now();
    const found = await redis.ask((client) =>
      client
        .multi()
        .zadd(replicas, String(now), `${this.#replica} ${jobConcurrency}`)
        .zremrangebyscore(replicas, '-inf', String(now - SILENT_MS))
        .zrange(replicas, '0', '-1')
        .pexpire(replicas, 2 * SILENT_MS)
        .get(paceKey)
        .exec(),
    );
    const [, , names, , known] = (found ?? []).map(([, value]) => value);
    const each = Array.isArray(names) ? names.map((name) => Number(String(name).split(' ')[1])) : [];
    this.#atOnce = Math.max(
      jobConcurrency,
      each.reduce((sum, count) => sum + count, 0),
    );
    this.pace.learn(pace.ms > 0 ? pace.ms : Number(known ?? 0));
    if (pace.ms > 0) await redis.ask((client) => client.set(paceKey, Math.ceil(pace.ms), 'PX', PACE_MS));
    await Promise.all([queue.keep(QUEUE_MS), callbacks.keep(QUEUE_MS)]);
    counts.bytes = await ledger.heldBytes();
    counts.queued = await queue.waiting();
  }

  async #forget(): Promise<void> {
    const { ledger, files } = this.#parts;
    for (const name of await ledger.sweep()) await files?.remove(name);
    if (files === undefined || performance.now() - this.#filesAt < FILES_EVERY_MS) return;
    this.#filesAt = performance.now();
    await files.sweep(async (id) => (await ledger.read(id)) !== undefined);
  }

  async #remember(): Promise<void> {
    const { ledger, queue, callbacks, spread } = this.#parts;
    for (const id of await ledger.unheard(UNHEARD_MS)) {
      // What lost its record meanwhile has none to be put in by.
      const { turn } = (await ledger.read(id)) ?? {};
      if (turn !== undefined) await queue.add(id, {}, turn);
      await (await spread)?.rescue.look(id);
    }
    for (const id of await ledger.untold(UNTOLD_MS)) await callbacks.tell(id);
  }
}
