/**
 * Waits until `begin` calls its resolve or reject, or until `signal` aborts: then what `begin` gave is called, and the promise
 * rejects with the reason.
 */
export async function unlessAborted<T>(
  signal: AbortSignal,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  signal.throwIfAborted();
  let onAbort = () => {};
  try {
    return await new Promise<T>((resolve, reject) => {
      const undo = begin(resolve, reject);
      onAbort = () => {
        undo();
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
