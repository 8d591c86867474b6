/** What one caller may do; what is not given has no bound. */
export interface Rates {
  /** Requests a second, and at once. */
  requestRate?: number | undefined;
  requestBurst?: number | undefined;
  /** Work a second, and at once, in millions of multiply-adds. */
  workRate?: number | undefined;
  workBurst?: number | undefined;
  /** Requests that are computed, or wait for it, at the same time. */
  concurrency?: number | undefined;
}

/** A burst that is not given is what comes together in so many seconds. */
const BURST_SECONDS = 10;

/** What a byte of a body or an answer counts as: about what reading a number from JSON costs, in multiply-adds for each of its bytes. */
export const MULTIPLY_ADDS_OF_BYTE = 64;
/** Multiply-adds of a unit of work. */
export const UNIT = 1e6;

/** The bucket for a rate and its burst, if there is one; a burst holds one request at least. */
export function bucketSize(rate: number | undefined, burst: number | undefined) {
  if (rate === undefined) return undefined;
  return { rate, burst: burst ?? Math.max(1, rate * BURST_SECONDS) };
}

/** Whether anything is bounded. */
export function isAnyGiven({ requestRate, workRate, concurrency }: Rates): boolean {
  return requestRate !== undefined || workRate !== undefined || concurrency !== undefined;
}
