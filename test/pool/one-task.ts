/** Jobs and hops for tests of who works for whom. */
import type { PoolJob } from '../../src/pool/pool-job.ts';
import type { Done } from '../../src/pool/thread.ts';
import type { Task } from '../../src/tasks/tasks.ts';

/** A job of one task, which its body tells. */
export class OneTask implements PoolJob<unknown> {
  readonly result = new Promise<never>(() => {});
  readonly bodyBytes = 10;
  readonly name: string;
  readonly #isSmall: boolean;
  readonly isLarge: boolean;
  wants: PoolJob<unknown>['wants'];
  running = 0;
  /** What has become of it. */
  end: unknown;

  constructor(name: string, size: 'small' | 'medium' | 'large' | 'long' = 'small') {
    this.name = name;
    this.#isSmall = size === 'small';
    this.isLarge = size === 'large';
    this.wants = size === 'long' ? 'long' : 'slice';
  }

  get ended(): boolean {
    return this.end !== undefined;
  }

  get sharesHop(): boolean {
    return this.#isSmall && this.wants === 'slice';
  }

  take(offer: (bodyBytes: number) => SharedArrayBuffer[]): Task {
    this.wants = 'nothing';
    this.running++;
    const body = new TextEncoder().encode(this.name);
    const request = { kind: 'attention', body, contentType: 'application/json', accept: undefined } as const;
    return { kind: 'open', request, offered: offer(this.bodyBytes), goesOn: false };
  }

  threadFreed(): void {
    this.running--;
  }

  putBack(): void {
    this.running--;
    this.wants = 'slice';
  }

  accept(): void {
    this.end = 'answered';
  }

  fail(error: unknown): void {
    this.end = error;
    this.wants = 'nothing';
  }
}

/** A hop that is on its way: the names of its jobs, and what a test makes of it. */
export interface OnThread {
  names: string[];
  resolve: (done: Done[]) => void;
  reject: (error: Error) => void;
}

export const answered = (ms = 1): Done => ({ outcome: { ok: {} }, ms });
export const nameOf = (task: Task) => (task.kind === 'open' ? new TextDecoder().decode(task.request.body) : task.kind);
export const turn = () => new Promise((resolve) => setImmediate(resolve));
