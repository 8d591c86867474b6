/** A queue of BullMQ that all replicas put ids into, and take them from. Loaded only where replicas share a Redis. */
import type { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { withoutCommand } from '../../redis/redis-fault.ts';
import type { RedisLink } from '../../redis/redis-link.ts';

/**
 * How long a replica may say nothing of what it has taken, and how often the others look, in ms: one that was killed is
 * replaced within some seconds, and one whose event loop stands still for a moment is not.
 */
const LOCK_MS = 6000;
const LOOK_FOR_STALLED_MS = 2000;
/** How soon a lost connection is tried again. */
const RETRY_MS = 500;
/** What a queue of BullMQ is made of, beside what it keeps of each job: it gives none of that an end. */
const PARTS = [
  'meta',
  'id',
  'events',
  'wait',
  'active',
  'prioritized',
  'pc',
  'marker',
  'delayed',
  'stalled',
  'waiting-children',
];
/** What it notes of the parts of a whole. */
const NOTES = ['dependencies', 'processed', 'failed', 'unsuccessful'];
/** The largest priority of BullMQ: those beyond come in the order in which they were put in. */
const MOST_PRIORITY = 2 ** 21 - 1;
/** Events that it keeps for whoever would read them; nobody does. */
const KEPT_EVENTS = 100;
/** How long it keeps what it knows of one that nobody takes, in ms. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
/** Whatever stalls goes on: how often something may be begun is counted by whoever does it. */
const STALLS = 1_000_000;

export interface QueueOptions {
  redis: RedisLink;
  prefix: string;
  name: string;
  concurrency: number;
  timeoutMs: number;
  /** Tries of one, and the pause after the first, in ms, which doubles. */
  tries: number;
  pauseMs: number;
  log: { warn(about: object, text: string): void };
}

/** One that was taken. */
export interface TakenWork {
  id: string;
  data: Record<string, string>;
  /** Gives it back to whoever comes next; whoever does it must throw what this gives. */
  giveBack(): Promise<Error>;
  /** Has it taken again after so many ms, with another priority; whoever does it must throw what this gives. */
  putOff(ms: number, priority: number): Promise<Error>;
  /** Has it taken again when all that was added as a part of it is over; what is given is to be thrown. None: all is. */
  awaitParts(): Promise<Error | undefined>;
}

export interface QueueEvents {
  onStalled(): void;
  /** It was tried once more, or `isOver`. */
  onFailed(id: string, isOver: boolean): void;
}

export class WorkQueue {
  readonly #options: QueueOptions;
  readonly #queue: Queue;
  readonly #Worker: typeof Worker;
  readonly #WaitingError: new () => Error;
  readonly #WaitingPartsError: new () => Error;
  readonly #DelayedError: new () => Error;
  #worker: Worker | undefined;
  #connection: Redis | undefined;

  static async open(options: QueueOptions): Promise<WorkQueue> {
    const { Queue, Worker, WaitingError, WaitingChildrenError, DelayedError } = await import('bullmq');
    const { redis, prefix, name } = options;
    const queue = new Queue(name, {
      ...{ connection: redis.client, prefix, skipWaitingForReady: true, skipVersionCheck: true },
      streams: { events: { maxLen: KEPT_EVENTS } },
    });
    return new WorkQueue(options, queue, Worker, [WaitingError, WaitingChildrenError, DelayedError]);
  }

  private constructor(
    options: QueueOptions,
    queue: Queue,
    worker: typeof Worker,
    [waiting, waitingParts, delayed]: readonly [new () => Error, new () => Error, new () => Error],
  ) {
    this.#options = options;
    this.#queue = queue;
    this.#Worker = worker;
    this.#WaitingError = waiting;
    this.#WaitingPartsError = waitingParts;
    this.#DelayedError = delayed;
    // The connection has told it already.
    queue.on('error', () => {});
  }

  /**
   * Puts one in; the same id again changes nothing.
   * @param priority those of 1 before those of 2; 0 before all
   * @param whole what it is a part of, in another queue, and goes on without it if it fails
   * @throws RequestError `sharing_unavailable`, after the time that Redis has
   */
  async add(
    id: string,
    data: Record<string, string> = {},
    priority = 0,
    whole?: { id: string; queue: WorkQueue },
  ): Promise<void> {
    const { name, tries, pauseMs } = this.#options;
    const options = {
      ...{ jobId: id, priority: Math.min(MOST_PRIORITY, priority), attempts: tries },
      ...{ backoff: { type: 'exponential', delay: pauseMs }, removeOnComplete: true, removeOnFail: true },
      ...(whole && {
        parent: { id: whole.id, queue: whole.queue.#queue.qualifiedName },
        ignoreDependencyOnFailure: true,
      }),
    };
    await this.#ask(async () => {
      await this.#queue.add(name, data, options);
      await this.#options.redis.client.pexpire(this.#queue.toKey(id), KEPT_MS);
      if (whole) this.#limit({ parentKey: whole.queue.#queue.toKey(whole.id) });
    });
  }

  /** Gives what the queue is made of an end, which is far off while anybody does so. */
  async keep(ms: number): Promise<void> {
    await this.#ask(async () => {
      const all = this.#options.redis.client.pipeline();
      for (const part of PARTS) all.pexpire(this.#queue.toKey(part), ms);
      await all.exec();
    });
  }

  /** Takes one out again that nobody works on; whether it was there. */
  async remove(id: string): Promise<boolean> {
    return (await this.#ask(() => this.#queue.remove(id).catch(() => 0))) > 0;
  }

  /** How many are taken before it; undefined where it does not wait. */
  async placeOf(id: string): Promise<number | undefined> {
    const [wait, prioritized] = ['wait', 'prioritized'].map((name) => this.#queue.toKey(name));
    const [at, length, rank] = await this.#ask(() =>
      Promise.all([
        this.#options.redis.client.lpos(wait, id),
        this.#options.redis.client.llen(wait),
        this.#options.redis.client.zrank(prioritized, id),
      ]),
    );
    // They come in at the left, and are taken from the right; those with a priority after all others.
    if (at !== null) return length - 1 - at;
    return rank === null ? undefined : length + rank;
  }

  /** How many could be taken now. */
  async waiting(): Promise<number> {
    return await this.#ask(() => this.#queue.getJobCountByTypes('waiting', 'prioritized'));
  }

  /** Begins to take them. */
  work(handle: (work: TakenWork) => Promise<void>, events: QueueEvents): void {
    const { redis, prefix, name, concurrency, log } = this.#options;
    this.#connection = redis.another(`${name}-worker`);
    const worker = new this.#Worker(
      name,
      async (job, token) => {
        await handle({
          id: job.id ?? '',
          data: job.data,
          giveBack: async () => {
            await job.moveToWait(token);
            return new this.#WaitingError();
          },
          putOff: async (ms, priority) => {
            await job.changePriority({ priority: Math.min(MOST_PRIORITY, priority) });
            await job.moveToDelayed(Date.now() + ms, token);
            return new this.#DelayedError();
          },
          awaitParts: async () =>
            (await job.moveToWaitingChildren(token ?? '')) ? new this.#WaitingPartsError() : undefined,
        });
      },
      {
        ...{ connection: this.#connection, prefix, concurrency, skipVersionCheck: true },
        ...{ lockDuration: LOCK_MS, stalledInterval: LOOK_FOR_STALLED_MS, maxStalledCount: STALLS },
        ...{ runRetryDelay: RETRY_MS, drainDelay: 2 },
      },
    );
    worker.on('error', () => {});
    worker.on('stalled', () => events.onStalled());
    worker.on('completed', (job) => this.#limit(job));
    worker.on('failed', (job, error) => {
      if (job !== undefined) this.#limit(job);
      log.warn({ err: withoutCommand(error), job: job?.id }, `what the queue ${name} was to do was not done`);
      if (job?.id !== undefined) events.onFailed(job.id, job.attemptsMade >= this.#options.tries);
    });
    this.#worker = worker;
  }

  /** Gives what is noted of the parts of a whole an end, in case that nobody ends it. */
  #limit({ parentKey }: { parentKey?: string | undefined }): void {
    if (parentKey === undefined) return;
    const all = this.#options.redis.client.pipeline();
    for (const note of NOTES) all.pexpire(`${parentKey}:${note}`, KEPT_MS);
    // Redis is away: whoever ends the whole removes them.
    all.exec().catch(() => {});
  }

  /** Takes none any more. */
  async pause(): Promise<void> {
    await this.#worker?.pause(true);
  }

  /** Waits for those that are done now, no longer than Redis has. */
  async close(): Promise<void> {
    const { redis, timeoutMs } = this.#options;
    const isForced = !redis.isThere;
    const worker = this.#worker;
    if (worker !== undefined) {
      await within(timeoutMs, worker.close(isForced)).catch(() => {});
      // What BullMQ still waits for would keep the process.
      worker.disconnect().catch(() => {});
    }
    await within(timeoutMs, this.#queue.close()).catch(() => {});
    this.#connection?.disconnect();
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    const { redis, timeoutMs } = this.#options;
    // BullMQ waits for a connection, for ever.
    if (!redis.isThere) return await redis.ask(() => Promise.reject(new Error('Redis is away')));
    return await redis.ask(() => within(timeoutMs, question()));
  }
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis did not answer in time')), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
