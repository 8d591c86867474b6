import type { Completion, Task } from '../tasks/tasks.ts';
import type { Flow } from './fair-queue.ts';

/**
 * What the pool works on: it hands out tasks while it wants any, and takes what they gave. Once it has ended it wants
 * nothing and ignores what still comes back.
 */
export interface PoolJob<T> extends Flow {
  /** Settles when the job ends. */
  readonly result: Promise<T>;
  readonly ended: boolean;
  /** Tasks of this job that are on a thread now. */
  readonly running: number;
  /** What it holds of the bytes that wait for threads. */
  readonly bodyBytes: number;
  /** Where it has no body, and takes as long as a request with one of so many bytes. */
  readonly likeBytes?: number;
  /** Who it is for: see HeldBytes. */
  readonly client?: string;
  /** What it holds beside its body, in bytes. */
  readonly heldBytes?: number;
  /** Whether its next task takes memory that nobody knows the size of: what it opens, or the answer that it writes. */
  readonly grows?: 'open' | 'answer' | undefined;
  /** Whether its next task is a small one, which may share a hop with those of others. */
  readonly sharesHop?: boolean;
  /**
   * The next piece of work; only when it wants one.
   * @param offer gives memory of past requests for the next body
   * @param isCrowded whether there are jobs for all threads
   */
  take(offer: (bodyBytes: number) => SharedArrayBuffer[], isCrowded: boolean): Task | undefined;
  /** A thread came back, with or without a result. */
  threadFreed(): void;
  /** A task that no thread has begun; it is wanted again. Only of jobs that share hops, and of large ones. */
  putBack?(task: Task): void;
  accept(completion: Completion): void;
  /** Ends the job with an error; threads that work on it stop after the shard that they are in. */
  fail(error: unknown): void;
}

/** The end of a job, which comes exactly once: whoever settles first wins. */
export class Ending<T> {
  readonly result: Promise<T>;
  #ended = false;
  #resolve: (value: T) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor() {
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  resolve(value: T): void {
    this.#ended = true;
    this.#resolve(value);
  }

  reject(error: unknown): void {
    this.#ended = true;
    this.#reject(error);
  }
}
