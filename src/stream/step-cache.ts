/** A step as viewers get it: what it tells of itself, and its numbers in pieces. */
export interface WrittenStep {
  /** The members of the message but type, id and data, as JSON without braces. */
  about: string;
  shape: readonly number[];
  /** Its numbers, in the encoding asked for. */
  pieces: readonly Uint8Array[];
  bytes: number;
}

/**
 * Written steps of all runs, for viewers to come. Viewers hold no step: one that is gone is computed again, with the same
 * bytes. What goes is what nobody has asked for since its turn came last (the clock algorithm: asking costs one flag, where
 * keeping the order of use would cost two changes of the map for every step and viewer).
 * Invariant: `#bytes` is the size of all entries, at most the budget, or there is a single entry.
 */
export class StepCache {
  readonly #budget: number;
  readonly #steps = new Map<string, { step: WrittenStep; asked: boolean }>();
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes;
  }

  get(key: string): WrittenStep | undefined {
    const entry = this.#steps.get(key);
    if (entry === undefined) return undefined;
    entry.asked = true;
    return entry.step;
  }

  set(key: string, step: WrittenStep): void {
    this.#delete(key);
    this.#steps.set(key, { step, asked: false });
    this.#bytes += sizeOf(step);
    // A map is walked in the order of its insertions; what is inserted on the way is reached at the end.
    for (const [oldest, entry] of this.#steps) {
      if (this.#bytes <= this.#budget || this.#steps.size === 1) return;
      this.#delete(oldest);
      if (oldest !== key && !entry.asked) continue;
      this.#steps.set(oldest, { step: entry.step, asked: false });
      this.#bytes += sizeOf(entry.step);
    }
  }

  #delete(key: string): void {
    const entry = this.#steps.get(key);
    if (entry === undefined) return;
    this.#steps.delete(key);
    this.#bytes -= sizeOf(entry.step);
  }

  get bytes(): number {
    return this.#bytes;
  }
}

/** With what the objects around the bytes cost. */
function sizeOf({ about, bytes }: WrittenStep): number {
  return bytes + 2 * about.length + 400;
}
