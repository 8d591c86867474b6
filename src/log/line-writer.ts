import type { DestinationStream } from 'pino';
import type { Output } from './output.ts';

/** Characters of log that are gathered, for so many ms at most, before they are written. */
const GATHERED = 15 * 1024;
const GATHERED_MS = 20;
/** Characters that wait for an output that takes none; further lines are lost until half of it is written. */
const MOST_WAITING = 1024 * 1024;
/** When what could not be written is tried again: a full pipe may have room in a moment, a full disk takes longer. */
const NO_ROOM_MS = 20;
const FAULT_MS = 1000;
/** How long the last lines of a process may take. */
const LAST_MS = 250;
const LAST_LOOK_MS = 5;
const NOTHING = Buffer.alloc(0);

/**
 * Lines on their way to an output. They are gathered for a moment: a write for each would cost as much as a tiny request. An
 * output that takes nothing costs bounded memory and the lines beyond it, which are counted, and never keeps anybody waiting.
 *
 * Invariant: `#rest` goes out before `#lines`; while `#isWriting`, the output has `#rest`; lines are lost only while `#isFull`.
 */
export class LineWriter implements DestinationStream {
  #lines: string[] = [];
  #length = 0;
  #rest: Buffer = NOTHING;
  #isWriting = false;
  #isFull = false;
  #timer: NodeJS.Timeout | undefined;
  #lost = 0;
  #untold = 0;
  readonly #output: Output;
  readonly #onLost: (lines: number) => void;

  /** @param onLost is told how many lines were lost, once lines are written again */
  constructor(output: Output, onLost: (lines: number) => void) {
    this.#output = output;
    this.#onLost = onLost;
  }

  /** Lines that were lost, in all. */
  get lost(): number {
    return this.#lost;
  }

  write(line: string): void {
    if (this.#isFull || (this.#waiting > 0 && this.#waiting + line.length > MOST_WAITING)) {
      this.#isFull = true;
      this.#lost++;
      this.#untold++;
      return;
    }
    this.#lines.push(line);
    this.#length += line.length;
    // While something waits, the timer knows when to try again.
    if (this.#length >= GATHERED && this.#rest === NOTHING) this.#flush();
    else this.#flushIn(GATHERED_MS);
  }

  /** Writes what is left, for as long as it is taken, and no longer than a moment; for the exit of the process. */
  end(): void {
    clearTimeout(this.#timer);
    // What the system has been given is its own.
    if (this.#isWriting) this.#rest = NOTHING;
    const start = performance.now();
    while (this.#take()) {
      try {
        this.#rest = after(this.#rest, this.#output.writeNow(this.#rest));
      } catch (error) {
        if (!isFullPipe(error) || performance.now() - start > LAST_MS) return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_LOOK_MS);
      }
    }
  }

  /** Characters that wait, and bytes. */
  get #waiting(): number {
    return this.#length + this.#rest.byteLength;
  }

  #flushIn(ms: number): void {
    if (!this.#isWriting) this.#timer ??= setTimeout(() => this.#flush(), ms).unref();
  }

  /** Makes what was gathered the next to go out; whether there is anything. */
  #take(): boolean {
    if (this.#rest !== NOTHING) return true;
    if (this.#length === 0) return false;
    this.#rest = Buffer.from(this.#lines.join(''));
    this.#lines = [];
    this.#length = 0;
    return true;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isWriting || !this.#take()) return;
    this.#isWriting = true;
    this.#output.write(this.#rest, (error, written) => {
      this.#isWriting = false;
      if (error !== null) {
        this.#flushIn(isFullPipe(error) ? NO_ROOM_MS : FAULT_MS);
        return;
      }
      this.#rest = after(this.#rest, written);
      this.#tellLost();
      if (this.#rest !== NOTHING) this.#flush();
      else if (this.#length > 0) this.#flushIn(GATHERED_MS);
    });
  }

  #tellLost(): void {
    if (!this.#isFull || this.#waiting > MOST_WAITING / 2) return;
    const lines = this.#untold;
    this.#isFull = false;
    this.#untold = 0;
    this.#onLost(lines);
  }
}

function after(bytes: Buffer, written: number): Buffer {
  return written < bytes.byteLength ? bytes.subarray(written) : NOTHING;
}

function isFullPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EBUSY');
}
