/** What bounds runs, and the streams that show them. */
import { ROOMY } from './memory-limits.ts';
import { count, duration, MAX_BYTES, size, sizeByMemory } from './variable.ts';

export const streamLimits = {
  maxRuns: count('MAX_RUNS', 1000, 1, 2 ** 20, 'Runs that are kept for viewers; the oldest finished ones go first.'),
  runTtlMs: duration('RUN_TTL_MS', 300_000, 'How long a finished run is kept after its last viewer left.'),
  maxRunBytes: sizeByMemory(
    'MAX_RUN_BYTES',
    ROOMY.maxRunBytes,
    1,
    MAX_BYTES,
    'Bytes that kept runs may hold: inputs and results.',
  ),
  stepCacheBytes: sizeByMemory(
    'STEP_CACHE_BYTES',
    ROOMY.stepCacheBytes,
    2 ** 20,
    MAX_BYTES,
    'Bytes of written steps that are kept for further viewers; others are computed again.',
  ),
  maxRunSteps: count('MAX_RUN_STEPS', 1_000_000, 1, 2 ** 31, 'The most steps of a run; more is 413.'),
  maxStepBytes: size('MAX_STEP_BYTES', 2 ** 24, 1, 2 ** 30, 'The most bytes of the numbers of one step; more is 413.'),
  maxViewers: count('MAX_VIEWERS', 10_000, 1, 2 ** 20, 'Subscriptions to runs in total; more are 503.'),
  streamSubscriptions: count('STREAM_SUBSCRIPTIONS', 64, 1, 2 ** 16, 'Subscriptions of one connection.'),
  streamRuns: count('STREAM_RUNS', 16, 1, 2 ** 16, 'Unfinished or watched runs that one connection started.'),
  streamCredits: count('STREAM_CREDITS', 1_000_000, 1, 2 ** 31, 'Steps that a viewer may have granted ahead.'),
  streamMessageRate: count('STREAM_MESSAGE_RATE', 200, 1, 2 ** 20, 'Messages a second that one connection may send.'),
  streamMessageBurst: count('STREAM_MESSAGE_BURST', 2000, 1, 2 ** 20, 'Messages that it may send at once.'),
  streamHelloMs: duration('STREAM_HELLO_MS', 5000, 'How long a stream may wait for its hello; then 4408.'),
  streamHeartbeatMs: duration(
    'STREAM_HEARTBEAT_MS',
    15_000,
    'How often streams are pinged; no pong until the next ends it.',
  ),
  streamIdleMs: duration(
    'STREAM_IDLE_MS',
    300_000,
    'How long a stream may have no message and no step; then it is closed.',
  ),
  streamStallMs: duration('STREAM_STALL_MS', 30_000, 'How long a viewer may read nothing of what is sent; then 4499.'),
};
