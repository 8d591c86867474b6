import { HeldBytes } from '../pressure/held-bytes.ts';
import type { PoolJob } from './pool-job.ts';

export interface OpenMemoryOptions {
  maxQueueBytes: number;
  clientSharePercent: number;
  /** Bodies on their way in and answers on their way out. */
  held: Pick<HeldBytes, 'hasRoom' | 'onRoom'>;
}

/**
 * What requests hold beside their bodies while they are computed. How much that will be is known once a body is read, so
 * those that come next wait unread while too much is held: each thread takes at most one beyond the limit.
 * Invariant: `#holdings` has what each job held when it last came back, and `#held` the sum for each client.
 */
export class OpenMemory {
  readonly #held: HeldBytes;
  readonly #onTheWay: OpenMemoryOptions['held'];
  readonly #holdings = new Map<PoolJob<unknown>, number>();

  /** @param onRoom is called when a job for which there was no room may have some */
  constructor({ maxQueueBytes, clientSharePercent, held }: OpenMemoryOptions, onRoom: () => void) {
    this.#held = new HeldBytes(maxQueueBytes, clientSharePercent);
    this.#onTheWay = held;
    // Soon: whoever gave it may be among those who hand out threads.
    this.#held.onRoom = () => setImmediate(onRoom);
    held.onRoom = this.#held.onRoom;
  }

  /** Whether there is memory for what a job does next; an answer that is written is on its way out then. */
  hasRoom({ grows, client = '' }: PoolJob<unknown>): boolean {
    if (grows === undefined) return true;
    return (grows === 'answer' || this.#held.hasRoom(client)) && this.#onTheWay.hasRoom(client);
  }

  /** A task of a job has come back, or the job has ended. */
  note(job: PoolJob<unknown>): void {
    const before = this.#holdings.get(job) ?? 0;
    const after = job.ended && job.running === 0 ? 0 : (job.heldBytes ?? 0);
    if (after === before) return;
    if (after === 0) this.#holdings.delete(job);
    else this.#holdings.set(job, after);
    this.#held.of(job.client ?? '').add(after - before);
  }
}
