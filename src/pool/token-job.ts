import type { JobAnswer, Timings, TokenRequest } from '../requests/request.ts';
import type { Elsewhere, Tokenized } from '../requests/tokens/token-runner.ts';
import type { TokenizeRest } from '../requests/tokens/tokenize-job.ts';
import type { Completion, Task } from '../tasks/tasks.ts';
import { Ending, type PoolJob } from './pool-job.ts';

/** JSON of text is read at a gigabyte a second, but a list of ids as slowly as any numbers. */
const LONG_BODY_BYTES = 512 * 1024;

/** Smaller texts have answers of some hundred KiB. */
const LEAST_GROWING_BYTES = 16 * 1024;

/** Who answers for tokenizers of files; `onReturn` is called when a job has come back from there. */
export interface AnswerElsewhere {
  answer(name: string, request: TokenRequest, signal: AbortSignal): Promise<Tokenized>;
  onReturn(job: PoolJob<unknown>): void;
}

/**
 * A request between text and tokens on its way through the threads, one slice after another. What is left of it is moved
 * from thread to thread; between slices it is here, and nowhere else.
 */
export class TokenJob implements PoolJob<JobAnswer> {
  /** It holds no shared memory. */
  readonly memory: SharedArrayBuffer[] = [];
  readonly client: string | undefined;
  readonly #request: TokenRequest;
  readonly #ending = new Ending<JobAnswer>();
  readonly #born = performance.now();
  readonly #pieces: Uint8Array[] = [];
  readonly #timings: Timings = { decode: 0, queue: 0, compute: 0, encode: 0 };
  /** What the next slice begins with; undefined while a thread has it, and at the end. */
  #next: TokenRequest | TokenizeRest | undefined;
  #running = 0;
  #written = 0;
  #heldBytes = 0;
  readonly #elsewhere: AnswerElsewhere;
  readonly #gone = new AbortController();

  constructor(request: TokenRequest, elsewhere: AnswerElsewhere, client?: string) {
    this.client = client;
    this.#request = request;
    this.#elsewhere = elsewhere;
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

  /** While a thread has the rest of the text, as much as there was. */
  get heldBytes(): number {
    return this.ended ? 0 : this.#heldBytes;
  }

  /** A text that has begun needs no more than a few times its bytes for each token, and others wait for its end. */
  get grows(): 'open' | undefined {
    return this.#next === this.#request && this.bodyBytes > LEAST_GROWING_BYTES ? 'open' : undefined;
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
    if (this.ended) return;
    this.#ending.reject(error);
    this.#gone.abort();
  }

  #goOn(result: Tokenized | Elsewhere): void {
    if ('loaded' in result) void this.#goElsewhere(result);
    else this.#take(result);
  }

  /** The thread of a tokenizer answers; it has the body until then, as any thread would. */
  async #goElsewhere({ loaded, decodeMs }: Elsewhere): Promise<void> {
    this.#timings.decode += decodeMs;
    this.#running++;
    try {
      const answer = await this.#elsewhere.answer(loaded, this.#request, this.#gone.signal);
      if (!this.ended) this.#take(answer);
    } catch (error) {
      this.fail(error);
    } finally {
      this.#running--;
      this.#elsewhere.onReturn(this);
    }
  }

  #take({ contentType, pieces, rest, decodeMs, computeMs, encodeMs }: Tokenized): void {
    const timings = this.#timings;
    timings.decode += decodeMs;
    timings.compute += computeMs;
    timings.encode += encodeMs;
    this.#pieces.push(...pieces);
    this.#next = rest;
    this.#written += sizeOf(pieces);
    this.#heldBytes = this.#written + sizeOf(rest?.buffers ?? []);
    if (rest !== undefined) return;
    const worked = timings.decode + timings.compute + timings.encode;
    timings.queue = Math.max(0, performance.now() - this.#born - worked);
    this.#ending.resolve({ contentType, pieces: this.#pieces, memory: [], timings });
  }
}

function sizeOf(buffers: readonly { byteLength: number }[]): number {
  return buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
