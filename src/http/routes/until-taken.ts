import type { LentMemory } from '../../pool/pool-memory.ts';

/** Does what may refuse a request before anybody has taken its body, which is given back then. */
export function untilTaken<T>(memory: Pick<LentMemory, 'release'>, body: Uint8Array, check: () => T): T {
  try {
    return check();
  } catch (error) {
    memory.release(body);
    throw error;
  }
}
