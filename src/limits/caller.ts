import { RequestError } from '../errors.ts';
import { Bucket, type BucketSize } from './bucket.ts';
import { bucketSize, MULTIPLY_ADDS_OF_BYTE, type Rates, UNIT } from './rates.ts';

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

/**
 * What one caller has done lately, and may do. Work is paid for when it is known, which is after a request was let in: the
 * last one that was let in may cost more than was left, and the caller waits until that is made up for.
 */
export class Caller implements Payer {
  #rates: Rates;
  #requests: Bucket | undefined;
  #work: Bucket | undefined;
  #running = 0;

  constructor(rates: Rates) {
    this.#rates = rates;
    this.#requests = resized(undefined, bucketSize(rates.requestRate, rates.requestBurst), 0);
    this.#work = resized(undefined, bucketSize(rates.workRate, rates.workBurst), 0);
  }

  get rates(): Rates {
    return this.#rates;
  }

  /** Its requests that have not ended. */
  get running(): number {
    return this.#running;
  }

  get requests(): Bucket | undefined {
    return this.#requests;
  }

  get work(): Bucket | undefined {
    return this.#work;
  }

  /** From now on it may do something else. */
  allow(rates: Rates, now = performance.now()): void {
    if (rates === this.#rates) return;
    this.#rates = rates;
    this.#requests = resized(this.#requests, bucketSize(rates.requestRate, rates.requestBurst), now);
    this.#work = resized(this.#work, bucketSize(rates.workRate, rates.workBurst), now);
  }

  /** Whether there is nothing to remember of it. */
  isNew(now: number): boolean {
    const isFull = (bucket: Bucket | undefined) => (bucket?.msUntilFull(now) ?? 0) === 0;
    return this.#running === 0 && isFull(this.#requests) && isFull(this.#work);
  }

  /**
   * Why one more request is not let in now, if that is so.
   * @param isComputed whether it has anything computed
   */
  refusal(now = performance.now(), isComputed = true): RequestError | undefined {
    const { concurrency = Number.POSITIVE_INFINITY } = this.#rates;
    if (isComputed && this.#running >= concurrency) {
      return new RequestError(
        'rate_limited',
        `${this.#running} requests of this caller are under way, which is its limit`,
        {
          limit: 'CALLER_CONCURRENCY',
        },
      );
    }
    const requestMs = this.#requests?.msUntil(1, now) ?? 0;
    const workMs = this.#work?.msUntil(0, now) ?? 0;
    if (requestMs === 0 && workMs === 0) return undefined;
    return requestMs >= workMs
      ? refused('CALLER_REQUEST_RATE', `this caller may send ${this.#requests?.size.rate} requests a second`, requestMs)
      : refused(
          'CALLER_WORK_RATE',
          `this caller may have ${this.#work?.size.rate} million multiply-adds a second`,
          workMs,
        );
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
}

function resized(bucket: Bucket | undefined, size: BucketSize | undefined, now: number): Bucket | undefined {
  if (size === undefined) return undefined;
  if (bucket === undefined) return new Bucket(size);
  bucket.resize(size, now);
  return bucket;
}

function refused(limit: string, why: string, retryAfterMs: number): RequestError {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return new RequestError('rate_limited', `${why}; try again in ${seconds} s`, { limit, retryAfterMs });
}
