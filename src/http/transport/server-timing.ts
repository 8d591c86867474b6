import type { Timings } from '../../requests/request.ts';

/** https://www.w3.org/TR/server-timing/ in milliseconds, to the microsecond. */
export function serverTiming({ decode, queue, compute, encode }: Timings): string {
  return `decode;dur=${toMicroseconds(decode)}, queue;dur=${toMicroseconds(queue)}, compute;dur=${toMicroseconds(compute)}, encode;dur=${toMicroseconds(encode)}`;
}

/** Milliseconds, rounded to microseconds. */
export function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
