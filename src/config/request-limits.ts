/** What bounds a request, and all of them together. */
import { ROOMY } from './memory-limits.ts';
import { count, duration, MAX_BYTES, size, sizeByMemory } from './variable.ts';

export const requestLimits = {
  maxBodyBytes: sizeByMemory(
    'MAX_BODY_BYTES',
    ROOMY.maxBodyBytes,
    1,
    2 ** 32 - 1,
    'The largest body, and what a compressed .npz may inflate to; more is 413.',
  ),
  maxElements: count(
    'MAX_ELEMENTS',
    2 ** 25,
    1,
    2 ** 31 - 1,
    'The most numbers in all tensors of a request; more is 413.',
  ),
  maxTextBytes: size(
    'MAX_TEXT_BYTES',
    2 ** 22,
    1,
    2 ** 28,
    'The most bytes of all texts of a request to /tokenize, in UTF-8; more is 413.',
  ),
  maxOutputBytes: sizeByMemory(
    'MAX_OUTPUT_BYTES',
    ROOMY.maxOutputBytes,
    1,
    2 ** 36,
    'The most bytes of the tensors or tokens that a request asks for; more is 413.',
  ),
  maxQueue: count('MAX_QUEUE', 1024, 1, 2 ** 20, 'Requests that may be computed or wait for it at once; more are 503.'),
  maxQueueMs: duration(
    'MAX_QUEUE_MS',
    30_000,
    'How long a request may be expected to take until it is done, by what waits and what such requests took; more are 503.',
  ),
  maxQueueBytes: sizeByMemory(
    'MAX_QUEUE_BYTES',
    ROOMY.maxQueueBytes,
    1,
    MAX_BYTES,
    'Bytes that the bodies of those requests may have together, once more those of bodies on their way in and answers on their way out, and once more what is computed now; more are 503, or wait.',
  ),
  clientSharePercent: count(
    'CLIENT_SHARE_PERCENT',
    50,
    1,
    100,
    'The part of MAX_QUEUE_BYTES that one client may hold with bodies on their way in and answers on their way out, and with what is computed; its further requests are 503, or wait.',
  ),
  tinyBodyBytes: count(
    'TINY_BODY_BYTES',
    8192,
    0,
    2 ** 16,
    'Requests with bodies up to this are computed on the HTTP thread when that is cheaper than handing them over; 0 = never.',
  ),
  deadlineMs: duration('DEADLINE_MS', 60_000, 'How long a request may wait and compute; then it is 504.'),
};
