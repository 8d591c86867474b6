import { setImmediate } from 'node:timers/promises';
import { spareOf, unwrap } from '../tasks/outcome.ts';
import type { Completion, Result, Task } from '../tasks/tasks.ts';
import { threadDeath } from './answer-job.ts';
import { type Choice, type Crowd, FairQueue, GRAIN_MS } from './fair-queue.ts';
import type { PoolJob } from './pool-job.ts';
import type { PoolMemory } from './pool-memory.ts';
import type { Done, Thread } from './thread.ts';

/**
 * How long a thread computes for one request before it asks for its next task, in ms. A hop takes a part of one, so those
 * who have begun take longer turns among themselves, and who is alone takes none; a newcomer may be a small request, and
 * every thread looks after each shard, which is about 1 ms, whether one has come.
 */
const SLICE_MS: Record<Crowd, number> = { one: 2 ** 31 - 1, large: GRAIN_MS, others: 8, newcomer: 2 };
/** Small tasks that share a hop: enough of them that the hop is a small part of their time. */
const MOST_IN_HOP = 8;
/** Hops that were taken back, and that a thread has yet to pass over, before it is given no more ahead. */
const MOST_PASSING = 2;

export interface DispatchSetting {
  threads: readonly Pick<Thread, 'run' | 'ticket' | 'runAhead' | 'withdraw' | 'runOne'>[];
  memory: Pick<PoolMemory, 'offersFor' | 'giveBack'>;
  /** What `WorkerSettings.slice` says, in memory of all threads. */
  slice: Int32Array;
  /** A task of the job has come back. */
  onReturn: (job: PoolJob<unknown>) => void;
  /** Whether there is memory for what a job does next; `fillThreads` when that changes. */
  hasRoom: (job: PoolJob<unknown>) => boolean;
  onDeath: (error: unknown) => void;
  /** A job has had a thread for so many ms. */
  onTime?: (job: PoolJob<unknown>, ms: number) => void;
}

/** What a thread does for a job. */
interface Errand {
  job: PoolJob<unknown>;
  task: Task;
}

/** What a thread does without coming back in between; nothing, once it was taken back. */
interface Hop {
  errands: readonly Errand[];
  readonly isLong: boolean;
  /** Whether all of it takes a moment. */
  readonly isSmall: boolean;
  /** Of one that was handed out ahead. */
  readonly ticket?: number;
}

/** A thread with what it has to do. */
interface Place {
  thread: DispatchSetting['threads'][number];
  now: Hop | 'collecting' | undefined;
  /** What it may begin when it is done with that. */
  ahead: Hop | undefined;
  /** Hops that were taken back, and that it has yet to pass over. */
  passing: number;
}

/**
 * Which thread works for whom. All sharing happens here: a thread gets what the fair queue chooses when the thread is free,
 * and one hop more ahead, so that it goes on while the HTTP thread still reads and sends. Ahead go large requests, one to a
 * thread, which are taken back when a small one comes, and small ones to a thread that is through with small ones in a
 * moment; all of it is taken back when another thread has nothing to do.
 *
 * Invariant: a thread without a hop has none ahead; each hop is in one place, until it comes back or is taken back.
 */
export class Dispatch {
  readonly #setting: DispatchSetting;
  readonly #queue = new FairQueue<PoolJob<unknown>>();
  readonly #places: readonly Place[];
  #busyMs = 0;

  constructor(setting: DispatchSetting) {
    this.#setting = setting;
    this.#places = setting.threads.map((thread) => ({ thread, now: undefined, ahead: undefined, passing: 0 }));
  }

  /** Threads that work. */
  get running(): number {
    return this.#places.filter(({ now }) => now !== undefined).length;
  }

  /** Thread time that jobs have had, in ms, each with its way there and back. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** Jobs that have not ended. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Lets a job take part; `fillThreads` then. */
  add(job: PoolJob<unknown>): void {
    this.#queue.add(job);
  }

  remove(job: PoolJob<unknown>): void {
    for (const place of this.#places)
      if (place.ahead?.errands.some((errand) => errand.job === job)) this.#takeBack(place);
    this.#queue.remove(job);
  }

  /** Gives free threads to whoever's turn it is. */
  fillThreads(): void {
    for (const place of this.#places) if (place.now === undefined) this.#employ(place);
    const { crowd } = this.#queue;
    if (crowd === 'newcomer')
      for (const place of this.#places) if (place.ahead?.isSmall === false) this.#takeBack(place);
    if (crowd !== 'one') this.#giveAhead();
    Atomics.store(this.#setting.slice, 0, SLICE_MS[crowd]);
  }

  /**
   * Soon gives each free thread a task that is nothing but what is asked of all threads between two tasks, and resolves when
   * these are done. Not at once: this may be asked for while a thread is being given its hop.
   */
  async wakeIdle(): Promise<void> {
    await setImmediate();
    const idle = this.#places.filter(({ now }) => now === undefined);
    for (const place of idle) place.now = 'collecting';
    // One that dies is replaced, and the new one has nothing to collect.
    const wake = ({ thread }: Place) => thread.runOne({ kind: 'collect' }).catch(() => {});
    await Promise.all(idle.map((place) => wake(place).finally(() => this.#isFree(place))));
  }

  #employ(place: Place): void {
    let hop = this.#nextHop();
    for (const other of this.#places) if (hop === undefined && this.#takeBack(other)) hop = this.#nextHop();
    if (hop === undefined) return;
    place.now = hop;
    void this.#perform(hop, place.thread.run(tasksOf(hop))).finally(() => this.#isFree(place));
  }

  /** A thread is done with its hop, and has begun what it had ahead. */
  #isFree(place: Place): void {
    place.now = place.ahead;
    place.ahead = undefined;
    this.fillThreads();
  }

  /**
   * The next small tasks, for threads that are through with theirs in a moment; a large one, if nobody small comes before it.
   * Others wait for the first thread that is free.
   */
  #giveAhead(): void {
    for (const place of this.#places) {
      const { now, thread } = place;
      if (typeof now !== 'object' || place.ahead !== undefined || place.passing >= MOST_PASSING) continue;
      const hop = this.#nextHop({
        welcome: ({ isLarge, sharesHop }) => isLarge === true || (now.isSmall && sharesHop === true),
        // More threads for one request would be none for the next.
        busy: (job) => job.running > 0 || !this.#setting.hasRoom(job),
      });
      if (hop === undefined) continue;
      const ticket = thread.ticket();
      const ahead: Hop = { ...hop, ticket };
      place.ahead = ahead;
      void this.#perform(ahead, runAhead(thread, tasksOf(ahead), ticket)).finally(() => {
        if (ahead.errands.length === 0) place.passing--;
        if (place.ahead === ahead) place.ahead = undefined;
        if (place.now === ahead) this.#isFree(place);
      });
    }
  }

  /** Takes back what a thread has ahead. @returns whether there was anything that it has not begun */
  #takeBack(place: Place): boolean {
    const { ahead: hop, thread } = place;
    if (hop?.ticket === undefined || !thread.withdraw(hop.ticket)) return false;
    const { errands } = hop;
    hop.errands = [];
    place.ahead = undefined;
    place.passing++;
    for (const errand of errands) this.#putBack(errand);
    return true;
  }

  /** A long task cannot be interrupted: one thread always stays with those who need it for a moment. */
  get #mayBeLong(): boolean {
    const hops = this.#places.flatMap(({ now, ahead }) => [now, ahead]);
    const long = hops.filter((hop) => typeof hop === 'object' && hop.isLong);
    return long.length < Math.max(1, this.#places.length - 1);
  }

  #nextHop(choice: Choice<PoolJob<unknown>> = { busy: (job) => !this.#setting.hasRoom(job) }): Hop | undefined {
    for (;;) {
      const job = this.#queue.next(this.#mayBeLong, choice);
      if (job === undefined) return undefined;
      const isLong = job.wants === 'long';
      const isSmall = job.sharesHop === true;
      const errands = this.#errandsFrom(job);
      if (errands.length > 0) return { errands, isLong, isSmall };
    }
  }

  /** The next task of a job; with a small one go those of the jobs that come next, while these are small, too. */
  #errandsFrom(job: PoolJob<unknown>): Errand[] {
    // What waits is shared between the threads: none of it waits for one of them while another is free.
    const share = Math.floor(this.#queue.size / this.#places.length);
    const most = job.sharesHop ? Math.min(MOST_IN_HOP, share) : 1;
    const welcome = ({ sharesHop }: PoolJob<unknown>) => sharesHop === true;
    const errands: Errand[] = [];
    let next: PoolJob<unknown> | undefined = job;
    while (next !== undefined) {
      const task = this.#taskOf(next);
      if (task !== undefined) errands.push({ job: next, task });
      next =
        errands.length < most
          ? this.#queue.next(this.#mayBeLong, { welcome, busy: (job) => !this.#setting.hasRoom(job) })
          : undefined;
    }
    return errands;
  }

  #taskOf(job: PoolJob<unknown>): Task | undefined {
    const isCrowded = this.#queue.size >= this.#places.length;
    return job.take((bodyBytes) => this.#setting.memory.offersFor(bodyBytes), isCrowded);
  }

  async #perform(hop: Hop, run: Promise<readonly Done[]>): Promise<void> {
    let done: readonly Done[];
    try {
      done = await run;
    } catch (error) {
      if (hop.errands.length > 0) this.#setting.onDeath(error);
      for (const { job } of hop.errands) {
        job.fail(threadDeath());
        job.threadFreed();
        this.#setting.onReturn(job);
      }
      return;
    }
    for (const [i, errand] of hop.errands.entries()) {
      const { job, task } = errand;
      if (i < done.length) {
        this.#queue.charge(job, done[i].ms);
        this.#setting.onTime?.(job, done[i].ms);
        this.#busyMs += done[i].ms;
        job.threadFreed();
        this.#accept(job, task, done[i].outcome);
        this.#setting.onReturn(job);
      } else {
        this.#putBack(errand);
      }
    }
  }

  #putBack({ job, task }: Errand): void {
    this.#queue.giveTurnBack(job);
    this.#setting.memory.giveBack(offersOf(task));
    job.putBack?.(task);
    this.#setting.onReturn(job);
  }

  #accept(job: PoolJob<unknown>, task: Task, outcome: unknown): void {
    const offered = offersOf(task);
    this.#setting.memory.giveBack(spareOf(outcome));
    let result: Result;
    try {
      result = unwrap<Result>(outcome);
    } catch (error) {
      this.#setting.memory.giveBack(offered);
      job.fail(error);
      return;
    }
    const taken = 'memory' in result ? result.memory.takenOffers : [];
    this.#setting.memory.giveBack(offered.filter((_, offer) => !taken.includes(offer)));
    // A thread answers each task with what belongs to it.
    job.accept({ kind: task.kind, result } as Completion);
  }
}

function offersOf(task: Task): readonly SharedArrayBuffer[] {
  return 'offered' in task ? task.offered : [];
}

function tasksOf({ errands }: Hop): Task[] {
  return errands.map(({ task }) => task);
}

/** Nothing is done when the tasks were taken back, or when the thread died before it began. */
async function runAhead(
  thread: Pick<Thread, 'runAhead' | 'withdraw'>,
  tasks: readonly Task[],
  ticket: number,
): Promise<readonly Done[]> {
  try {
    return await thread.runAhead(tasks, ticket);
  } catch (error) {
    if (thread.withdraw(ticket)) return [];
    throw error;
  }
}
