/** Tells the ends of jobs from the memory of this process: again and again, until somebody takes them or it was tried enough. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../job.ts';
import type { JobCounts } from '../job-counts.ts';
import { send } from './send.ts';

/** How often it is tried, and how long after the first time the second is, in ms; each pause is twice the one before. */
export const TRIES = 10;
export const FIRST_PAUSE_MS = 1000;
/** Ends that are told at once, or wait for their next try; more are not told. */
const MOST_PENDING = 1000;

/** A job that has ended, and where that is told. */
export type Ended = Job & { callbackUrl: string };

export interface CallbackParts {
  secret: Uint8Array;
  /** What is told of a job, in JSON. */
  describe(job: Job): string;
  counts: JobCounts;
  log: { warn(about: object, text: string): void };
}

export class Callbacks {
  readonly #parts: CallbackParts | undefined;
  readonly #closing = new AbortController();
  #pending = 0;

  /** @param parts none where nothing is told */
  constructor(parts: CallbackParts | undefined) {
    this.#parts = parts;
    // Each that waits for its next try listens.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Whether anything is told. */
  get isOn(): boolean {
    return this.#parts !== undefined;
  }

  /** Begins to tell it. */
  tell(job: Ended): void {
    if (this.#parts === undefined) return;
    if (this.#pending >= MOST_PENDING) {
      this.giveUp(job.id);
      return;
    }
    this.#pending++;
    void this.#tell(job, this.#parts).finally(() => this.#pending--);
  }

  /** One try. @returns whether it need not be tried again */
  async tryOnce(job: Ended): Promise<boolean> {
    if (this.#parts === undefined) return true;
    const { secret, describe, counts } = this.#parts;
    const message = { id: job.id, url: job.callbackUrl, body: describe(job) };
    const sent = await send(message, secret, this.#closing.signal);
    if (sent === 'taken') counts.callbacks.sent++;
    if (sent === 'unwanted') counts.callbacks.failed++;
    return sent !== 'failed';
  }

  /** It was tried enough. */
  giveUp(id: string): void {
    if (this.#parts === undefined) return;
    this.#parts.counts.callbacks.failed++;
    this.#parts.log.warn({ job: id }, 'the end of a job could not be told: nobody has taken it');
  }

  close(): void {
    this.#closing.abort();
  }

  async #tell(job: Ended, { counts }: CallbackParts): Promise<void> {
    const { signal } = this.#closing;
    for (let tries = 1; !(await this.tryOnce(job)); tries++) {
      if (signal.aborted) return;
      if (tries === TRIES) {
        this.giveUp(job.id);
        return;
      }
      counts.callbacks.retried++;
      try {
        await sleep(FIRST_PAUSE_MS * 2 ** (tries - 1), undefined, { signal, ref: false });
      } catch {
        return;
      }
    }
  }
}
