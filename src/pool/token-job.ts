import type { JobAnswer, Timings, TokenRequest } from '../requests/request.ts';
import type { Tokenized } from '../requests/tokens/token-runner.ts';
import type { TokenizeRest } from '../requests/tokens/tokenize-job.ts';
import type { Completion, Task } from '../tasks/tasks.ts';
import { Ending, type PoolJob } from './pool-job.ts';

/** JSON of text is read at a gigabyte a second, but a list of ids as slowly as any numbers. */
const LONG_BODY_BYTES = 512 * 1024;

/**
 * A request between text and tokens on its way through the threads, one slice after another. What is left of it is moved
 * from thread to thread; between slices it is here, and nowhere else.
 */
export class TokenJob implements PoolJob<JobAnswer> {
  /** It holds no shared memory. */
  readonly memory: SharedArrayBuffer[] = [];
  readonly #request: TokenRequest;
  readonly #ending = new Ending<JobAnswer>();
  readonly #born = performance.now();
  readonly #pieces: Uint8Array[] = [];
  readonly #timings: Timings = { decode: 0, queue: 0, compute: 0, encode: 0 };
  /** What the next slice begins with; undefined while a thread has it, and at the end. */
  #next: TokenRequest | TokenizeRest | undefined;
  #running = 0;

  constructor(request: TokenRequest) {
    this.#request = request;
    this.#next = request;
  }

  get result(): Promise<JobAnswer> {
    return this.#ending.result;
  }

  get ended(): boolean {
    return this.#ending.ended;
  }

  get running(): number {
    return this.#running;
  }

  get bodyBytes(): number {
    return this.#request.body.byteLength;
  }

  get wants(): 'nothing' | 'slice' | 'long' {
    const next = this.#next;
    if (next === undefined || this.ended) return 'nothing';
    return ('needsLong' in next ? next.needsLong : next.body.byteLength >= LONG_BODY_BYTES) ? 'long' : 'slice';
  }

  take(): Task | undefined {
    const next = this.#next;
    if (next === undefined || this.ended) return undefined;
    this.#next = undefined;
    this.#running++;
    return 'needsLong' in next ? { kind: 'tokenize', rest: next } : { kind: 'open-tokens', request: next };
  }

  threadFreed(): void {
    this.#running--;
  }

  accept({ kind, result }: Completion): void {
    if ((kind === 'open-tokens' || kind === 'tokenize') && !this.ended) this.#goOn(result);
  }

  fail(error: unknown): void {
    if (!this.ended) this.#ending.reject(error);
  }

  #goOn({ contentType, pieces, rest, decodeMs, computeMs, encodeMs }: Tokenized): void {
    const timings = this.#timings;
    timings.decode += decodeMs;
    timings.compute += computeMs;
    timings.encode += encodeMs;
    this.#pieces.push(...pieces);
    this.#next = rest;
    if (rest !== undefined) return;
    const worked = timings.decode + timings.compute + timings.encode;
    timings.queue = Math.max(0, performance.now() - this.#born - worked);
    this.#ending.resolve({ contentType, pieces: this.#pieces, memory: [], timings });
  }
}
