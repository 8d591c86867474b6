import { CHUNK_BYTES } from '../tensor/buffer-size.ts';
import { SharedMemory } from './shared-memory.ts';

/**
 * Bodies from this size on are gathered in shared memory, which no thread copies and no collector has to free: a tenth less
 * CPU for a request of 50 KB or more, and the same as a copy at 25 KB.
 */
const SHARED_BODY_BYTES = 16 * 1024;
/** Requests with smaller bodies find room in a worker's own chunk, nearly always. */
const OFFER_BODY_BYTES = 256 * 1024;
const MOST_OFFERS = 12;
/** What nobody has needed for so long is let go, down to the floor. */
const REST_MS = 10_000;
const FLOOR_BYTES = 8 * 1024 * 1024;
/** When more than this is kept, there are threads that need memory beyond their own chunk for small requests. */
const MUCH_BYTES = 32 * 1024 * 1024;
const LOOK_MS = 2_000;

export interface PoolMemoryOptions {
  /** The most memory of past requests that is kept. */
  limitBytes: number;
  /** Is told how many bytes of shared memory were let go: the garbage collector does not see them by itself. */
  onDropped: (bytes: number) => void;
}

/** What those who take bodies, or keep results, need of it. */
export type LentMemory = Pick<PoolMemory, 'body' | 'release' | 'shared' | 'giveBack'>;

/**
 * The memory that requests of the pool are in: bodies while they arrive and wait, what workers take for tensors, answers
 * on their way out. All of it is used again.
 *
 * Invariant: memory that was lent is given back once, when no thread uses it any more; a body that is in use stays,
 * whoever releases it.
 */
export class PoolMemory {
  readonly #shared: SharedMemory;
  readonly #onDropped: (bytes: number) => void;
  readonly #bodies = new WeakMap<Uint8Array, SharedArrayBuffer>();
  readonly #inUse = new Set<Uint8Array>();
  #looking: NodeJS.Timeout | undefined;

  constructor({ limitBytes, onDropped }: PoolMemoryOptions) {
    this.#shared = new SharedMemory(limitBytes);
    this.#onDropped = onDropped;
  }

  /** What is kept for requests to come. */
  get keptBytes(): number {
    return this.#shared.keptBytes;
  }

  /** Memory for a body of known length, with arbitrary content; `release` it when the request is over. */
  body(bytes: number): Uint8Array {
    if (bytes < SHARED_BODY_BYTES) return new Uint8Array(bytes);
    const shared = this.#shared.takeOrAllocate(bytes);
    const body = new Uint8Array(shared, 0, bytes);
    this.#bodies.set(body, shared);
    return body;
  }

  /** Gives the memory of a body back; one in use is given back when that is over. */
  release(body: Uint8Array): void {
    const shared = this.#bodies.get(body);
    if (shared === undefined || this.#inUse.has(body)) return;
    this.#bodies.delete(body);
    this.giveBack([shared]);
  }

  /** Keeps a body while threads read it. @returns what ends that, and releases it */
  use(body: Uint8Array): () => void {
    this.#inUse.add(body);
    return () => {
      this.#inUse.delete(body);
      this.release(body);
    };
  }

  /** Shared memory of at least `bytes` bytes, with arbitrary content; `giveBack` it. */
  shared(bytes: number): SharedArrayBuffer {
    return this.#shared.takeOrAllocate(bytes);
  }

  giveBack(buffers: Iterable<SharedArrayBuffer>): void {
    const dropped = this.#shared.giveBack(buffers);
    if (dropped > 0) this.#onDropped(dropped);
    if (this.keptBytes > FLOOR_BYTES) this.#looking ??= setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /**
   * Buffers that a worker may take for what it needs to read and answer a body: some of each size that requests have used,
   * as their needs are only known once the body is read.
   */
  offersFor(bodyBytes: number): SharedArrayBuffer[] {
    if (bodyBytes < OFFER_BODY_BYTES) {
      // One in place of the worker's chunk, in case that much is kept because such requests hand it over.
      const chunk = this.keptBytes > MUCH_BYTES ? this.#shared.takeOfSize(CHUNK_BYTES) : undefined;
      return chunk === undefined ? [] : [chunk];
    }
    const offers: SharedArrayBuffer[] = [];
    const sizes = this.#shared.sizes.filter((size) => size >= CHUNK_BYTES).sort((a, b) => a - b);
    for (let round = 0; round < MOST_OFFERS; round++) {
      for (const size of sizes) {
        if (offers.length === MOST_OFFERS) return offers;
        const buffer = this.#shared.takeOfSize(size);
        if (buffer !== undefined) offers.push(buffer);
      }
    }
    return offers;
  }

  /** Lets go of all that is kept. */
  drop(): void {
    const dropped = this.#shared.dropUnused(Number.POSITIVE_INFINITY, 0);
    if (dropped > 0) this.#onDropped(dropped);
  }

  close(): void {
    clearInterval(this.#looking);
  }

  #look(): void {
    const dropped = this.#shared.dropUnused(performance.now() - REST_MS, FLOOR_BYTES);
    if (dropped > 0) this.#onDropped(dropped);
    if (this.keptBytes > FLOOR_BYTES) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }
}
