import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What a gateway or client may name its request; anything else could break a log line or a header. */
const SANE = /^[A-Za-z0-9._-]{1,128}$/;

/** The id that the client or gateway gave the request, else a new one. */
export function requestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && SANE.test(given) ? given : randomUUID();
}
