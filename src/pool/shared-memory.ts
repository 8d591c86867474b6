import { MOST_WASTE, sizeClass } from '../tensor/buffer-size.ts';

/**
 * Shared memory that is used again. The garbage collector does not see the size of shared buffers, so dropping them after
 * every request would let the process grow without a sign of pressure; instead what requests gave back is kept, up to a
 * limit, until nobody has needed it for a while. Content is never cleared: whoever takes memory writes all of it before
 * reading.
 *
 * Invariant: `keptBytes` is the size of all that is kept; the buffers of a size stand in the order in which they came back.
 */
export class SharedMemory {
  readonly #limit: number;
  readonly #kept = new Map<number, Kept[]>();
  #keptBytes = 0;

  /** @param limitBytes the most that is kept; what comes back beyond it is dropped */
  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** The sizes that there are buffers of. */
  get sizes(): number[] {
    return [...this.#kept.keys()];
  }

  /** The smallest kept buffer of at least `bytes` that is not wastefully large; of equals, the one that came back last. */
  take(bytes: number): SharedArrayBuffer | undefined {
    const least = sizeClass(bytes);
    for (let size = least; size <= MOST_WASTE * least; size = sizeClass(size + 1)) {
      const buffer = this.takeOfSize(size);
      if (buffer !== undefined) return buffer;
    }
    return undefined;
  }

  /** The buffer of exactly `size` bytes that came back last. */
  takeOfSize(size: number): SharedArrayBuffer | undefined {
    const kept = this.#kept.get(size);
    const last = kept?.pop();
    if (kept === undefined || last === undefined) return undefined;
    if (kept.length === 0) this.#kept.delete(size);
    this.#keptBytes -= size;
    return last.buffer;
  }

  takeOrAllocate(bytes: number): SharedArrayBuffer {
    return this.take(bytes) ?? new SharedArrayBuffer(sizeClass(bytes));
  }

  /** @returns how many bytes were dropped, because they were beyond the limit */
  giveBack(buffers: Iterable<SharedArrayBuffer>, now = performance.now()): number {
    let dropped = 0;
    for (const buffer of buffers) {
      const size = buffer.byteLength;
      if (this.#keptBytes + size > this.#limit) {
        dropped += size;
        continue;
      }
      const kept = this.#kept.get(size);
      if (kept === undefined) this.#kept.set(size, [{ buffer, since: now }]);
      else kept.push({ buffer, since: now });
      this.#keptBytes += size;
    }
    return dropped;
  }

  /**
   * Drops what nobody has needed since `before`, the largest first, down to `floorBytes`.
   * @returns how many bytes were dropped
   */
  dropUnused(before: number, floorBytes: number): number {
    const atFirst = this.#keptBytes;
    for (const size of this.sizes.toSorted((a, b) => b - a)) {
      const kept = this.#kept.get(size) ?? [];
      let old = 0;
      while (old < kept.length && kept[old].since < before && this.#keptBytes - size >= floorBytes) {
        old++;
        this.#keptBytes -= size;
      }
      if (old === kept.length) this.#kept.delete(size);
      else kept.splice(0, old);
    }
    return atFirst - this.#keptBytes;
  }
}

interface Kept {
  buffer: SharedArrayBuffer;
  /** When it came back, in ms of `performance.now()`. */
  since: number;
}
