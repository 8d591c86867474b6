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
 * Written steps of all runs, for viewers to come; what was asked for longest ago goes first. Viewers hold no step: one that
 * is gone is computed again, with the same bytes.
 * Invariant: `#bytes` is the size of all entries, at most the budget, or there is a single entry.
 */
export class StepCache {
  readonly #budget: number;
  readonly #steps = new Map<string, WrittenStep>();
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes;
  }

  get(key: string): WrittenStep | undefined {
    const step = this.#steps.get(key);
    if (step === undefined) return undefined;
    // The order of a map is that of its insertions: the last one asked for goes last.
    this.#steps.delete(key);
    this.#steps.set(key, step);
    return step;
  }

  set(key: string, step: WrittenStep): void {
    this.#delete(key);
    this.#steps.set(key, step);
    this.#bytes += sizeOf(step);
    for (const oldest of this.#steps.keys()) {
      if (this.#bytes <= this.#budget || this.#steps.size === 1) return;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    const step = this.#steps.get(key);
    if (step === undefined) return;
    this.#steps.delete(key);
    this.#bytes -= sizeOf(step);
  }

  get bytes(): number {
    return this.#bytes;
  }
}

/** With what the objects around the bytes cost. */
function sizeOf({ about, bytes }: WrittenStep): number {
  return bytes + 2 * about.length + 400;
}
