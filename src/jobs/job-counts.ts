/** What is counted of jobs, for the metrics: of this process, but for those that wait, who wait for all. */
import type { JobEnd } from './job.ts';

/** Bounds of the seconds that jobs wait. */
const WAIT_BOUNDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600];

export class JobCounts {
  queued = 0;
  running = 0;
  /** Bytes of bodies and results that are kept. */
  bytes = 0;
  readonly ended: Record<JobEnd, number> = { done: 0, failed: 0, cancelled: 0 };
  /** Jobs that were begun again because whoever computed them was gone. */
  stalls = 0;
  /** Computations that were tried again: there was no room, or a thread died. */
  retries = 0;
  readonly callbacks = { sent: 0, retried: 0, failed: 0 };
  readonly waits = { bounds: WAIT_BOUNDS, counts: new Array<number>(WAIT_BOUNDS.length + 1).fill(0), sum: 0 };

  /** A job was begun that has waited so long. */
  waited(ms: number): void {
    const seconds = Math.max(0, ms) / 1000;
    const at = WAIT_BOUNDS.findIndex((bound) => seconds <= bound);
    this.waits.counts[at < 0 ? WAIT_BOUNDS.length : at]++;
    this.waits.sum += seconds;
  }
}
