/** Where the end of a job may be told. */
import { RequestError } from '../../errors.ts';

const MAX_LENGTH = 2048;
const POINTER = { pointer: '/callback_url' };

/**
 * A URL below one of those that are allowed, as it is asked.
 * @throws RequestError `invalid_option`
 */
export function allowedCallback(text: string, allowed: readonly URL[]): string {
  if (allowed.length === 0) throw refused('no ends of jobs are told here: CALLBACK_URLS is not set');
  if (text.length > MAX_LENGTH || !URL.canParse(text))
    throw refused('callback_url must be a URL of at most 2048 characters');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw refused('callback_url must have no name or password');
  const isBelow = allowed.some(({ origin, pathname }) => url.origin === origin && url.pathname.startsWith(pathname));
  // A slash, a backslash or a point that is escaped, once or twice, means to some servers what it means when it is not; so does
  // the way up with a parameter.
  if (!isBelow || /%2f|%5c|%2e|%25|\.\.;/i.test(url.pathname))
    throw refused('callback_url is not below any of those that this server may call');
  url.hash = '';
  return url.href;
}

function refused(detail: string): RequestError {
  return new RequestError('invalid_option', detail, POINTER);
}
