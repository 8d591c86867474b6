/** How much of what a job has just taken counts for the guess of the next. */
const NEWEST = 0.2;

/** How long jobs take, guessed from those that were. */
export class Pace {
  #ms = 0;

  /** ms of a job; 0 before the first. */
  get ms(): number {
    return this.#ms;
  }

  /** Somebody else knows it. */
  learn(ms: number): void {
    this.#ms = ms;
  }

  took(ms: number): void {
    this.#ms = this.#ms === 0 ? ms : this.#ms + NEWEST * (ms - this.#ms);
  }

  /** ms until a job ends before which `place` others are begun, `atOnce` at a time; undefined while nothing is known. */
  ofQueued(place: number, atOnce: number): number | undefined {
    return this.#ms === 0 ? undefined : Math.ceil(this.#ms * (Math.floor(place / Math.max(1, atOnce)) + 1));
  }

  /** ms until one ends that has been computed for so long. */
  ofRunning(
    spentMs: number,
    { shardsDone, shardsTotal }: { shardsDone: number; shardsTotal: number },
  ): number | undefined {
    if (shardsDone > 0) return Math.ceil((spentMs * (shardsTotal - shardsDone)) / shardsDone);
    return this.#ms === 0 ? undefined : Math.ceil(Math.max(0, this.#ms - spentMs));
  }
}
