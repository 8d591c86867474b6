import { RequestError } from '../errors.ts';
import type { PoolOptions } from './pool-options.ts';
import type { WaitEstimate } from './wait-estimate.ts';

/**
 * Others may take so many times longer than such requests did: threads that compute go behind the one that reads and refuses,
 * and where far more comes than can be done it takes its part of their cores. With 2 one in a hundred of five times the peak was
 * late on one core, with 3 none; there is always enough that waits.
 */
const DOUBT = 3;
/** How long a request counts whose body is on its way: one that is slow must not keep others out. */
const COMING_MS = 1000;

type Bounds = Pick<PoolOptions, 'workers' | 'maxQueue' | 'maxQueueMs' | 'maxQueueBytes' | 'deadlineMs' | 'pressure'>;

/** What is there now. */
export interface Inside {
  /** Requests that are computed or wait for it, and the bytes of their bodies. */
  waiting: number;
  waitingBytes: number;
  /** Why nothing is computed for a while, if that is so. */
  refusal: RequestError | undefined;
}

/** Who is let in: by what there is to do, what that will take, and how the process is. */
export class Admission {
  readonly #bounds: Bounds;
  readonly #estimate: WaitEstimate;
  readonly #inside: () => Inside;

  constructor(bounds: Bounds, estimate: WaitEstimate, inside: () => Inside) {
    this.#bounds = bounds;
    this.#estimate = estimate;
    this.#inside = inside;
  }

  /**
   * Whether a request with a body of `bytes` could be taken now, and done within `deadlineMs`; asked before its body is read.
   * @throws RequestError `saturated`, `workers_failing`
   */
  admit(bytes: number, deadlineMs = this.#bounds.deadlineMs): void {
    const { maxQueue, maxQueueMs, maxQueueBytes, workers } = this.#bounds;
    const { waiting, waitingBytes } = this.checkAble();
    if (waiting >= maxQueue) {
      throw this.#saturated(`${waiting} requests are being worked on, which is the limit`, 'MAX_QUEUE');
    }
    // A single body may always come in: MAX_BODY_BYTES bounds it already.
    if (waitingBytes > 0 && waitingBytes + bytes > maxQueueBytes) {
      throw this.#saturated('the requests being worked on hold as many bytes as allowed', 'MAX_QUEUE_BYTES');
    }
    // While a thread is free for it nobody has to guess.
    if (this.#estimate.waiting < workers) return;
    const expectedMs = this.#estimate.untilDone(bytes, DOUBT);
    const mostMs = Math.min(deadlineMs, maxQueueMs);
    if (expectedMs <= mostMs) return;
    const detail = `this request would take about ${Math.ceil(expectedMs)} ms, and ${mostMs} are allowed`;
    const limit = mostMs === deadlineMs ? 'DEADLINE_MS' : 'MAX_QUEUE_MS';
    throw new RequestError('saturated', detail, { retryAfterMs: expectedMs - mostMs, limit });
  }

  /**
   * Whether anything can be computed now, however long it may have to wait.
   * @throws RequestError `saturated` where memory is short, `workers_failing`
   */
  checkAble(): Inside {
    const { pressure } = this.#bounds;
    if (pressure.isHigh) throw pressure.refusal(this.#estimate.untilAllDone);
    const inside = this.#inside();
    if (inside.refusal !== undefined) throw inside.refusal;
    return inside;
  }

  /**
   * As `admit`, for a request whose body comes next: for a moment it counts in the guess of how long others will take, until
   * what is given back is called; that is when it comes to be computed, or has gone.
   * @throws RequestError `saturated`, `workers_failing`
   */
  announce(bytes: number, deadlineMs?: number): () => void {
    this.admit(bytes, deadlineMs);
    const coming = {};
    this.#estimate.add(coming, bytes);
    const timer = setTimeout(() => this.#estimate.remove(coming, false), COMING_MS);
    return () => {
      clearTimeout(timer);
      this.#estimate.remove(coming, false);
    };
  }

  /** Half of what waits is done, and there is room, about when it says. */
  #saturated(why: string, limit: string): RequestError {
    const retryAfterMs = this.#estimate.untilAllDone / 2;
    return new RequestError('saturated', `${why}; try again later`, { retryAfterMs, limit });
  }
}
