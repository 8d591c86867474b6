/** How a request is told from another that comes with the same Idempotency-Key. */
import { createHash } from 'node:crypto';
import type { JobOrder } from './job.ts';

/** How long a key stands for its job, in ms. */
export const KEY_MS = 24 * 60 * 60 * 1000;

/** Of all that makes a job what it is; SHA-256 in hexadecimal. */
export function fingerprintOf({ route, body, contentType, accept = '', callbackUrl = '' }: JobOrder): string {
  const head = JSON.stringify([route, contentType, accept, callbackUrl]);
  return createHash('sha256').update(head).update('\n').update(body).digest('hex');
}

/** The name of a key of somebody: of a length of our own, whatever was sent, and nobody else's. */
export function keyName(owner: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([owner, key]))
    .digest('hex');
}
