import { chainCount, type Stage } from '../attention/plan.ts';

/** Which chains of a stage were taken: in memory of all threads that work on it, each of which takes the next one itself. */
export interface Claims {
  /** [the next chain that nobody has taken, 1 when cancelled, chains that are over] */
  state: Int32Array;
  count: number;
}

export function claimsOf(stage: Stage): Claims {
  return { state: new Int32Array(new SharedArrayBuffer(12)), count: chainCount(stage) };
}

/** The next chain; none is left when it is `count` or more. */
export function claimChain({ state }: Claims): number {
  return Atomics.add(state, 0, 1);
}

export function hasUnclaimed({ state, count }: Claims): boolean {
  return Atomics.load(state, 0) < count;
}

/** Says that a chain is over. @returns whether it was the last of its stage */
export function endChain({ state, count }: Claims): boolean {
  return Atomics.add(state, 2, 1) + 1 === count;
}

/** Chains that are over. */
export function chainsOver({ state }: Claims): number {
  return Atomics.load(state, 2);
}

/** Threads stop after the shard that they are in. */
export function cancelClaims({ state }: Claims): void {
  Atomics.store(state, 1, 1);
}

export function isCancelled({ state }: Claims): boolean {
  return Atomics.load(state, 1) !== 0;
}
