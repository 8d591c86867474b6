import { RequestError } from '../errors.ts';
import { Bucket, type BucketSize, type TokenBucket } from './bucket.ts';
import type { Ledger } from './ledger.ts';
import { bucketSize, MULTIPLY_ADDS_OF_BYTE, type Rates, UNIT } from './rates.ts';
import { SharedBucket } from './shared-bucket.ts';

/** Who pays for what is computed. */
export interface Payer {
  /**
   * Pays for what will be computed now.
   * @throws RequestError `rate_limited` when others of the same caller have used up its work meanwhile
   */
  payAhead(multiplyAdds: number): void;
  /** Pays for what was computed. */
  pay(multiplyAdds: number): void;
  /** Pays for bytes of bodies and answers. */
  payBytes(bytes: number): void;
  /** Something of it is computed, or waits for that. @returns what is to be called once when it has ended */
  begin(): () => void;
}

/** Where a caller is counted over all replicas, and by which name. */
export interface Shared {
  ledger: Ledger;
  id: string;
}

/**
 * What a request is to the limits of its caller: `computing` while it is answered; `reading` what was computed, or is for it,
 * which costs work; or `looking` how something is, which costs none and is told whoever has used up all of it.
 */
export type Use = 'computing' | 'reading' | 'looking';

/** So old may be what is known of a caller's work elsewhere. */
const FRESH_MS = 1000;

/** What is taken at once at least: work is let in where anything is left. */
const LEAST = { requests: 1, work: 0 };

/**
 * What one caller has done lately, and may do. Work is paid for when it is known, which is after a request was let in: the
 * last one that was let in may cost more than was left, and the caller waits until that is made up for.
 */
export class Caller implements Payer {
  readonly #shared: Shared | undefined;
  #rates: Rates = {};
  #requests: TokenBucket | undefined;
  #work: TokenBucket | undefined;
  #running = 0;

  /** @param shared where its requests and work are counted over all replicas, if they are */
  constructor(rates: Rates, shared?: Shared) {
    this.#shared = shared;
    this.allow(rates, 0);
  }

  get rates(): Rates {
    return this.#rates;
  }

  /** Its requests that have not ended. */
  get running(): number {
    return this.#running;
  }

  get requests(): TokenBucket | undefined {
    return this.#requests;
  }

  get work(): TokenBucket | undefined {
    return this.#work;
  }

  /** From now on it may do something else. */
  allow(rates: Rates, now = performance.now()): void {
    if (rates === this.#rates) return;
    this.#rates = rates;
    const { requestRate, requestBurst, workRate, workBurst } = rates;
    this.#requests = this.#resized('requests', this.#requests, bucketSize(requestRate, requestBurst), now);
    this.#work = this.#resized('work', this.#work, bucketSize(workRate, workBurst), now);
  }

  /** Whether there is nothing to remember of it. */
  isNew(now: number): boolean {
    const isFull = (bucket: TokenBucket | undefined) => (bucket?.msUntilFull(now) ?? 0) === 0;
    return this.#running === 0 && isFull(this.#requests) && isFull(this.#work);
  }

  /** Why one more request is not let in now, if that is so. */
  refusal(now = performance.now(), use: Use = 'computing'): RequestError | undefined {
    const { concurrency = Number.POSITIVE_INFINITY } = this.#rates;
    if (use === 'computing' && this.#running >= concurrency) {
      return new RequestError(
        'rate_limited',
        `${this.#running} requests of this caller are under way, which is its limit`,
        {
          limit: 'CALLER_CONCURRENCY',
        },
      );
    }
    const requestMs = this.#requests?.msUntil(1, now) ?? 0;
    const workMs = use === 'looking' ? 0 : (this.#work?.msUntil(0, now) ?? 0);
    if (requestMs === 0 && workMs === 0) return undefined;
    return requestMs >= workMs
      ? refused('CALLER_REQUEST_RATE', `this caller may send ${this.#requests?.size.rate} requests a second`, requestMs)
      : refused(
          'CALLER_WORK_RATE',
          `this caller may have ${this.#work?.size.rate} million multiply-adds a second`,
          workMs,
        );
  }

  /**
   * What is to be waited for before it is known whether one more request is let in, if anything is; then ask again.
   * @param size what it may cost: of one that is not tiny it must be known that others have not used up the work lately
   */
  toWaitFor(size: 'any' | 'tiny' | 'nothing', now = performance.now()): Promise<unknown> | undefined {
    const requests = this.#requests?.toWaitFor(1, now);
    if (requests !== undefined || size === 'nothing') return requests;
    return this.#work?.toWaitFor(0, now, size === 'any' ? FRESH_MS : undefined);
  }

  /** Counts a request that was let in. */
  count(now = performance.now()): void {
    this.#requests?.take(1, now);
  }

  begin(): () => void {
    this.#running++;
    return () => {
      this.#running--;
    };
  }

  payAhead(multiplyAdds: number): void {
    const now = performance.now();
    const waitMs = this.#work?.msUntil(0, now) ?? 0;
    if (waitMs > 0) throw refused('CALLER_WORK_RATE', 'other requests of this caller have used up its work', waitMs);
    this.pay(multiplyAdds, now);
  }

  pay(multiplyAdds: number, now = performance.now()): void {
    this.#work?.take(multiplyAdds / UNIT, now);
  }

  payBytes(bytes: number): void {
    this.pay(bytes * MULTIPLY_ADDS_OF_BYTE);
  }

  #resized(
    what: keyof typeof LEAST,
    bucket: TokenBucket | undefined,
    size: BucketSize | undefined,
    now: number,
  ): TokenBucket | undefined {
    if (size === undefined) return undefined;
    if (bucket === undefined) return this.#opened(what, size);
    bucket.resize(size, now);
    return bucket;
  }

  #opened(what: keyof typeof LEAST, size: BucketSize): TokenBucket {
    if (this.#shared === undefined) return new Bucket(size);
    const { ledger, id } = this.#shared;
    return new SharedBucket({ ledger, key: ledger.keyOf(what, id), size, least: LEAST[what] });
  }
}

function refused(limit: string, why: string, retryAfterMs: number): RequestError {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return new RequestError('rate_limited', `${why}; try again in ${seconds} s`, { limit, retryAfterMs });
}
