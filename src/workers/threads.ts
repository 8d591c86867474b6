import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Task, WorkerSettings } from './tasks.ts';
import { buffersOf } from './tokenize-job.ts';

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

  /** What a thread answers, see outcome.ts; rejects when it dies. */
  async run(task: Task): Promise<unknown> {
    return await this.#piscina.run(task, task.kind === 'tokenize' ? { transferList: buffersOf(task.rest) } : {});
  }

  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}
