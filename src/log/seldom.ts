/**
 * Tells of what may come in floods: the first at once, then once in a while how many have come since.
 * Invariant: while the timer runs, what comes is counted and not told.
 */
export class Seldom<What> {
  readonly #tell: (last: What, count: number) => void;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | undefined;
  #count = 0;
  #last: What | undefined;

  constructor(everyMs: number, tell: (last: What, count: number) => void) {
    this.#everyMs = everyMs;
    this.#tell = tell;
  }

  note(what: What): void {
    this.#count++;
    this.#last = what;
    if (this.#timer === undefined) this.#tellAll();
  }

  #tellAll(): void {
    this.#timer = undefined;
    if (this.#count === 0 || this.#last === undefined) return;
    this.#tell(this.#last, this.#count);
    this.#count = 0;
    this.#timer = setTimeout(() => this.#tellAll(), this.#everyMs);
    this.#timer.unref();
  }
}
