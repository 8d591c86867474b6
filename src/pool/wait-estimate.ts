/** How much of what a request has just taken counts for the next of its size. */
const NEWEST = 0.2;
/** Before anything was learned: reading and computing so many bytes takes about a ms. */
const BYTES_OF_MS = 2 ** 16;
const CLASSES = 48;

interface Waiting {
  size: number;
  ms: number;
}

/**
 * How long requests take until they are done, guessed from what those of about the same size took. Threads are shared
 * equally, so whoever needs c ms waits for at most c ms of each of the others, not for all that they need.
 *
 * Invariant: `#counts[k]` of those that wait have bodies of 2^k to 2^(k+1) bytes.
 */
export class WaitEstimate {
  readonly #threads: number;
  readonly #waiting = new Map<object, Waiting>();
  readonly #counts = new Array<number>(CLASSES).fill(0);
  /** ms of thread time, of a request of each size; 0 = not known yet. */
  readonly #learned = new Array<number>(CLASSES).fill(0);

  constructor(threads: number) {
    this.#threads = threads;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  add(job: object, bytes: number): void {
    const size = classOf(bytes);
    this.#waiting.set(job, { size, ms: 0 });
    this.#counts[size]++;
  }

  /** A request has had a thread for so long. */
  spent(job: object, ms: number): void {
    const waiting = this.#waiting.get(job);
    if (waiting !== undefined) waiting.ms += ms;
  }

  /** A request is over; what it took is learned if it was done, and not given up. */
  remove(job: object, isDone: boolean): void {
    const waiting = this.#waiting.get(job);
    if (waiting === undefined) return;
    const { size, ms } = waiting;
    this.#waiting.delete(job);
    this.#counts[size]--;
    if (!isDone) return;
    const before = this.#learned[size];
    this.#learned[size] = before === 0 ? ms : before + NEWEST * (ms - before);
  }

  /** ms until one more with a body of so many bytes would be done, if others take `doubt` times as long as expected. */
  untilDone(bytes: number, doubt = 1): number {
    const own = this.#needs(classOf(bytes));
    const others = this.#counts.reduce((sum, count, size) => sum + count * Math.min(own, this.#needs(size)), 0);
    return Math.max(own, (doubt * others + own) / this.#threads);
  }

  /** ms until all that wait are done. */
  get untilAllDone(): number {
    return this.#counts.reduce((sum, count, size) => sum + count * this.#needs(size), 0) / this.#threads;
  }

  #needs(size: number): number {
    return this.#learned[size] || 2 ** size / BYTES_OF_MS;
  }
}

function classOf(bytes: number): number {
  return Math.min(CLASSES - 1, Math.floor(Math.log2(bytes + 1)));
}
