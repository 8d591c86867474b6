import type { Memory } from '../attention/result.ts';

/**
 * Shared memory that is used again. The garbage collector does not see the size of shared buffers, so dropping them after
 * every request would let the process grow without a sign of pressure; instead the HTTP thread keeps what requests gave
 * back, up to a budget. Content is never cleared: whoever takes memory writes all of it before reading.
 */
export class SharedMemory {
  readonly #budget: number;
  #free: SharedArrayBuffer[] = [];
  #freeBytes = 0;

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes;
  }

  /** The smallest kept buffer of at least `bytes`, if it is not wastefully large. */
  take(bytes: number): SharedArrayBuffer | undefined {
    let best = -1;
    for (let i = 0; i < this.#free.length; i++) {
      const size = this.#free[i].byteLength;
      if (size >= bytes && size <= 4 * bytes && (best < 0 || size < this.#free[best].byteLength)) best = i;
    }
    if (best < 0) return undefined;
    const [buffer] = this.#free.splice(best, 1);
    this.#freeBytes -= buffer.byteLength;
    return buffer;
  }

  takeOrAllocate(bytes: number): SharedArrayBuffer {
    return this.take(bytes) ?? new SharedArrayBuffer(sizeClass(bytes));
  }

  giveBack(buffers: Iterable<SharedArrayBuffer>): void {
    for (const buffer of buffers) {
      if (this.#freeBytes + buffer.byteLength > this.#budget) continue;
      this.#free.push(buffer);
      this.#freeBytes += buffer.byteLength;
    }
  }
}

/** Sizes come in steps of an eighth of their power of two, so that buffers of like requests fit each other. */
export function sizeClass(bytes: number): number {
  const step = Math.max(4096, 2 ** (Math.floor(Math.log2(Math.max(1, bytes))) - 3));
  return Math.ceil(bytes / step) * step;
}

/** Bytes of the chunk from which a worker serves what small requests need; it is used again by the next one. */
const CHUNK_BYTES = 1 << 20;

/**
 * The memory of one request inside a worker: small pieces from a chunk, large ones from buffers that the HTTP thread
 * offered or from new ones.
 */
export class RequestMemory {
  readonly #chunkBytes: number;
  #chunk: SharedArrayBuffer;
  #used = 0;
  #offered: readonly SharedArrayBuffer[] = [];
  #takenOffers = new Set<number>();
  #allocated: SharedArrayBuffer[] = [];

  constructor(chunkBytes = CHUNK_BYTES) {
    this.#chunkBytes = chunkBytes;
    this.#chunk = new SharedArrayBuffer(chunkBytes);
  }

  /** Forgets the last request; `offered` may be used for this one. */
  begin(offered: readonly SharedArrayBuffer[]): void {
    this.#used = 0;
    this.#offered = offered;
    this.#takenOffers.clear();
    this.#allocated = [];
  }

  readonly memory: Memory = (bytes) => {
    const aligned = Math.ceil(bytes / 8) * 8;
    if (this.#used + aligned <= this.#chunk.byteLength) {
      const byteOffset = this.#used;
      this.#used += aligned;
      return { buffer: this.#chunk, byteOffset };
    }
    const offer = this.#offered.findIndex((buffer, i) => !this.#takenOffers.has(i) && buffer.byteLength >= aligned);
    if (offer >= 0) {
      this.#takenOffers.add(offer);
      return { buffer: this.#offered[offer], byteOffset: 0 };
    }
    const buffer = new SharedArrayBuffer(sizeClass(aligned));
    this.#allocated.push(buffer);
    return { buffer, byteOffset: 0 };
  };

  /**
   * Hands the memory of the request over to those who go on with it; the next request gets a new chunk. Offers are told by
   * number: a shared buffer that comes back from another thread is a new object there.
   */
  handOver(): HandedOver {
    const handed = { allocated: this.#allocated, takenOffers: [...this.#takenOffers] };
    if (this.#used === 0) return handed;
    handed.allocated.push(this.#chunk);
    this.#chunk = new SharedArrayBuffer(this.#chunkBytes);
    return handed;
  }
}

/** Memory that a request goes on using: buffers new to the HTTP thread, and which of its offers. */
export interface HandedOver {
  allocated: SharedArrayBuffer[];
  takenOffers: number[];
}
