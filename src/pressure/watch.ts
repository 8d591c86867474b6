/** Looks at the process, some times a second. */
import type { Pressure } from './pressure.ts';
import type { Rest } from './rest.ts';

const EVERY_MS = 250;

export interface Watched {
  pressure: Pressure;
  rest: Rest;
  /** The memory that the server may use, in bytes. */
  memoryBytes: number;
  /** What is used of the memory of the container, in bytes, and what that may use; nothing without a limit. */
  ofContainer: () => { used: number; limit: number } | undefined;
  /** Thread time that has been used since the start, in ms, and by how many threads. */
  load: () => { busyMs: number; workers: number };
}

/** Watches until the function that is returned is called. */
export function watchPressure({ pressure, rest, memoryBytes, ofContainer, load }: Watched): () => void {
  let last = performance.now();
  let busyBefore = load().busyMs;
  let turns = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const at = performance.now();
    const sinceMs = at - last;
    last = at;
    const rssBytes = process.memoryUsage.rss();
    const container = ofContainer();
    const memory = Math.max(rssBytes / memoryBytes, container === undefined ? 0 : container.used / container.limit);
    pressure.note({ lateMs: Math.max(0, sinceMs - EVERY_MS), memory });
    const { busyMs, workers } = load();
    const ofThreads = (busyMs - busyBefore) / (sinceMs * Math.max(1, workers));
    busyBefore = busyMs;
    const before = turns;
    turns = performance.eventLoopUtilization();
    const busy = Math.max(ofThreads, performance.eventLoopUtilization(turns, before).utilization);
    rest.note({ at, rssBytes, busy, isFull: pressure.isFull });
  }, EVERY_MS).unref();
  return () => clearInterval(timer);
}
