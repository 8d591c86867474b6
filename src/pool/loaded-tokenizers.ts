import type { TokenRequest } from '../requests/request.ts';
import type { LoadedLimits } from '../requests/tokens/loaded-answer.ts';
import type { Tokenized } from '../requests/tokens/token-runner.ts';
import type { TokenizerFile } from '../text/hugging-face/file.ts';
import type { TokenizerAbout } from '../text/tokenize/tokenizer.ts';
import { TokenizerThread } from './tokenizer-thread.ts';
import { unlessAborted } from './unless-aborted.ts';

/** A tokenizer that nobody has used for so long is let go. */
const IDLE_MS = 10 * 60_000;
/** Bodies from here on may hold texts that take more than a moment. */
const LONG_BODY_BYTES = 64 * 1024;
/** The library encodes on the threads of libuv, of which there are four: half of them are always there for short texts. */
const MOST_LONG = 2;
/** Of the files that are loaded at once. In memory each takes some 25 times its size: 600 MB together. */
const LOADED_BYTES = 24 * 2 ** 20;

export interface LoadedSetting {
  files: readonly TokenizerFile[];
  /** What is known of each file; only once it was looked at. */
  about(name: string): TokenizerAbout | undefined;
  limits: LoadedLimits;
  nice: number;
  onDeath(error: unknown): void;
  /** For tests; by default what the documentation says. */
  idleMs?: number;
  loadedBytes?: number;
}

interface Place {
  thread: TokenizerThread;
  bytes: number;
  idle: NodeJS.Timeout | undefined;
}

/**
 * The tokenizers of files, each loaded when it is first asked for, once for the process, in a thread of its own.
 *
 * Invariant: those that nobody uses are let go, the least recently used first, as long as the files of all that are loaded
 * have more bytes than they may.
 */
export class LoadedTokenizers {
  readonly #setting: LoadedSetting;
  /** By name, the last used one last. */
  readonly #places = new Map<string, Place>();
  /** Long requests at work, and those that wait for their turn. */
  #long = 0;
  readonly #waiting = new Set<() => void>();

  constructor(setting: LoadedSetting) {
    this.#setting = setting;
  }

  /** Those that are loaded. */
  get names(): string[] {
    return [...this.#places.keys()];
  }

  /**
   * Answers a request by the tokenizer of a file.
   * @throws RequestError any fault in the request, `worker_died`
   */
  async answer(name: string, request: TokenRequest, signal: AbortSignal): Promise<Tokenized> {
    const isLong = request.body.byteLength >= LONG_BODY_BYTES;
    if (isLong) await this.#takeTurn(signal);
    try {
      signal.throwIfAborted();
      return await this.#answer(name, request, signal);
    } finally {
      if (isLong) this.#giveTurn();
    }
  }

  async close(): Promise<void> {
    for (const { idle } of this.#places.values()) clearTimeout(idle);
    await Promise.all([...this.#places.values()].map(({ thread }) => thread.close()));
    this.#places.clear();
  }

  async #answer(name: string, request: TokenRequest, signal: AbortSignal): Promise<Tokenized> {
    const place = this.#places.get(name) ?? this.#load(name);
    clearTimeout(place.idle);
    this.#places.delete(name);
    this.#places.set(name, place);
    const answer = place.thread.answer(request, signal);
    this.#makeRoom();
    try {
      return await answer;
    } finally {
      if (place.thread.working === 0 && this.#places.get(name) === place) this.#rest(name, place);
      this.#makeRoom();
    }
  }

  async #takeTurn(signal: AbortSignal): Promise<void> {
    if (this.#long < MOST_LONG) {
      this.#long++;
      return;
    }
    await unlessAborted<void>(signal, (resolve) => {
      this.#waiting.add(resolve);
      return () => this.#waiting.delete(resolve);
    });
  }

  /** The turn goes to whoever has waited longest. */
  #giveTurn(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#long--;
    else {
      this.#waiting.delete(next);
      next();
    }
  }

  #load(name: string): Place {
    const { files, about, limits, nice, onDeath } = this.#setting;
    const file = files.find((other) => other.name === name);
    const known = about(name);
    if (file === undefined || known === undefined) throw new Error(`there is no file for the tokenizer ${name}`);
    const thread = new TokenizerThread({ file, about: known, limits, nice }, (error) => {
      const place = this.#places.get(name);
      if (place?.thread === thread) {
        clearTimeout(place.idle);
        this.#places.delete(name);
      }
      onDeath(error);
    });
    return { thread, bytes: file.bytes, idle: undefined };
  }

  #rest(name: string, place: Place): void {
    clearTimeout(place.idle);
    place.idle = setTimeout(() => this.#letGo(name, place), this.#setting.idleMs ?? IDLE_MS).unref();
  }

  #makeRoom(): void {
    const { loadedBytes = LOADED_BYTES } = this.#setting;
    let bytes = [...this.#places.values()].reduce((sum, place) => sum + place.bytes, 0);
    // The one that was used last stays, however large: the next request is most likely for it.
    const last = loadedBytes === 0 ? undefined : [...this.#places.keys()].at(-1);
    for (const [name, place] of this.#places) {
      if (bytes <= loadedBytes) return;
      if (place.thread.working > 0 || name === last) continue;
      bytes -= place.bytes;
      this.#letGo(name, place);
    }
  }

  #letGo(name: string, place: Place): void {
    if (place.thread.working > 0) return;
    clearTimeout(place.idle);
    if (this.#places.get(name) === place) this.#places.delete(name);
    void place.thread.close();
  }
}
