/**
 * Whose turn it is: owners one after another, and the jobs of one in their order. So whoever brings a thousand jobs delays
 * the first of another by one.
 * Invariant: no list of `#waiting` is empty; the owner in front is the next.
 */
export class FairTurns<T> {
  readonly #waiting = new Map<string, T[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(owner: string, one: T): void {
    const own = this.#waiting.get(owner);
    if (own === undefined) this.#waiting.set(owner, [one]);
    else own.push(one);
    this.#size++;
  }

  next(): T | undefined {
    for (const [owner, own] of this.#waiting) {
      const one = own.shift();
      this.#waiting.delete(owner);
      if (own.length > 0) this.#waiting.set(owner, own);
      this.#size--;
      return one;
    }
    return undefined;
  }

  remove(owner: string, one: T): boolean {
    const own = this.#waiting.get(owner) ?? [];
    const at = own.indexOf(one);
    if (at < 0) return false;
    own.splice(at, 1);
    if (own.length === 0) this.#waiting.delete(owner);
    this.#size--;
    return true;
  }

  /** How many have their turn before it, if nobody comes meanwhile. */
  before(owner: string, one: T): number {
    const round = (this.#waiting.get(owner) ?? []).indexOf(one);
    if (round < 0) return 0;
    let isAhead = true;
    let count = 0;
    for (const [name, own] of this.#waiting) {
      if (name === owner) {
        isAhead = false;
        count += round;
      } else count += Math.min(own.length, round + (isAhead ? 1 : 0));
    }
    return count;
  }
}
