/** When a request is sent again. All requests of the service are idempotent, so that sending one twice does no harm. */

export interface RetryPolicy {
  /** How often a request is sent at most; 1: never again; Infinity: as long as the deadline allows. */
  attempts: number;
  /** The most that is waited before the second attempt; twice as much before each further one. */
  baseMs: number;
  /** The most that is waited before any attempt, unless the server asks for more. */
  maxMs: number;
  /** How long a call may take with all its attempts; a stream, to come back after a loss. Infinity: for ever. */
  deadlineMs: number;
}

/** A policy with what is given in place of its own; what is undefined is not given. */
export function policyOf(base: RetryPolicy, given: Partial<RetryPolicy> = {}): RetryPolicy {
  return {
    attempts: given.attempts ?? base.attempts,
    baseMs: given.baseMs ?? base.baseMs,
    maxMs: given.maxMs ?? base.maxMs,
    deadlineMs: given.deadlineMs ?? base.deadlineMs,
  };
}

/** The longest that a timer can be set; one that is set for longer fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

export const DEFAULT_RETRIES: RetryPolicy = { attempts: 5, baseMs: 200, maxMs: 10_000, deadlineMs: 60_000 };

/**
 * Exponential backoff with full jitter: any time up to a bound that doubles, so that clients which failed together do not
 * come back together (Brooker, "Exponential Backoff and Jitter", 2015).
 */
export function backoffMs(
  failures: number,
  { baseMs, maxMs }: RetryPolicy,
  random: () => number = Math.random,
): number {
  return random() * Math.min(maxMs, baseMs * 2 ** (failures - 1));
}

/** What Retry-After asks for (RFC 9110 section 10.2.3): seconds, or a date; undefined when it is neither. */
export function retryAfterMs(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The attempts of one call, or of a stream since it last moved. */
export class Attempts {
  readonly #policy: RetryPolicy;
  readonly #since = performance.now();
  #failures = 0;

  constructor(policy: RetryPolicy) {
    this.#policy = policy;
  }

  /**
   * How long to wait, after one more failure, before the next attempt; undefined when none is left or it would come after
   * the deadline.
   * @param askedMs what the server asked for; the jitter comes on top of it
   */
  waitMs(askedMs = 0): number | undefined {
    this.#failures++;
    if (this.#failures >= this.#policy.attempts) return undefined;
    const wait = Math.min(MAX_TIMER_MS, askedMs + backoffMs(this.#failures, this.#policy));
    return performance.now() - this.#since + wait < this.#policy.deadlineMs ? wait : undefined;
  }
}

/**
 * Resolves after `ms`.
 * @throws the reason of `signal` when it is aborted first
 */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
