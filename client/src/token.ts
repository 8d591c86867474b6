/** The key or token that is sent to servers that ask for one: as it is, or got anew for every request. */
import { type Check, callable, secret } from './check.ts';

export type Token = string | (() => string | Promise<string>);

/** The longest that a hello of the stream may carry. */
const isToken = secret(4096);

export const checkToken: Check = (value, pointer) => {
  if (typeof value === 'function') callable(value, pointer);
  else isToken(value, pointer);
};

/**
 * The token to send now.
 * @throws what the function of the caller throws; SpotlightError `invalid_argument` for what it gives and no header can
 *   carry; the reason of `signal` when it is aborted first
 */
export function tokenNow(token: Token | undefined, signal?: AbortSignal): Promise<string | undefined> {
  if (typeof token !== 'function') return Promise.resolve(token);
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal?.reason);
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    // In a promise, so that what it throws at once is no different.
    Promise.resolve()
      .then(token)
      .then((given) => {
        isToken(given, '/token');
        resolve(given);
      })
      .catch(reject)
      .finally(() => signal?.removeEventListener('abort', onAbort));
  });
}
