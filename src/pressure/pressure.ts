import { RequestError } from '../errors.ts';

export interface PressureLimits {
  /** Two times in a row. */
  maxEventLoopDelayMs: number;
  maxMemoryPercent: number;
}

/** What the process has just looked like. */
export interface Sample {
  /** How late the thread came to take it. */
  lateMs: number;
  /** Of the memory that may be used, the part that is: 0 to 1. */
  memory: number;
}

/** Some samples later it is known whether that is over. */
const LOOK_AGAIN_MS = 1000;
/** Work is taken again when the delay is below this part of its bound, and memory by so much: else it would flap. */
const CALM_DELAY = 0.5;
const CALM_MEMORY = 0.05;

/**
 * Whether the process itself is short of time or memory, so that new work is refused before it makes that worse: what runs
 * goes on, and so do probes. Invariant: `isHigh` says whether there is a reason.
 */
export class Pressure {
  /** Looked at for each request, so no more than a flag. */
  isHigh = false;
  readonly #limits: PressureLimits;
  #lateBefore = 0;
  #isLate = false;
  #isFull = false;

  constructor(limits: PressureLimits) {
    this.#limits = limits;
  }

  /** Whether memory is short. */
  get isFull(): boolean {
    return this.#isFull;
  }

  note({ lateMs, memory }: Sample): void {
    const { maxEventLoopDelayMs, maxMemoryPercent } = this.#limits;
    // Once is no load but a stall, which is over by now: a collection, a machine that slept.
    const delayMs = Math.min(lateMs, this.#lateBefore);
    this.#lateBefore = lateMs;
    this.#isLate = delayMs > (this.#isLate ? CALM_DELAY : 1) * maxEventLoopDelayMs;
    this.#isFull = memory > maxMemoryPercent / 100 - (this.#isFull ? CALM_MEMORY : 0);
    this.isHigh = this.#isLate || this.#isFull;
  }

  /**
   * Why new work is refused; while `isHigh`.
   * @param untilDoneMs how long what waits will take: its memory is free then
   */
  refusal(untilDoneMs: number): RequestError {
    if (this.#isFull) {
      return new RequestError('saturated', 'the server is short of memory; what it works on goes on', {
        retryAfterMs: Math.max(LOOK_AGAIN_MS, untilDoneMs),
        limit: 'MAX_MEMORY_PERCENT',
      });
    }
    return new RequestError('saturated', 'the server comes too late to what it has to do; what it works on goes on', {
      retryAfterMs: LOOK_AGAIN_MS,
      limit: 'MAX_EVENT_LOOP_DELAY_MS',
    });
  }
}
