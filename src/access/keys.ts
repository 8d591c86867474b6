import { timingSafeEqual } from 'node:crypto';
import { sha256 } from './digest.ts';
import { type KeyEntry, ratesOf } from './key-file.ts';
import type { Principal } from './principal.ts';

type Compare = (a: Uint8Array, b: Uint8Array) => boolean;

/**
 * The keys of a server, as their digests. A key is 32 random bytes, so that a plain digest of it cannot be guessed back.
 * Invariant: whether a key is right, wrong or nearly right, the same work is done for it: one digest, and one comparison in
 * constant time with each key that there is.
 */
export class Keys {
  readonly #digests: readonly Buffer[];
  readonly #principals: readonly Principal[];
  readonly #compare: Compare;

  /** @param compare tests count what is compared */
  constructor(entries: readonly KeyEntry[], compare: Compare = timingSafeEqual) {
    this.#digests = entries.map((entry) => Buffer.from(entry.sha256, 'hex'));
    this.#principals = entries.map((entry) => ({
      id: `key:${entry.name}`,
      name: entry.name,
      scopes: new Set(entry.scopes),
      rates: ratesOf(entry),
    }));
    this.#compare = compare;
  }

  get size(): number {
    return this.#digests.length;
  }

  /** Whoever has this id, as the file says it now. */
  principal(id: string): Principal | undefined {
    return this.#principals.find((principal) => principal.id === id);
  }

  /** Whose key it is, if it is one. */
  find(key: string): Principal | undefined {
    const digest = sha256(key);
    let found = -1;
    // To the end: where it stopped would tell which key it was.
    for (let i = 0; i < this.#digests.length; i++) found = this.#compare(this.#digests[i], digest) ? i : found;
    return this.#principals[found];
  }
}
