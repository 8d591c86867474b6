import { type Crowd, FairQueue } from './fair-queue.ts';
import { threadDeath } from './job-run.ts';
import { spareOf, unwrap } from './outcome.ts';
import type { PoolJob } from './pool-job.ts';
import type { PoolMemory } from './pool-memory.ts';
import type { Completion, Result, Task } from './tasks.ts';
import type { Done, Threads } from './threads.ts';

/**
 * How long a thread computes for one request before it asks for its next task, in ms. A hop takes a part of one, so those
 * who have begun take longer turns among themselves, and who is alone takes none; a newcomer may be a small request, and
 * every thread looks after each shard, which is about 1 ms, whether one has come.
 */
const SLICE_MS: Record<Crowd, number> = { one: 2 ** 31 - 1, others: 8, newcomer: 2 };
/** Small tasks that share a hop: enough of them that the hop is a small part of their time. */
const MOST_IN_HOP = 8;

export interface DispatchSetting {
  workers: number;
  threads: Pick<Threads, 'run' | 'runOne'>;
  memory: Pick<PoolMemory, 'offersFor' | 'giveBack'>;
  /** What `WorkerSettings.slice` says, in memory of all threads. */
  slice: Int32Array;
  /** A task of the job has come back. */
  onReturn: (job: PoolJob<unknown>) => void;
  onDeath: (error: unknown) => void;
}

/** What a thread does for a job. */
interface Errand {
  job: PoolJob<unknown>;
  task: Task;
}

/**
 * Which thread works for whom. All sharing happens here: a thread gets one hop at a time, of what the fair queue chooses when
 * the thread is free, so nothing waits in `Threads` and nothing is decided early.
 *
 * Invariant: `#busy` hops are on threads, never more than there are threads.
 */
export class Dispatch {
  readonly #setting: DispatchSetting;
  readonly #queue = new FairQueue<PoolJob<unknown>>();
  #busy = 0;
  #busyLong = 0;

  constructor(setting: DispatchSetting) {
    this.#setting = setting;
  }

  /** Threads that work. */
  get running(): number {
    return this.#busy;
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
    this.#queue.remove(job);
  }

  /** Gives free threads to whoever's turn it is. */
  fillThreads(): void {
    this.#giveTurns();
    Atomics.store(this.#setting.slice, 0, SLICE_MS[this.#queue.crowd]);
  }

  /** Gives each free thread a task that is nothing but what is asked of all threads between two tasks. */
  wakeIdle(): void {
    for (let idle = this.#setting.workers - this.#busy; idle > 0; idle--) {
      this.#busy++;
      void this.#setting.threads
        .runOne({ kind: 'collect' })
        // One that dies is replaced, and the new one has nothing to collect.
        .catch(() => {})
        .finally(() => {
          this.#busy--;
          this.fillThreads();
        });
    }
  }

  #giveTurns(): void {
    while (this.#busy < this.#setting.workers) {
      const job = this.#queue.next(this.#mayBeLong);
      if (job === undefined) return;
      const isLong = job.wants === 'long';
      const hop = this.#hopOf(job);
      if (hop.length === 0) continue;
      this.#busy++;
      if (isLong) this.#busyLong++;
      void this.#perform(hop).finally(() => {
        this.#busy--;
        if (isLong) this.#busyLong--;
        this.fillThreads();
      });
    }
  }

  /** A long task cannot be interrupted: one thread always stays with those who need it for a moment. */
  get #mayBeLong(): boolean {
    return this.#busyLong < Math.max(1, this.#setting.workers - 1);
  }

  /** The next task of a job; with a small one go those of the jobs that come next, while these are small, too. */
  #hopOf(job: PoolJob<unknown>): Errand[] {
    // What waits is shared between the threads: none of it waits for one of them while another is free.
    const share = Math.floor(this.#queue.size / this.#setting.workers);
    const most = job.sharesHop ? Math.min(MOST_IN_HOP, share) : 1;
    const hop: Errand[] = [];
    let next: PoolJob<unknown> | undefined = job;
    while (next !== undefined) {
      const task = next.take((bodyBytes) => this.#setting.memory.offersFor(bodyBytes));
      if (task !== undefined) hop.push({ job: next, task });
      next = hop.length < most ? this.#queue.next(this.#mayBeLong, ({ sharesHop }) => sharesHop === true) : undefined;
    }
    return hop;
  }

  async #perform(hop: readonly Errand[]): Promise<void> {
    let done: Done[];
    try {
      done = await this.#setting.threads.run(hop.map(({ task }) => task));
    } catch (error) {
      this.#setting.onDeath(error);
      for (const { job } of hop) {
        job.fail(threadDeath());
        job.threadFreed();
        this.#setting.onReturn(job);
      }
      return;
    }
    for (const [i, { job, task }] of hop.entries()) {
      if (i < done.length) {
        this.#queue.charge(job, done[i].ms);
        job.threadFreed();
        this.#accept(job, task, done[i].outcome);
      } else {
        this.#queue.giveTurnBack(job);
        this.#setting.memory.giveBack(offersOf(task));
        job.putBack?.();
      }
      this.#setting.onReturn(job);
    }
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
