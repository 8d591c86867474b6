/** Tiles of one source: fetched by need, those in sight first, thrown away by a budget. */
import { signal } from '@preact/signals';
import { SpotlightError } from 'spotlight-client';
import type { MatrixSource, TilePart } from './source.ts';

/** Numbers that are kept: 16 million of a large matrix, and no more however far one travels over it. */
const BUDGET_BYTES = 64 * 2 ** 20;
/** Browsers open so many connections to one host. */
const AT_ONCE = 4;
const RETRY_MS = 1000;

interface Kept {
  numbers: Float32Array;
}

export class TileStore {
  /** Another number whenever a tile has come. */
  readonly news = signal(0);
  /** What the source says is wrong, until it gives something again. */
  readonly problem = signal<SpotlightError | undefined>(undefined);
  readonly #source: MatrixSource;
  /** In the order in which they were last needed. */
  readonly #kept = new Map<string, Kept>();
  readonly #under = new Map<string, AbortController>();
  #wanted: readonly TilePart[] = [];
  #bytes = 0;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(source: MatrixSource) {
    this.#source = source;
  }

  /** The numbers of a tile, if they are there. */
  get(part: TilePart): Float32Array | undefined {
    const key = keyOf(part);
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found.numbers;
  }

  /** What is in sight now, the most wanted first; what is on its way and no longer wanted is given up. */
  want(parts: readonly TilePart[]): void {
    this.#wanted = parts;
    const keys = new Set(parts.map(keyOf));
    for (const [key, controller] of this.#under) if (!keys.has(key)) controller.abort();
    this.#fetchMore();
  }

  /** Whether something that is in sight is not there yet. */
  get isWaiting(): boolean {
    return this.#wanted.some((part) => !this.#kept.has(keyOf(part)));
  }

  close(): void {
    clearTimeout(this.#waiting);
    this.#wanted = [];
    for (const controller of this.#under.values()) controller.abort();
    this.#kept.clear();
  }

  #fetchMore(): void {
    if (this.#waiting !== undefined) return;
    for (const part of this.#wanted) {
      if (this.#under.size >= AT_ONCE) return;
      const key = keyOf(part);
      if (!this.#kept.has(key) && !this.#under.has(key)) void this.#fetch(part, key);
    }
  }

  async #fetch(part: TilePart, key: string): Promise<void> {
    const controller = new AbortController();
    this.#under.set(key, controller);
    try {
      const numbers = await this.#source.tile(part, controller.signal);
      this.#keep(key, numbers);
      this.problem.value = undefined;
    } catch (error) {
      if (!controller.signal.aborted) this.#fail(error);
    } finally {
      this.#under.delete(key);
    }
    this.#fetchMore();
  }

  #keep(key: string, numbers: Float32Array): void {
    this.#kept.set(key, { numbers });
    this.#bytes += numbers.byteLength;
    // What is in sight stays, or it would be fetched again for ever.
    const inSight = new Set(this.#wanted.map(keyOf));
    for (const [oldest, { numbers: gone }] of this.#kept) {
      if (this.#bytes <= BUDGET_BYTES) break;
      if (inSight.has(oldest)) continue;
      this.#kept.delete(oldest);
      this.#bytes -= gone.byteLength;
    }
    this.news.value++;
  }

  /** A service that is away is asked again after a while; what it refuses is told, and not asked again until something else is wanted. */
  #fail(error: unknown): void {
    const problem =
      error instanceof SpotlightError
        ? error
        : new SpotlightError('invalid_argument', messageOf(error), { cause: error });
    this.problem.value = problem;
    if (!problem.isTemporary) {
      this.#wanted = [];
      return;
    }
    this.#waiting ??= setTimeout(() => {
      this.#waiting = undefined;
      this.#fetchMore();
    }, RETRY_MS);
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const keyOf = ({ step, batch, head, rows, keys, pool, by }: TilePart): string =>
  [step, batch, head, rows, keys, pool, by].join(' ');
