/**
 * Collecting garbage that V8 does not see: shared buffers count for nothing in its heaps, so a thread that once had one in a
 * message may keep its memory for as long as it has nothing else to collect.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So many bytes of dropped buffers are worth a collection, which takes each thread some 5 to 30 ms. */
const COLLECT_BYTES = 64 * 1024 * 1024;

/** Dropped buffers that threads may still hold, counted by the thread that drops them. */
export class Dropped {
  /** [how often all threads were asked to collect] */
  readonly asked = new Int32Array(new SharedArrayBuffer(4));
  #bytes = 0;

  /** @returns whether there is now so much that all threads are asked to collect */
  add(bytes: number): boolean {
    this.#bytes += bytes;
    if (this.#bytes < COLLECT_BYTES) return false;
    this.ask();
    return true;
  }

  /** Asks all threads. */
  ask(): void {
    this.#bytes = 0;
    Atomics.add(this.asked, 0, 1);
  }
}

/** A thread's look at what is asked of it. */
export class Collector {
  readonly #asked: Int32Array;
  #done: number;

  constructor(asked: Int32Array) {
    this.#asked = asked;
    this.#done = Atomics.load(asked, 0);
  }

  /** Collects the garbage of this thread if it was asked to since the last time. */
  collectIfAsked(): void {
    const asked = Atomics.load(this.#asked, 0);
    if (asked === this.#done) return;
    this.#done = asked;
    // The function is only to be found in contexts that are made after the flag was set.
    setFlagsFromString('--expose-gc');
    const gc: unknown = runInNewContext('gc');
    if (typeof gc === 'function') gc();
  }
}
