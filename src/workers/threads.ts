import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { unwrap } from './outcome.ts';
import type { Batch, Task, WorkerSettings } from './tasks.ts';
import { buffersOf } from './tokenize-job.ts';

/** What came of a task, see outcome.ts, and the time that it has had a thread, with its part of the way there and back. */
export interface Done {
  outcome: unknown;
  ms: number;
}

/** The worker threads. Whoever runs tasks sees to it that there is a free thread for each, so that none waits here. */
export class Threads {
  readonly #piscina: Piscina;

  /** @param onIdleDeath is told of a thread that died without a task; it is replaced, as all are */
  constructor(count: number, settings: WorkerSettings, onIdleDeath: (error: unknown) => void) {
    this.#piscina = new Piscina({
      // The compiled worker, whether this file runs from src/ or from dist/.
      filename: fileURLToPath(new URL('../../dist/workers/worker.js', import.meta.url)),
      minThreads: count,
      maxThreads: count,
      concurrentTasksPerWorker: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      workerData: settings,
      recordTiming: false,
    });
    this.#piscina.on('error', onIdleDeath);
  }

  /** For tests that kill one. */
  get list(): readonly { terminate(): Promise<number> }[] {
    return this.#piscina.threads;
  }

  /**
   * Has one thread do tasks, one after another, until a slice is over: the last ones may not be reached, the first always is.
   * Rejects when the thread dies.
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

  /** What a thread answers, see outcome.ts; rejects when it dies. */
  async runOne(task: Task): Promise<unknown> {
    return await this.#piscina.run(task, task.kind === 'tokenize' ? { transferList: buffersOf(task.rest) } : {});
  }

  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}
