/** What is told of a Redis that does not answer as it should. */
import { RequestError } from '../errors.ts';

/** When it may be tried again: most of its absences are restarts. */
const RETRY_MS = 2000;

/** What a Redis says that is there and cannot serve; all else that it says is a bug of ours. */
const CANNOT =
  /^(LOADING|READONLY|MISCONF|MASTERDOWN|CLUSTERDOWN|BUSY|TRYAGAIN|NOAUTH|WRONGPASS|NOPERM|NOREPLICAS|EXECABORT)\b/;

const BUGS = [TypeError, RangeError, ReferenceError, SyntaxError];

/** The error as whoever asked is to hear it: `sharing_unavailable`, or a bug as it is. */
export function faultOf(error: unknown): unknown {
  if (error instanceof RequestError || !(error instanceof Error)) return error;
  if (BUGS.some((kind) => error instanceof kind)) return error;
  // Of a script Redis before version 7 says it in the middle.
  if (/\bOOM\b/.test(error.message)) return unavailable('what replicas share is full: their Redis has no memory left');
  if (error.name === 'ReplyError' && !CANNOT.test(error.message)) return error;
  return unavailable('what replicas share is away or slow: their Redis does not answer as it should');
}

/** An error without what was asked, which its client adds: passwords and bodies are for no log. */
export function withoutCommand(error: unknown): unknown {
  if (error instanceof Error) Reflect.deleteProperty(error, 'command');
  return error;
}

function unavailable(detail: string): RequestError {
  return new RequestError('sharing_unavailable', `${detail}; try again in a moment`, { retryAfterMs: RETRY_MS });
}

/** Whether something could not be done because Redis is away, slow or full, and may be done later. */
export const isAway = (error: unknown): boolean =>
  error instanceof RequestError && error.code === 'sharing_unavailable';
