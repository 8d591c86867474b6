import { CHUNK_BYTES, MOST_WASTE, sizeClass } from '../tensor/buffer-size.ts';
import type { Memory } from '../tensor/memory.ts';

/**
 * The memory of one request inside a worker: pieces that follow each other in the worker's own chunk, then in buffers that
 * the HTTP thread offered, then in new ones. A small request needs no more than the chunk, which the next one uses again; a
 * large one goes on in other threads, so `handOver` lets go of all that it was given.
 *
 * Invariant: `#used` bytes of `#current` are taken; an offer is the worker's only if `handOver` says so.
 */
export class RequestMemory {
  readonly #chunkBytes: number;
  /** The worker's own; there is none before it is needed. */
  #chunk: SharedArrayBuffer | undefined;
  #current: SharedArrayBuffer | undefined;
  #used = 0;
  #isChunkTaken = false;
  #offered: readonly SharedArrayBuffer[] = [];
  #takenOffers = new Set<number>();
  #allocated: SharedArrayBuffer[] = [];

  constructor(chunkBytes = CHUNK_BYTES) {
    this.#chunkBytes = sizeClass(chunkBytes);
  }

  /** Forgets the last request; `offered` may be used for this one. */
  begin(offered: readonly SharedArrayBuffer[]): void {
    this.#offered = offered;
    this.#takenOffers = new Set();
    this.#allocated = [];
    this.#current = undefined;
    this.#isChunkTaken = false;
  }

  readonly memory: Memory = (bytes) => {
    const aligned = Math.ceil(bytes / 8) * 8;
    let buffer = this.#current;
    if (buffer === undefined || this.#used + aligned > buffer.byteLength) {
      buffer = this.#next(aligned);
      this.#current = buffer;
      this.#used = 0;
    }
    const byteOffset = this.#used;
    this.#used += aligned;
    return { buffer, byteOffset };
  };

  /**
   * Hands the memory of the request over to those who go on with it. An offer takes the place of the chunk, where there is
   * one of its size.
   */
  handOver(): HandedOver {
    const buffers = [...this.#allocated, ...Array.from(this.#takenOffers, (offer) => this.#offered[offer])];
    if (this.#isChunkTaken && this.#chunk !== undefined) {
      buffers.push(this.#chunk);
      const next = this.#freeOffers().find((offer) => this.#offered[offer].byteLength === this.#chunkBytes);
      if (next !== undefined) this.#takenOffers.add(next);
      this.#chunk = next === undefined ? undefined : this.#offered[next];
    }
    const handed = { buffers, takenOffers: [...this.#takenOffers] };
    this.begin([]);
    return handed;
  }

  /** New buffers that the last request needed and nobody uses any more. */
  takeSpare(): SharedArrayBuffer[] {
    const spare = this.#allocated;
    this.#allocated = [];
    return spare;
  }

  /** The same with the chunk, of a memory that serves no further request. */
  takeOwn(): SharedArrayBuffer[] {
    const own = this.#chunk === undefined ? this.takeSpare() : [this.#chunk, ...this.takeSpare()];
    this.#chunk = undefined;
    return own;
  }

  #next(bytes: number): SharedArrayBuffer {
    if (!this.#isChunkTaken && bytes <= this.#chunkBytes) {
      this.#isChunkTaken = true;
      this.#chunk ??= new SharedArrayBuffer(this.#chunkBytes);
      return this.#chunk;
    }
    return this.#offerOf(bytes) ?? this.#allocate(bytes);
  }

  /** The smallest offer of at least `bytes` that is not wastefully large. */
  #offerOf(bytes: number): SharedArrayBuffer | undefined {
    const most = MOST_WASTE * sizeClass(Math.max(bytes, this.#chunkBytes));
    const sizeOf = (offer: number) => this.#offered[offer].byteLength;
    const fitting = this.#freeOffers().filter((offer) => sizeOf(offer) >= bytes && sizeOf(offer) <= most);
    if (fitting.length === 0) return undefined;
    const best = fitting.reduce((a, b) => (sizeOf(b) < sizeOf(a) ? b : a));
    this.#takenOffers.add(best);
    return this.#offered[best];
  }

  #allocate(bytes: number): SharedArrayBuffer {
    const buffer = new SharedArrayBuffer(sizeClass(Math.max(bytes, this.#chunkBytes)));
    this.#allocated.push(buffer);
    return buffer;
  }

  #freeOffers(): number[] {
    return [...this.#offered.keys()].filter((offer) => !this.#takenOffers.has(offer));
  }
}

/** Memory that a request goes on using. */
export interface HandedOver {
  buffers: SharedArrayBuffer[];
  /** Which offers are taken, as these or for the worker itself: by number, as buffers are new objects in another thread. */
  takenOffers: number[];
}
