/** All metrics, in the order of their documentation. Each stands here once: name, meaning, labels, and where it is read from. */
import { ofJobs } from './job-metrics.ts';
import { processMetrics } from './process-metrics.ts';
import { countsOf, samplesOf } from './samples.ts';
import { sharingMetrics } from './sharing-metrics.ts';
import type { Metric } from './sources.ts';

const SECOND = 1000;

const ofRequests: Metric[] = [
  {
    name: 'spotlight_requests_total',
    kind: 'counter',
    help: 'Requests by route, method and the status that the client got; 499 = it left before its answer.',
    labels: ['route', 'method', 'status'],
    *read({ requests }) {
      for (const { route, method, statuses } of requests.routes)
        for (const [status, value] of statuses) yield { labels: { route, method, status: String(status) }, value };
    },
  },
  {
    name: 'spotlight_request_duration_seconds',
    kind: 'histogram',
    help: 'From the header of a request to the end of its answer, by route and method; without WebSockets.',
    labels: ['route', 'method'],
    *read({ requests }) {
      for (const { route, method, seconds } of requests.routes) yield* samplesOf(seconds, { route, method });
    },
  },
  {
    name: 'spotlight_phase_duration_seconds',
    kind: 'histogram',
    help: 'Where the time of computed requests went: decode, queue (only those that waited for a thread), compute, encode.',
    labels: ['phase'],
    *read({ requests: { phases } }) {
      for (const [phase, seconds] of Object.entries(phases)) yield* samplesOf(seconds, { phase });
    },
  },
  {
    name: 'spotlight_decoded_bytes_total',
    kind: 'counter',
    help: 'Bytes of bodies that were read for computed requests.',
    labels: ['route', 'method'],
    *read({ requests }) {
      for (const { route, method, decodedBytes: value } of requests.routes)
        if (value > 0) yield { labels: { route, method }, value };
    },
  },
  {
    name: 'spotlight_encoded_bytes_total',
    kind: 'counter',
    help: 'Bytes of the answers to computed requests.',
    labels: ['route', 'method'],
    *read({ requests }) {
      for (const { route, method, encodedBytes: value } of requests.routes)
        if (value > 0) yield { labels: { route, method }, value };
    },
  },
  {
    name: 'spotlight_problems_total',
    kind: 'counter',
    help: 'Requests that were answered with a problem document, by its code.',
    labels: ['code'],
    read: ({ requests }) => countsOf(requests.problems, 'code'),
  },
  {
    name: 'spotlight_limits_hit_total',
    kind: 'counter',
    help: 'Refusals by the variable whose limit was reached.',
    labels: ['limit'],
    read: ({ requests }) => countsOf(requests.limits, 'limit'),
  },
  {
    name: 'spotlight_callers',
    kind: 'gauge',
    help: 'Callers whose requests and work are counted now; 0 where nothing limits them.',
    read: ({ callers }) => [{ value: callers.size }],
  },
  {
    name: 'spotlight_drops_total',
    kind: 'counter',
    help: 'What ended without an answer: client_gone, answer_cut (the client did not take all of it), too_many_connections.',
    labels: ['reason'],
    read: ({ requests }) => countsOf(requests.drops, 'reason'),
  },
];

const ofConnections: Metric[] = [
  {
    name: 'spotlight_connections',
    kind: 'gauge',
    help: 'Open connections, WebSockets among them.',
    read: ({ traffic }) => [{ value: traffic.connections }],
  },
  {
    name: 'spotlight_received_bytes_total',
    kind: 'counter',
    help: 'Bytes that came in, on all connections.',
    read: ({ traffic }) => [{ value: traffic.received }],
  },
  {
    name: 'spotlight_sent_bytes_total',
    kind: 'counter',
    help: 'Bytes that went out, on all connections.',
    read: ({ traffic }) => [{ value: traffic.sent }],
  },
];

const ofThreads: Metric[] = [
  {
    name: 'spotlight_ready',
    kind: 'gauge',
    help: '1 while /health/ready is 200: every thread has tested its kernel, and the server does not drain or rest.',
    read: ({ isServing }) => [{ value: Number(isServing()) }],
  },
  {
    name: 'spotlight_queue_requests',
    kind: 'gauge',
    help: 'Requests that are computed or wait for it; MAX_QUEUE bounds them.',
    read: ({ pool }) => [{ value: pool.load.waiting }],
  },
  {
    name: 'spotlight_queue_bytes',
    kind: 'gauge',
    help: 'Bytes of their bodies; MAX_QUEUE_BYTES bounds them.',
    read: ({ pool }) => [{ value: pool.load.waitingBytes }],
  },
  {
    name: 'spotlight_threads',
    kind: 'gauge',
    help: 'Threads that compute.',
    read: ({ pool }) => [{ value: pool.load.workers }],
  },
  {
    name: 'spotlight_threads_busy',
    kind: 'gauge',
    help: 'Threads that work now.',
    read: ({ pool }) => [{ value: pool.load.running }],
  },
  {
    name: 'spotlight_thread_busy_seconds_total',
    kind: 'counter',
    help: 'Time that threads have worked; its rate over spotlight_threads is the part of them that is used.',
    read: ({ pool }) => [{ value: pool.load.busyMs / SECOND }],
  },
  {
    name: 'spotlight_kernel_info',
    kind: 'gauge',
    help: 'The kernel in use, as 1.',
    labels: ['kernel'],
    read: ({ pool }) => [{ labels: { kernel: pool.kernel.name }, value: 1 }],
  },
  {
    name: 'spotlight_kernel_operations_total',
    kind: 'counter',
    help: 'Floating-point operations that requests needed, two for a multiply-add.',
    read: ({ pool, tiny }) => [{ value: 2 * (pool.work.multiplyAdds + tiny.work.multiplyAdds) }],
  },
  {
    name: 'spotlight_kernel_seconds_total',
    kind: 'counter',
    help: 'Thread time that kernels took for them: the rate of the operations over the rate of this is FLOP/s of one thread.',
    read: ({ pool, tiny }) => [{ value: (pool.work.kernelMs + tiny.work.kernelMs) / SECOND }],
  },
];

const ofStreams: Metric[] = [
  {
    name: 'spotlight_runs',
    kind: 'gauge',
    help: 'Runs that are kept; MAX_RUNS bounds them.',
    read: ({ streams }) => [{ value: streams.counts.runs }],
  },
  {
    name: 'spotlight_run_bytes',
    kind: 'gauge',
    help: 'Bytes that runs and their written steps hold.',
    read: ({ streams }) => [{ value: streams.counts.runBytes }],
  },
  {
    name: 'spotlight_viewers',
    kind: 'gauge',
    help: 'Subscriptions to runs; MAX_VIEWERS bounds them.',
    read: ({ streams }) => [{ value: streams.counts.viewers }],
  },
  {
    name: 'spotlight_streams',
    kind: 'gauge',
    help: 'Open streams by transport: websocket, events.',
    labels: ['transport'],
    read: ({ streams: { counts } }) => [
      { labels: { transport: 'websocket' }, value: counts.sessions },
      { labels: { transport: 'events' }, value: counts.events },
    ],
  },
  {
    name: 'spotlight_credits',
    kind: 'gauge',
    help: 'Steps that viewers over WebSocket have granted and not been sent yet.',
    read: ({ streams }) => [{ value: streams.credits }],
  },
  {
    name: 'spotlight_stream_closes_total',
    kind: 'counter',
    help: 'WebSockets that the server closed, by close code: 4429 = too many messages, runs or subscriptions, 4499 = did not read.',
    labels: ['code'],
    read: ({ streams }) => countsOf(streams.counts.closes, 'code'),
  },
];

/** Of the service. */
export const catalogue: readonly Metric[] = [
  ...ofRequests,
  ...ofConnections,
  ...ofThreads,
  ...ofStreams,
  ...ofJobs,
  ...sharingMetrics,
  ...processMetrics,
];
