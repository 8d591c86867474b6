/** How a request is told from another that comes with the same Idempotency-Key. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { JobOrder } from './job.ts';

/** How long a key stands for its job, in ms. */
export const KEY_MS = 24 * 60 * 60 * 1000;

/** Bytes that are looked at in one go: some hundred microseconds, between which others have their turn. */
const AT_ONCE_BYTES = 256 * 1024;

/** Of all that makes a job what it is, where it has a key; SHA-256 in hexadecimal. */
export async function fingerprintOf(order: JobOrder): Promise<string> {
  const { route, body, contentType, accept = '', callbackUrl = '', idempotencyKey } = order;
  if (idempotencyKey === undefined) return '';
  const hash = createHash('sha256')
    .update(JSON.stringify([route, contentType, accept, callbackUrl]))
    .update('\n');
  for (let at = 0; at < body.byteLength; at += AT_ONCE_BYTES) {
    if (at > 0) await setImmediate();
    hash.update(body.subarray(at, at + AT_ONCE_BYTES));
  }
  return hash.digest('hex');
}

/** The name of a key of somebody: of a length of our own, whatever was sent, and nobody else's. */
export function keyName(owner: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([owner, key]))
    .digest('hex');
}
