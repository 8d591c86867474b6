import { Caller } from './caller.ts';
import type { Ledger } from './ledger.ts';
import { networkOf } from './network.ts';
import { isAnyGiven, type Rates } from './rates.ts';

/** Callers that are remembered; those that come when there are more share one. */
const MOST = 65_536;
/** Of those that are remembered, so many are looked at when a new one comes. */
const LOOKS = 4;
/** The name of those who share one; no key, token or network has it. */
const OTHERS = 'others';

/** Who is known by a name: a key or a token, which may have rates of its own. */
export interface Named {
  readonly id: string;
  /** What stands there goes before what all may do. */
  readonly rates?: Rates | undefined;
}

/**
 * All callers that have done something lately.
 * Invariant: `#callers` holds at most MOST, those that were looked at longest ago in front; one that is not there is as good
 * as new.
 */
export class Callers {
  /** What a caller may do that has no rates of its own. */
  readonly rates: Rates;
  readonly #most: number;
  readonly #ledger: Ledger | undefined;
  readonly #callers = new Map<string, Caller>();
  /** Rates of those who have their own, whole. */
  readonly #whole = new WeakMap<Rates, Rates>();
  #others: Caller | undefined;

  /** @param ledger where they are counted over all replicas, if they are */
  constructor(rates: Rates, { most = MOST, ledger }: { most?: number; ledger?: Ledger | undefined } = {}) {
    this.rates = rates;
    this.#most = most;
    this.#ledger = ledger;
  }

  /** How many are remembered. */
  get size(): number {
    return this.#callers.size;
  }

  /** Whoever is known by a name; undefined where nothing bounds it. */
  named({ id, rates: own }: Named): Caller | undefined {
    const rates = own === undefined ? this.rates : this.#completed(own);
    return isAnyGiven(rates) ? this.#of(id, rates) : undefined;
  }

  /** Whoever comes from an address: an IPv4 address, or a network of IPv6; undefined where nothing bounds it. */
  at(address: string): Caller | undefined {
    return isAnyGiven(this.rates) ? this.#of(networkOf(address), this.rates) : undefined;
  }

  #of(id: string, rates: Rates): Caller {
    const known = this.#callers.get(id);
    if (known !== undefined) {
      known.allow(rates);
      return known;
    }
    this.#forget(performance.now());
    if (this.#callers.size >= this.#most) {
      this.#others ??= this.#open(OTHERS, this.rates);
      return this.#others;
    }
    const caller = this.#open(id, rates);
    this.#callers.set(id, caller);
    return caller;
  }

  #open(id: string, rates: Rates): Caller {
    return new Caller(rates, this.#ledger && { ledger: this.#ledger, id });
  }

  #completed(own: Rates): Rates {
    const whole = this.#whole.get(own) ?? { ...this.rates, ...own };
    this.#whole.set(own, whole);
    return whole;
  }

  /** Looks at some, and forgets those of whom there is nothing to remember. */
  #forget(now: number): void {
    let looks = LOOKS;
    for (const [id, caller] of this.#callers) {
      this.#callers.delete(id);
      if (!caller.isNew(now)) this.#callers.set(id, caller);
      if (--looks === 0) return;
    }
  }
}
