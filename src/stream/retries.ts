import { isOverflow, RequestError } from '../errors.ts';

/** Threads that may die over the steps of one run before it has failed. */
const MAX_DEATHS = 3;

/** Which steps of a run may be computed again after a fault, and how. */
export class Retries {
  /** Steps that float32 cannot hold, by number. */
  readonly #wide = new Set<number>();
  #deaths = 0;

  isWide(seq: number): boolean {
    return this.#wide.has(seq);
  }

  /** Whether steps that begin with `seq` may be tried again: after a death, and in float64 what was not, `isWide`, yet. */
  mayFollow(error: unknown, seq: number, isWide: boolean): boolean {
    // What kills every thread that tries is another matter.
    if (error instanceof RequestError && error.code === 'worker_died') return ++this.#deaths < MAX_DEATHS;
    if (!isOverflow(error) || isWide) return false;
    this.#wide.add(seq);
    return true;
  }
}
