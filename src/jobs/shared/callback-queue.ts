/** Tells the ends of jobs from Redis: whichever replica is there, and again after a restart. */
import type { Callbacks } from '../callbacks/callbacks.ts';
import { FIRST_PAUSE_MS, TRIES } from '../callbacks/callbacks.ts';
import type { JobCounts } from '../job-counts.ts';
import type { JobLedger } from './job-ledger.ts';
import { jobOf } from './job-record.ts';
import type { QueueOptions, TakenWork } from './work-queue.ts';
import { WorkQueue } from './work-queue.ts';

const AT_ONCE = 8;

export interface CallbackQueueParts {
  ledger: JobLedger;
  callbacks: Callbacks;
  counts: JobCounts;
  options: Omit<QueueOptions, 'name' | 'concurrency' | 'tries' | 'pauseMs'>;
}

export class CallbackQueue {
  readonly #parts: CallbackQueueParts;
  readonly #queue: WorkQueue;

  static async open(parts: CallbackQueueParts): Promise<CallbackQueue> {
    const own = { name: 'callbacks', concurrency: AT_ONCE, tries: TRIES, pauseMs: FIRST_PAUSE_MS };
    return new CallbackQueue(parts, await WorkQueue.open({ ...parts.options, ...own }));
  }

  private constructor(parts: CallbackQueueParts, queue: WorkQueue) {
    this.#parts = parts;
    this.#queue = queue;
    const { callbacks, counts, ledger } = parts;
    if (!callbacks.isOn) return;
    queue.work((work) => this.#send(work), {
      onStalled: () => counts.stalls++,
      onFailed: (id, isOver) => {
        if (!isOver) {
          counts.callbacks.retried++;
          return;
        }
        callbacks.giveUp(id);
        ledger.told(id).catch(() => {});
      },
    });
  }

  /** Has the end of a job told, where that is wanted. @throws RequestError `sharing_unavailable` */
  async tell(id: string): Promise<void> {
    const record = await this.#parts.ledger.read(id);
    if (record?.callback !== undefined) await this.#queue.add(id);
  }

  /** @see WorkQueue.keep */
  async keep(ms: number): Promise<void> {
    await this.#queue.keep(ms);
  }

  async close(): Promise<void> {
    await this.#queue.pause();
    this.#parts.callbacks.close();
    await this.#queue.close();
  }

  async #send({ id }: TakenWork): Promise<void> {
    const { ledger, callbacks } = this.#parts;
    const record = await ledger.read(id);
    if (record?.callback === undefined) return;
    const job = jobOf(id, record, { expiresAt: await ledger.expiryOf(id) });
    const isDone = await callbacks.tryOnce({ ...job, callbackUrl: record.callback });
    if (!isDone) throw new Error('nobody has taken it');
    await ledger.told(id);
  }
}
