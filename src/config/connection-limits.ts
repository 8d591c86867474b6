/** What bounds a connection, and who may come from where. */
import { originList } from './origin-list.ts';
import { count, described, duration, MAX_BYTES, readBy } from './variable.ts';

export const connectionLimits = {
  maxConnections: count('MAX_CONNECTIONS', 10_000, 1, 2 ** 20, 'Connections at once; more are refused.'),
  headersTimeoutMs: duration(
    'HEADERS_TIMEOUT_MS',
    10_000,
    'How long the header of a request may take to arrive; then it is 408.',
  ),
  bodyTimeoutMs: duration(
    'BODY_TIMEOUT_MS',
    20_000,
    'How long a body may take to arrive, beside what it may take at BODY_MIN_RATE; then it is 408.',
  ),
  bodyMinRate: count(
    'BODY_MIN_RATE',
    16_384,
    1,
    MAX_BYTES,
    'The rate, in bytes a second, at which a body extends its time to arrive.',
  ),
  answerTimeoutMs: duration(
    'ANSWER_TIMEOUT_MS',
    30_000,
    'How long a client may take nothing of its answer; then the connection is closed.',
  ),
  answerMinRate: count(
    'ANSWER_MIN_RATE',
    16_384,
    1,
    MAX_BYTES,
    'The rate, in bytes a second, at which an answer extends its ANSWER_TIMEOUT_MS; whoever takes it more slowly loses the connection.',
  ),
  keepAliveMs: duration(
    'KEEP_ALIVE_MS',
    72_000,
    'How long an idle connection stays open; a gateway should close its own sooner.',
  ),
  corsOrigins: described(readBy(originList).default([]), {
    variable: 'CORS_ORIGINS',
    expects: 'origins such as https://example.org with commas between, or *',
    standard: 'none',
    meaning:
      'Pages of other origins that may use the server: requests, events and streams; those of this server always may.',
  }),
};
