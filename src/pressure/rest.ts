const MIB = 2 ** 20;

/** For so long nothing much must have been done. */
const CALM_MS = 4000;
/**
 * After so long a calm once more: by then the pool has let go of what it kept for requests to come, 10 s and up to 2 s more. What a
 * collection left, the next may find: it is done again whenever the calm has lasted three times as long.
 */
const LONG_CALM_MS = 14_000;
const LONGER = 3;
/** Of the time of the threads, what is not much. */
const CALM_PART = 0.5;
/** What is worth it: so many times what was there after the last time, and so much more. */
const GROWN_TIMES = 1.1;
const GROWN_BYTES = 8 * MIB;
/** By then what was freed shows. */
const SETTLE_MS = 2000;
/** While memory is short nobody waits for a rest; but it is not done all the time. */
const SHORT_MS = 5000;

/** What the process has just looked like. */
interface Look {
  /** In ms of a clock that never goes back. */
  at: number;
  rssBytes: number;
  /** Thread time that was used since the last look, as a part of what there was. */
  busy: number;
  isFull: boolean;
}

/**
 * When memory that a burst needed is collected and given back: V8 collects when it grows, not when it rests, and the allocator
 * keeps what is free. That is once the server has been calm for a while, and at once when memory is short.
 * Invariant: `#floorBytes` is what the process had after the last time, or has had since.
 */
export class Rest {
  readonly #giveBack: (isFull: boolean) => void;
  #calmSince: number | undefined;
  #floorBytes = Number.POSITIVE_INFINITY;
  #settlesAt: number | undefined;
  #doneAt = Number.NEGATIVE_INFINITY;
  /** Given back in this calm, and to be done again in it once it has lasted so long, in ms. */
  #againAfterMs = Number.POSITIVE_INFINITY;

  /** @param giveBack does it; `isFull` tells that memory is short */
  constructor(giveBack: (isFull: boolean) => void) {
    this.#giveBack = giveBack;
  }

  note({ at, rssBytes, busy, isFull }: Look): void {
    if (busy > CALM_PART) {
      this.#calmSince = undefined;
      this.#againAfterMs = Number.POSITIVE_INFINITY;
    } else this.#calmSince ??= at;
    if (isFull && at - this.#doneAt >= SHORT_MS) {
      this.#do(at, isFull);
      return;
    }
    if (this.#settlesAt !== undefined) {
      if (at < this.#settlesAt) return;
      this.#settlesAt = undefined;
      this.#floorBytes = rssBytes;
    }
    this.#floorBytes = Math.min(this.#floorBytes, rssBytes);
    const calmMs = at - (this.#calmSince ?? at);
    if (calmMs >= this.#againAfterMs) {
      this.#do(at, isFull);
      this.#againAfterMs *= LONGER;
    } else if (calmMs >= CALM_MS && rssBytes > GROWN_TIMES * this.#floorBytes + GROWN_BYTES) {
      this.#do(at, isFull);
      this.#againAfterMs = Math.max(LONG_CALM_MS, LONGER * calmMs);
    }
  }

  #do(at: number, isFull: boolean): void {
    this.#doneAt = at;
    this.#settlesAt = at + SETTLE_MS;
    this.#giveBack(isFull);
  }
}
