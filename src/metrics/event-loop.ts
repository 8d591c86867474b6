import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** How often the delay is looked at, in ms: what is shorter shows as nothing. */
const RESOLUTION_MS = 20;
const NANOSECONDS = 1e9;

/** How late the thread comes to what it has to do, in seconds beyond the time of its timers. */
export class EventLoop {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #sum = 0;
  #count = 0;

  constructor() {
    this.#delay.enable();
  }

  /** Quantiles since they were last asked for; sum and count since the start. */
  take(): { quantiles: Map<number, number>; sum: number; count: number } {
    const delay = this.#delay;
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000);
    const quantiles = new Map(
      [0.5, 0.9, 0.99, 1].map((q) => [q, delay.count > 0 ? late(delay.percentile(100 * q)) : 0]),
    );
    if (delay.count > 0) this.#sum += late(delay.mean) * delay.count;
    this.#count += delay.count;
    delay.reset();
    return { quantiles, sum: this.#sum, count: this.#count };
  }

  /** Seconds since the start that it was busy. */
  get busySeconds(): number {
    return performance.eventLoopUtilization().active / 1000;
  }

  close(): void {
    this.#delay.disable();
  }
}
