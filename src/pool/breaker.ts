import { RequestError } from '../errors.ts';

/** So many deaths within such a time are no accident any more. */
const MOST_DEATHS = 5;
const WITHIN_MS = 30_000;
/** How long nothing is computed then; twice as long each time it happens again soon after. */
const REST_MS = 5000;
const LONGEST_REST_MS = 300_000;

/**
 * A circuit breaker (M. Nygard, Release It!): when threads die again and again nothing is computed for a while, in place of
 * starting threads for ever. After the rest requests are taken again; one more death then, and it rests twice as long.
 *
 * Times are ms of a clock that never goes back.
 */
export class Breaker {
  readonly #now: () => number;
  #deaths: number[] = [];
  #restMs = REST_MS;
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** A thread died. @returns how many ms nothing is computed from now on, if this was one too many */
  died(): number | undefined {
    const now = this.#now();
    if (now < this.#restsUntil) return undefined;
    const isTrial = now < this.#restsUntil + WITHIN_MS;
    this.#deaths = [...this.#deaths.filter((at) => at > now - WITHIN_MS), now];
    if (!isTrial && this.#deaths.length < MOST_DEATHS) return undefined;
    this.#restMs = isTrial ? Math.min(LONGEST_REST_MS, 2 * this.#restMs) : REST_MS;
    this.#restsUntil = now + this.#restMs;
    this.#deaths = [];
    return this.#restMs;
  }

  /** Why nothing is computed now, if that is so. */
  get refusal(): RequestError | undefined {
    const leftMs = this.#restsUntil - this.#now();
    if (leftMs <= 0) return undefined;
    return new RequestError('workers_failing', 'the threads that compute died too often; trying again helps later', {
      retryAfterMs: leftMs,
    });
  }
}
