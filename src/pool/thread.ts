import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { unwrap } from '../tasks/outcome.ts';
import type { Ahead, Batch, Task, WorkerSettings } from '../tasks/tasks.ts';
import { Tickets } from '../tasks/tickets.ts';

/** Between a thread that died while it started and the next one: whatever ails them, no core is spent on it. */
const REPLACE_MS = 1000;

/** What came of a task, see outcome.ts, and the time that it has had a thread, with its part of the way there and back. */
export interface Done {
  outcome: unknown;
  ms: number;
}

/**
 * One worker thread; when it dies, another takes its place. Besides the tasks that it does it may have others ahead of time,
 * which it begins as soon as it is done, without waiting for whoever gave them.
 */
export class Thread {
  /** Piscina gives up on a thread that dies while it starts; then another Piscina takes its place. */
  #piscina: Piscina;
  readonly #open: () => Piscina;
  readonly #onIdleDeath: (error: unknown) => void;
  readonly #tickets = new Tickets();
  /** Resolves when the next one is there, if there is none now. */
  #replaced: Promise<void> | undefined;
  #isClosed = false;

  /**
   * @param nice what is added to its niceness, on Linux: one that computes would otherwise take the core of whoever hands it
   * a task, for some ms, and others would wait for theirs
   * @param onIdleDeath is told of a death without a task
   */
  constructor(settings: Omit<WorkerSettings, 'tickets'>, nice: number, onIdleDeath: (error: unknown) => void) {
    this.#onIdleDeath = onIdleDeath;
    const filename = fileURLToPath(new URL('../../dist/worker/worker.js', import.meta.url));
    const workerData: WorkerSettings = { ...settings, tickets: this.#tickets.memory };
    this.#open = () =>
      this.#watched(
        new Piscina({
          // The compiled worker, whether this file runs from src/ or from dist/.
          filename,
          minThreads: 1,
          maxThreads: 1,
          // What it does, what it has ahead, and what was taken back of that: none of it waits on this side.
          concurrentTasksPerWorker: 4,
          idleTimeout: Number.POSITIVE_INFINITY,
          // Elsewhere it would be that of the whole process.
          niceIncrement: process.platform === 'linux' ? nice : 0,
          workerData,
          recordTiming: false,
        }),
      );
    this.#piscina = this.#open();
  }

  /** For tests that kill it; none while it is being replaced. */
  get running(): { terminate(): Promise<number> } | undefined {
    return this.#piscina.threads[0];
  }

  /**
   * Has it do tasks, one after another, until a slice is over: the last ones may not be reached, the first always is.
   * Rejects when it dies.
   */
  async run(tasks: readonly Task[]): Promise<Done[]> {
    const start = performance.now();
    if (tasks.length === 1) {
      const outcome = await this.runOne(tasks[0]);
      return [{ outcome, ms: performance.now() - start }];
    }
    const { done } = unwrap<Batch>(await this.runOne({ kind: 'batch', tasks }));
    const ms = done.reduce((sum, one) => sum + one.ms, 0);
    const hopMs = Math.max(0, performance.now() - start - ms) / done.length;
    return done.map((one) => ({ outcome: one.outcome, ms: one.ms + hopMs }));
  }

  /** What has one do a task after those that it has already, as long as the ticket is valid. */
  ticket(): number {
    return this.#tickets.issue();
  }

  /** Has it do tasks later, as `run` does, or none of them if the ticket was withdrawn. Rejects when the thread dies. */
  async runAhead(tasks: readonly Task[], ticket: number): Promise<readonly Done[]> {
    const { done } = unwrap<Batch>(await this.#send({ kind: 'ahead', tasks, ticket }));
    return done;
  }

  /** Makes a ticket invalid, or says `false`: the thread has begun what it is for. */
  withdraw(ticket: number): boolean {
    return this.#tickets.take(ticket);
  }

  /** What it answers, see outcome.ts; rejects when it dies. */
  async runOne(task: Task): Promise<unknown> {
    return await this.#send(task, task.kind === 'tokenize' ? task.rest.buffers : []);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#piscina.destroy();
  }

  async #send(task: Task | Ahead, transferList: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (this.#replaced !== undefined) await this.#replaced;
    return await this.#piscina.run(task, transferList.length > 0 ? { transferList: [...transferList] } : {});
  }

  #watched(piscina: Piscina): Piscina {
    piscina.on('error', this.#onIdleDeath);
    // Right after this the next one is there, if it is to come.
    piscina.on('workerDestroy', () => queueMicrotask(() => this.#replaceWithoutThread(piscina)));
    return piscina;
  }

  #replaceWithoutThread(piscina: Piscina): void {
    if (this.#isClosed || piscina !== this.#piscina || piscina.threads.length > 0) return;
    if (this.#replaced !== undefined) return;
    this.#onIdleDeath(new Error('the thread died while it started'));
    // What waits in it is rejected.
    void piscina.destroy();
    this.#replaced = new Promise((resolve) => {
      setTimeout(() => {
        if (!this.#isClosed) this.#piscina = this.#open();
        this.#replaced = undefined;
        resolve();
      }, REPLACE_MS);
    });
  }
}
