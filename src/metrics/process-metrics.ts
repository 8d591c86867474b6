/** What there is to know of the process itself, under the names that Prometheus' own libraries use where there are any. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Metric } from './sources.ts';

const MICROSECONDS = 1e6;

/** On Linux. */
function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
}

function mostFiles(): number | undefined {
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}

const ifKnown = (value: number | undefined) => (value === undefined ? [] : [{ value }]);

export const processMetrics: readonly Metric[] = [
  {
    name: 'spotlight_event_loop_delay_seconds',
    kind: 'summary',
    help: 'How late the HTTP thread comes to what it has to do: quantiles since the last scrape, 1 = the longest.',
    *read({ eventLoop }) {
      const { quantiles, sum, count } = eventLoop.take();
      for (const [quantile, value] of quantiles) yield { labels: { quantile: String(quantile) }, value };
      yield { suffix: '_sum', value: sum };
      yield { suffix: '_count', value: count };
    },
  },
  {
    name: 'spotlight_event_loop_busy_seconds_total',
    kind: 'counter',
    help: 'Time that the HTTP thread has worked; a rate of 1 = it has no rest.',
    read: ({ eventLoop }) => [{ value: eventLoop.busySeconds }],
  },
  {
    name: 'spotlight_log_lines_lost_total',
    kind: 'counter',
    help: 'Lines of the log that were lost, as nobody took them.',
    read: ({ lines }) => [{ value: lines.lost }],
  },
  {
    name: 'spotlight_build_info',
    kind: 'gauge',
    help: 'The versions of the service and of Node.js, as 1.',
    labels: ['version', 'node'],
    read: ({ version }) => [{ labels: { version, node: process.versions.node }, value: 1 }],
  },
  {
    name: 'process_cpu_seconds_total',
    kind: 'counter',
    help: 'Processor time of all threads, in user and system mode.',
    read: () => {
      const { user, system } = process.cpuUsage();
      return [{ value: (user + system) / MICROSECONDS }];
    },
  },
  {
    name: 'process_resident_memory_bytes',
    kind: 'gauge',
    help: 'Memory that the process has.',
    read: () => [{ value: process.memoryUsage.rss() }],
  },
  {
    name: 'nodejs_heap_size_used_bytes',
    kind: 'gauge',
    help: 'Of the heap of the HTTP thread, what is used.',
    read: () => [{ value: process.memoryUsage().heapUsed }],
  },
  {
    name: 'process_open_fds',
    kind: 'gauge',
    help: 'Open file descriptors; on Linux.',
    read: () => ifKnown(openFiles()),
  },
  {
    name: 'process_max_fds',
    kind: 'gauge',
    help: 'File descriptors that may be open; on Linux.',
    read: () => ifKnown(mostFiles()),
  },
  {
    name: 'process_start_time_seconds',
    kind: 'gauge',
    help: 'When the process began, in seconds since 1970.',
    read: () => [{ value: Math.round(performance.timeOrigin) / 1000 }],
  },
];
