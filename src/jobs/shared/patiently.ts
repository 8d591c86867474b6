import { setTimeout as sleep } from 'node:timers/promises';
import { isAway } from '../../redis/redis-fault.ts';
import { PiecesGone } from './job-bytes.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;
/** Longer than any restart takes; then somebody else does it again. */
const PATIENCE_MS = 600_000;

/**
 * Asks again while Redis is away, until it is back.
 * @throws the reason of `signal`; any other error; `sharing_unavailable` after ten minutes
 */
export async function patiently<T>(signal: AbortSignal, question: () => Promise<T>): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
    signal.throwIfAborted();
    try {
      return await question();
    } catch (error) {
      const passes = isAway(error) && !(error instanceof PiecesGone);
      if (!passes || performance.now() > end) throw error;
      // Who is told to stop hears why at the next turn.
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  }
}
