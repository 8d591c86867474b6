const SECOND = 1000;

/** How much may be taken: `rate` a second for ever, and up to `burst` at once. */
export interface BucketSize {
  rate: number;
  burst: number;
}

/** A bucket that is filled at a rate; times are `performance.now()`. */
export interface TokenBucket {
  readonly size: BucketSize;
  /** Changes its size; what is missing stays missing. */
  resize(size: BucketSize, now: number): void;
  /** What it holds; less than 0 when more was taken than there was. */
  level(now: number): number;
  take(amount: number, now: number): void;
  /** ms until it holds `amount`, which is `burst` at most. */
  msUntil(amount: number, now: number): number;
  /** ms until it is full. */
  msUntilFull(now: number): number;
  /**
   * What is to be waited for before `amount` may be taken, if anything is; then it is to be asked again.
   * @param freshMs how old may be what is known of others
   */
  toWaitFor(amount: number, now: number, freshMs?: number): Promise<void> | undefined;
}

/**
 * A token bucket, kept as the moment at which it will be full again (the virtual scheduling of the generic cell rate
 * algorithm, ITU-T I.371 annex A): nothing has to be filled, and one that is full is as good as a new one.
 * It may be taken below zero; whoever asks waits until that is made up for.
 */
export class Bucket implements TokenBucket {
  #size: BucketSize;
  /** As `performance.now()`; in the past, it is full. */
  #fullAt = 0;

  constructor(size: BucketSize) {
    this.#size = size;
  }

  get size(): BucketSize {
    return this.#size;
  }

  resize(size: BucketSize, now: number): void {
    const missing = this.missing(now);
    this.#size = size;
    this.lack(missing, now);
  }

  level(now: number): number {
    return this.#size.burst - this.missing(now);
  }

  take(amount: number, now: number): void {
    this.#fullAt = Math.max(this.#fullAt, now) + (amount / this.#size.rate) * SECOND;
  }

  msUntil(amount: number, now: number): number {
    return (Math.max(0, amount - this.level(now)) / this.#size.rate) * SECOND;
  }

  msUntilFull(now: number): number {
    return Math.max(0, this.#fullAt - now);
  }

  toWaitFor(): undefined {
    return undefined;
  }

  /** How much of it is not there. */
  missing(now: number): number {
    return (this.msUntilFull(now) / SECOND) * this.#size.rate;
  }

  /** From now on so much of it is not there. */
  lack(missing: number, now: number): void {
    this.#fullAt = now + (Math.max(0, missing) / this.#size.rate) * SECOND;
  }
}
