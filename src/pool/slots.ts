import { RequestError } from '../errors.ts';

export interface SlotLimits {
  /** Of all keys together, at once. */
  all: number;
  /** That may wait for each key. */
  waiting: number;
  /** The variable of the environment that bounds what is done, for who is refused. */
  limit: string;
}

interface Waiting {
  key: string;
  most: () => number;
  begin: () => void;
}

/**
 * Lets so many of one key, and so many in all, do something at once; others wait in their order, and hold nothing meanwhile.
 * Invariant: `#busy` has how many of each key are under way, and `#count` their sum.
 */
export class Slots {
  readonly #limits: SlotLimits;
  readonly #busy = new Map<string, number>();
  readonly #waiting: Waiting[] = [];
  #count = 0;

  constructor(limits: SlotLimits) {
    this.#limits = limits;
  }

  /**
   * Waits for a place.
   * @param most of its key, at once, now
   * @returns what gives the place back, to be called once
   * @throws RequestError `saturated` where too many wait; the reason of `signal`
   */
  async enter(key: string, most: () => number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (!this.#isFree(key, most)) {
      if (this.#waiting.filter((one) => one.key === key).length >= this.#limits.waiting) {
        const detail = 'as many tiles of this run are waited for as may be; try again later';
        throw new RequestError('saturated', detail, { limit: this.#limits.limit });
      }
      await this.#place(key, most, signal);
    } else this.#take(key);
    return () => this.#leave(key);
  }

  #place(key: string, most: () => number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        key,
        most,
        begin: () => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(waiting);
    });
  }

  #isFree(key: string, most: () => number): boolean {
    return this.#count < this.#limits.all && (this.#busy.get(key) ?? 0) < most();
  }

  #take(key: string): void {
    this.#count++;
    this.#busy.set(key, (this.#busy.get(key) ?? 0) + 1);
  }

  #leave(key: string): void {
    this.#count--;
    const left = (this.#busy.get(key) ?? 0) - 1;
    if (left > 0) this.#busy.set(key, left);
    else this.#busy.delete(key);
    let at = 0;
    while (at < this.#waiting.length && this.#count < this.#limits.all) {
      const next = this.#waiting[at];
      if (this.#isFree(next.key, next.most)) {
        this.#waiting.splice(at, 1);
        this.#take(next.key);
        next.begin();
      } else at++;
    }
  }
}
