import type { IncomingHttpHeaders } from 'node:http';
import { RequestError } from '../../errors.ts';

const SECONDS = /^\d{1,9}(\.\d{1,9})?$/;

/**
 * How long a request may wait and compute, in ms: what its header Request-Timeout says in seconds, as clients of other
 * inference servers send it, but never longer than the server allows.
 * @throws RequestError `invalid_option` for what is no time
 */
export function deadlineOf(headers: IncomingHttpHeaders, { deadlineMs }: { deadlineMs: number }): number {
  const given = headers['request-timeout'];
  if (given === undefined) return deadlineMs;
  const ms = typeof given === 'string' && SECONDS.test(given) ? Math.ceil(Number(given) * 1000) : 0;
  if (ms === 0)
    throw new RequestError('invalid_option', 'Request-Timeout must be a number of seconds above 0, such as 2.5');
  return Math.min(ms, deadlineMs);
}
