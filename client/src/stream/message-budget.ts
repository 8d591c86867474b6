/**
 * How many messages may be sent now: a token bucket of half the server's size and rate, as the server's clock is not ours
 * and what the network held back arrives at once.
 */
export class MessageBudget {
  readonly #perMs: number;
  readonly #burst: number;
  #left: number;
  #countedAt = performance.now();

  constructor({ perSecond, burst }: { perSecond: number; burst: number }) {
    this.#perMs = perSecond / 2000;
    this.#burst = Math.max(1, burst / 2);
    this.#left = this.#burst;
  }

  /** How long to wait before the next message; 0: it may go. */
  waitMs(now: number): number {
    this.#left = Math.min(this.#burst, this.#left + (now - this.#countedAt) * this.#perMs);
    this.#countedAt = now;
    return this.#left >= 1 ? 0 : Math.ceil((1 - this.#left) / this.#perMs);
  }

  spend(): void {
    this.#left--;
  }
}
