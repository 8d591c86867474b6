/** Someone who has something to send, a little at a time. */
export interface Taker {
  /** Does a little of it; whether there is more to do at once. */
  turn(): boolean;
}

/** How long turns may take in one go, in ms; between two goes the server reads and answers requests. */
const GO_MS = 2;
/** Looking at the clock costs more than a small turn. */
const TURNS_A_LOOK = 2;

/**
 * Lets many viewers send in turns, so that five hundred of them on one run never keep the thread from its requests.
 * Invariant: whoever stands in the queue stands in it once; it runs as long as somebody does.
 */
export class Turns {
  readonly #queue = new Set<Taker>();
  #isScheduled = false;

  add(taker: Taker): void {
    this.#queue.add(taker);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#go);
  }

  remove(taker: Taker): void {
    this.#queue.delete(taker);
  }

  readonly #go = (): void => {
    this.#isScheduled = false;
    const start = performance.now();
    let turns = 0;
    // A set is walked in the order of its entries, and what is added on the way is reached on the way.
    for (const taker of this.#queue) {
      if (++turns % TURNS_A_LOOK === 0 && performance.now() - start > GO_MS) break;
      this.#queue.delete(taker);
      if (taker.turn()) this.#queue.add(taker);
    }
    if (this.#queue.size === 0 || this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#go);
  };
}
