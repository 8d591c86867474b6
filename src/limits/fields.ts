/**
 * The header fields RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10): what a caller may do, and what
 * is left of it. They are structured fields (RFC 9651): lists of strings with parameters, which are integers.
 */
import type { TokenBucket } from './bucket.ts';
import type { Caller } from './caller.ts';

/** The largest integer of a structured field. */
const MAX_INTEGER = 999_999_999_999_999;

/** The policies of a caller; '' when it has none. */
export function policyField(caller: Caller): string {
  const { requests, work, rates } = caller;
  return [
    requests && `"requests";${quotaOf(requests)}`,
    work && `"work";${quotaOf(work)};qu="million-multiply-adds"`,
    rates.concurrency !== undefined && `"concurrency";q=${rates.concurrency};qu="concurrent-requests"`,
  ]
    .filter((policy) => typeof policy === 'string')
    .join(', ');
}

/** What is left to a caller now; '' when it has no policies. */
export function remainingField(caller: Caller, now = performance.now()): string {
  const { requests, work, rates, running } = caller;
  return [
    requests && `"requests";${leftOf(requests, 1, now)}`,
    work && `"work";${leftOf(work, 0, now)}`,
    rates.concurrency !== undefined && `"concurrency";r=${Math.max(0, rates.concurrency - running)}`,
  ]
    .filter((policy) => typeof policy === 'string')
    .join(', ');
}

function quotaOf({ size: { rate, burst } }: TokenBucket): string {
  return `q=${integer(burst)};w=${integer(Math.max(1, Math.ceil(burst / rate)))}`;
}

/** Its reset is when the next request is let in, where none is let in now; else when all is back. */
function leftOf(bucket: TokenBucket, needed: number, now: number): string {
  const waitMs = bucket.msUntil(needed, now);
  const resetMs = waitMs > 0 ? waitMs : bucket.msUntilFull(now);
  return `r=${integer(Math.max(0, bucket.level(now)))};t=${integer(Math.ceil(resetMs / 1000))}`;
}

function integer(number: number): number {
  return Math.min(MAX_INTEGER, Math.floor(number));
}
