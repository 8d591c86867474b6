import type { Socket } from 'node:net';

export interface ArrivalLimits {
  /** What messages on their way in may hold together. */
  maxBytes: number;
  /** As for bodies: a message has this time, and more by what has come of it. */
  timeoutMs: number;
  /** Bytes a second. */
  minRate: number;
}

/** Frames of small messages and pongs are not worth counting. */
const SMALL_BYTES = 64 * 1024;

/**
 * Bytes of messages that have begun and not yet ended, which ws gathers: of one connection, and of all together.
 * Invariant: `total.bytes` is the sum of what all connections have counted.
 */
export class Arrivals {
  readonly #limits: ArrivalLimits;
  readonly #total: { bytes: number };
  #bytes = 0;
  #since = 0;

  /** @param total shared by all connections */
  constructor(socket: Socket, limits: ArrivalLimits, total: { bytes: number }) {
    this.#limits = limits;
    this.#total = total;
    socket.on('data', (chunk: Uint8Array) => {
      if (this.#bytes === 0) this.#since = performance.now();
      this.#bytes += chunk.byteLength;
      this.#total.bytes += chunk.byteLength;
    });
    socket.once('close', () => this.clear());
  }

  /** A message is whole. */
  clear(): void {
    this.#total.bytes -= this.#bytes;
    this.#bytes = 0;
  }

  /** Whether a message comes too slowly, or there is no room for it beside those of others. */
  fault(now: number): 'slow' | 'no room' | undefined {
    if (this.#bytes <= SMALL_BYTES) return undefined;
    if (this.#total.bytes > this.#limits.maxBytes && this.#total.bytes > this.#bytes) return 'no room';
    const allowedMs = this.#limits.timeoutMs + (this.#bytes / this.#limits.minRate) * 1000;
    return now - this.#since > allowedMs ? 'slow' : undefined;
  }
}
