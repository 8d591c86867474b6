/** More than anyone has outstanding at once. */
const PLACES = 8;
/** Tickets are counted up to this, then anew. */
const LAST = 2 ** 30;

/**
 * Tickets for work that was handed out and may still be taken back, in memory of both sides. Only one of all who try gets a
 * ticket: whoever begins the work, or whoever takes it back.
 */
export class Tickets {
  readonly memory: Int32Array;
  #last = 0;

  constructor(memory: Int32Array = new Int32Array(new SharedArrayBuffer(4 * PLACES))) {
    this.memory = memory;
  }

  /** A new one. Those issued eight before are no longer valid. */
  issue(): number {
    this.#last = (this.#last % LAST) + 1;
    Atomics.store(this.memory, this.#last % PLACES, this.#last);
    return this.#last;
  }

  /** Takes a ticket, or says `false`: somebody has taken it. */
  take(ticket: number): boolean {
    return Atomics.compareExchange(this.memory, ticket % PLACES, ticket, 0) === ticket;
  }
}
