const SECOND = 1000;

/** How much may be taken: `rate` a second for ever, and up to `burst` at once. */
export interface BucketSize {
  rate: number;
  burst: number;
}

/**
 * A token bucket, kept as the moment at which it will be full again (the virtual scheduling of the generic cell rate
 * algorithm, ITU-T I.371 annex A): nothing has to be filled, and one that is full is as good as a new one.
 * It may be taken below zero; whoever asks waits until that is made up for.
 */
export class Bucket {
  #size: BucketSize;
  /** As `performance.now()`; in the past, it is full. */
  #fullAt = 0;

  constructor(size: BucketSize) {
    this.#size = size;
  }

  get size(): BucketSize {
    return this.#size;
  }

  /** Changes its size; what is missing stays missing. */
  resize(size: BucketSize, now: number): void {
    const missing = this.#missing(now);
    this.#size = size;
    this.#fullAt = now + (missing / size.rate) * SECOND;
  }

  /** What it holds; less than 0 when more was taken than there was. */
  level(now: number): number {
    return this.#size.burst - this.#missing(now);
  }

  take(amount: number, now: number): void {
    this.#fullAt = Math.max(this.#fullAt, now) + (amount / this.#size.rate) * SECOND;
  }

  /** ms until it holds `amount`, which is `burst` at most. */
  msUntil(amount: number, now: number): number {
    return (Math.max(0, amount - this.level(now)) / this.#size.rate) * SECOND;
  }

  /** ms until it is full. */
  msUntilFull(now: number): number {
    return Math.max(0, this.#fullAt - now);
  }

  #missing(now: number): number {
    return (this.msUntilFull(now) / SECOND) * this.#size.rate;
  }
}
