import { originRefusal } from '../origin.ts';
import { SpotlightError } from '../spotlight-error.ts';
import type { Loss } from './connection.ts';

/** Closes after which the same would happen again; after all others the stream comes back. */
const FINAL_CODES = new Set([1002, 1007, 1009, 4400, 4401, 4409]);
const ORIGIN_NOT_ALLOWED = 4403;

/** Why a stream lost its connection; `connection_failed` when it can come back. */
export function lossError({ code, reason, status }: Loss, url: string): SpotlightError {
  if (code === ORIGIN_NOT_ALLOWED) return originRefusal(new URL(url), { closeCode: code });
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429) {
    return new SpotlightError('stream_closed', `the stream was refused with HTTP ${status}`, {
      status,
      closeCode: code,
    });
  }
  const why = `the stream was closed with ${code}${reason === '' ? '' : `: ${reason}`}`;
  return new SpotlightError(FINAL_CODES.has(code) ? 'stream_closed' : 'connection_failed', why, { closeCode: code });
}
