interface Waiter<T> {
  resolve(item: T | undefined): void;
  reject(error: unknown): void;
}

type End = { kind: 'none' } | { kind: 'finished' } | { kind: 'failed'; error: unknown };

/**
 * Steps between the connection and the consumer: which may come, which wait, and whether they may be taken.
 * Invariants: what waits and what may still come are together at most `window`. While paused, what may be taken is at most
 * what waits and what the server was asked for one by one.
 */
export class StepBuffer<T> {
  #window: number;
  #steps: T[] = [];
  #waiters: Waiter<T>[] = [];
  /** Credits that the server has and has not used. */
  #outstanding = 0;
  #isPaused: boolean;
  /** Steps that may be taken while paused. */
  #allowed = 0;
  /** Steps that the server was asked for while paused and has not sent. */
  #asked = 0;
  #end: End = { kind: 'none' };

  constructor({ window, paused }: { window: number; paused: boolean }) {
    this.#window = window;
    this.#isPaused = paused;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Whether the last step has come. */
  get isFinished(): boolean {
    return this.#end.kind === 'finished';
  }

  /** The next step, as soon as there is one and it may be taken; undefined behind the last. */
  take(): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#serve();
    });
  }

  put(step: T): void {
    this.discard();
    this.#asked = Math.max(0, this.#asked - 1);
    this.#steps.push(step);
    this.#serve();
  }

  /** Counts a step that came and is not wanted. */
  discard(): void {
    this.#outstanding--;
  }

  /** Drops what waits, for a seek. */
  clear(): void {
    this.#steps = [];
    this.#asked = 0;
    if (this.#end.kind === 'finished') this.#end = { kind: 'none' };
  }

  finish(): void {
    this.#end = { kind: 'finished' };
    this.#serve();
  }

  /** What waits is dropped: the consumer learns of the failure at once. */
  fail(error: unknown): void {
    if (this.#end.kind === 'failed') return;
    this.#steps = [];
    this.#end = { kind: 'failed', error };
    this.#serve();
  }

  /** As if the last step had been taken. */
  close(): void {
    this.#steps = [];
    this.finish();
  }

  pause(): void {
    this.#isPaused = true;
    this.#allowed = 0;
    this.#asked = 0;
  }

  resume(): void {
    this.#isPaused = false;
    this.#allowed = 0;
    this.#asked = 0;
    this.#serve();
  }

  /** Lets one step more through a pause; whether the server has to be asked for it. */
  allowOne(): boolean {
    this.#allowed++;
    const isMissing = this.missing() > 0;
    this.#serve();
    return isMissing;
  }

  /** Steps that may be taken and have to be asked for one by one; they count as asked for. */
  missing(): number {
    const count = Math.max(0, this.#allowed - this.#steps.length - this.#asked);
    this.#asked += count;
    return count;
  }

  /** Credits to be granted now: none until half the window is free, so that few messages carry many. */
  grantable(): number {
    const free = this.#window - this.#outstanding - this.#steps.length;
    if (free < this.#window / 2) return 0;
    this.#outstanding += free;
    return free;
  }

  /** A new connection knows nothing of the last one: the credits to begin with, at most as many as the server allows. */
  restart(most: number): number {
    this.#window = Math.min(this.#window, most);
    this.#asked = 0;
    this.#outstanding = Math.max(0, this.#window - this.#steps.length);
    return this.#outstanding;
  }

  #serve(): void {
    while (this.#waiters.length > 0) {
      const step = this.#isPaused && this.#allowed === 0 ? undefined : this.#steps.shift();
      if (step === undefined && (this.#steps.length > 0 || this.#end.kind === 'none')) return;
      const waiter = this.#waiters.shift();
      if (step !== undefined) {
        if (this.#isPaused) this.#allowed--;
        waiter?.resolve(step);
      } else if (this.#end.kind === 'failed') waiter?.reject(this.#end.error);
      else waiter?.resolve(undefined);
    }
  }
}
