import type { Chunk, StepSending } from './sending.ts';

/** A connection that bytes are written to. */
export interface Wire {
  /** Bytes that were written and that the system has not taken yet. */
  readonly waiting: number;
  /** `taken` is called when the system has taken them. */
  write(chunk: Chunk, taken: () => void): void;
  /** What is written from here on goes out in one, at `release`. */
  hold(): void;
  release(): void;
}

/** Nothing more is written while so many bytes wait: the bound of what a slow reader costs. */
const FULL_BYTES = 128 * 1024;
/** Chunks in one turn. */
const CHUNKS_A_TURN = 8;
/** Small messages that may wait for a client; it asked for them all, and it does not read. */
const MAX_MESSAGES_BYTES = 1024 * 1024;

/**
 * What one client is sent, in order: small messages first come, first served; steps one at a time, never before there is
 * room for them. Invariant: at most `FULL_BYTES` and a chunk wait on the wire, besides small messages within their limit.
 */
export class Outbox {
  readonly #wire: Wire;
  readonly #onRoom: () => void;
  readonly #messages: Uint8Array[] = [];
  #messageBytes = 0;
  #sending: StepSending | undefined;
  /** How often the system has taken something, now and when it was last asked. */
  #moves = 0;
  #movesSeen = 0;
  #stuckMs = 0;

  /** @param onRoom called when the system has taken something */
  constructor(wire: Wire, onRoom: () => void) {
    this.#wire = wire;
    this.#onRoom = onRoom;
  }

  /** Whether a step may begin. */
  get isFree(): boolean {
    return this.#sending === undefined && this.#messages.length === 0 && this.#wire.waiting < FULL_BYTES;
  }

  get hasRoom(): boolean {
    return this.#wire.waiting < FULL_BYTES;
  }

  /** Whether the client has more small messages to take than it could have asked for while reading. */
  get isOverfull(): boolean {
    return this.#messageBytes + (this.#wire.waiting - FULL_BYTES) > MAX_MESSAGES_BYTES;
  }

  /**
   * How long nothing has moved although something waits, in ms; to be asked every `everyMs`. It counts the times that it
   * was asked, not the clock: a process that was held up for a minute has not waited for its clients.
   */
  stuckFor(everyMs: number): number {
    const isStuck = this.#wire.waiting > 0 && this.#moves === this.#movesSeen;
    this.#movesSeen = this.#moves;
    this.#stuckMs = isStuck ? this.#stuckMs + everyMs : 0;
    return this.#stuckMs;
  }

  /** A message of the connection itself; steps that have begun are finished first. */
  message(bytes: Uint8Array): void {
    this.#messages.push(bytes);
    this.#messageBytes += bytes.byteLength;
  }

  begin(sending: StepSending): void {
    this.#sending = sending;
  }

  /** Writes what there is room for, a little at a time. */
  pump(): 'more' | 'full' | 'empty' | 'pending' | 'broken' {
    for (let i = 0; i < CHUNKS_A_TURN && this.hasRoom; i++) {
      if (this.#sending === undefined) {
        const bytes = this.#messages.shift();
        if (bytes === undefined) return 'empty';
        this.#messageBytes -= bytes.byteLength;
        this.#write({ bytes, binary: false, end: true });
        continue;
      }
      const chunk = this.#sending.next();
      if (chunk === 'pending' || chunk === 'broken') return chunk;
      if (chunk === undefined) this.#sending = undefined;
      else this.#write(chunk);
    }
    return this.hasRoom ? 'more' : 'full';
  }

  /** Whether nothing is left to write. */
  get isEmpty(): boolean {
    return this.#sending === undefined && this.#messages.length === 0;
  }

  close(): void {
    this.#sending?.drop();
    this.#sending = undefined;
    this.#messages.length = 0;
  }

  #write(chunk: Chunk): void {
    if (this.#wire.waiting === 0) this.#moves++;
    this.#wire.write(chunk, () => {
      this.#moves++;
      this.#onRoom();
    });
  }
}
