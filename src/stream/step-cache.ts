/** A step as viewers get it: what it tells of itself, and its numbers in pieces. */
export interface WrittenStep {
  /** The members of the message but type, id and data, as JSON without braces. */
  about: string;
  shape: readonly number[];
  /** Its numbers, in the encoding asked for. */
  pieces: readonly Uint8Array[];
  bytes: number;
}

/** What is kept of a run: its steps, by their keys. */
export interface OwnSteps {
  get(key: string): WrittenStep | undefined;
  set(key: string, step: WrittenStep): void;
}

interface Entry {
  step: WrittenStep;
  asked: boolean;
  run: string;
}

/**
 * Written steps of all runs, for viewers to come. Viewers hold no step: one that is gone is computed again, with the same
 * bytes. Those of a run go with it. Of the others goes what nobody has asked for since its turn came last (the clock algorithm:
 * asking costs one flag, where keeping the order of use would cost two changes of the map for every step and viewer).
 * Invariant: `#bytes` is the size of all entries, at most the budget, or there is a single entry; `#ofRuns` has the keys of
 * all entries, by their runs.
 */
export class StepCache {
  readonly #budget: number;
  readonly #steps = new Map<string, Entry>();
  readonly #ofRuns = new Map<string, Set<string>>();
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes;
  }

  /** Steps of one run. */
  of(run: string): OwnSteps {
    const own = (key: string) => `${run}:${key}`;
    return { get: (key) => this.#get(own(key)), set: (key, step) => this.#set(own(key), { step, asked: false, run }) };
  }

  /** Lets go of the steps of a run. */
  drop(run: string): void {
    for (const key of this.#ofRuns.get(run) ?? []) this.#delete(key);
  }

  #get(key: string): WrittenStep | undefined {
    const entry = this.#steps.get(key);
    if (entry === undefined) return undefined;
    entry.asked = true;
    return entry.step;
  }

  #set(key: string, added: Entry): void {
    this.#delete(key);
    this.#add(key, added);
    // A map is walked in the order of its insertions; what is inserted on the way is reached at the end.
    for (const [oldest, entry] of this.#steps) {
      if (this.#bytes <= this.#budget || this.#steps.size === 1) return;
      this.#delete(oldest);
      if (oldest !== key && !entry.asked) continue;
      this.#add(oldest, { ...entry, asked: false });
    }
  }

  #add(key: string, entry: Entry): void {
    this.#steps.set(key, entry);
    this.#bytes += sizeOf(entry.step);
    const own = this.#ofRuns.get(entry.run);
    if (own === undefined) this.#ofRuns.set(entry.run, new Set([key]));
    else own.add(key);
  }

  #delete(key: string): void {
    const entry = this.#steps.get(key);
    if (entry === undefined) return;
    this.#steps.delete(key);
    this.#bytes -= sizeOf(entry.step);
    const own = this.#ofRuns.get(entry.run);
    own?.delete(key);
    if (own?.size === 0) this.#ofRuns.delete(entry.run);
  }

  get bytes(): number {
    return this.#bytes;
  }
}

/** With what the objects around the bytes cost. */
function sizeOf({ about, bytes }: WrittenStep): number {
  return bytes + 2 * about.length + 400;
}
