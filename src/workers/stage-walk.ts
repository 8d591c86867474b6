import { chainCount, type Stage } from '../attention/plan.ts';
import type { Advanced, Claims, ComputeTask } from './tasks.ts';

/**
 * The stages of a plan on their way through the threads, one after another. Each free thread takes a chain, or the rest of
 * one; a stage is over when no chain is left to take and every thread has come back.
 */
export class StageWalk {
  readonly #stages: readonly Stage[];
  #at = 0;
  #claims: Claims;
  #rests: { chain: number; from: number }[] = [];
  #running = 0;
  /** Thread time of each stage so far, in ms. */
  readonly ms: number[];

  constructor(stages: readonly Stage[]) {
    this.#stages = stages;
    this.ms = stages.map(() => 0);
    this.#claims = claimsOf(stages[0]);
  }

  /** Stages that are over. */
  get done(): number {
    return this.#at;
  }

  get isOver(): boolean {
    return this.#at === this.#stages.length;
  }

  get isInLastStage(): boolean {
    return this.#at === this.#stages.length - 1;
  }

  /** Whether a thread would find something to do. */
  get hasWork(): boolean {
    if (this.isOver) return false;
    return this.#rests.length > 0 || Atomics.load(this.#claims.state, 0) < this.#claims.count;
  }

  /** The next piece, unless other threads have taken the last one since. */
  take(): ComputeTask | undefined {
    const rest = this.#rests.shift();
    const chain = rest?.chain ?? Atomics.add(this.#claims.state, 0, 1);
    if (chain >= this.#claims.count) return undefined;
    this.#running++;
    return { kind: 'compute', stage: this.#stages[this.#at], claims: this.#claims, chain, from: rest?.from ?? 0 };
  }

  /** A piece came back. */
  advanced({ rest, ms }: Advanced): void {
    this.#running--;
    this.ms[this.#at] += ms;
    if (rest !== undefined) this.#rests.push(rest);
    if (this.#running > 0 || this.hasWork) return;
    this.#at++;
    if (!this.isOver) this.#claims = claimsOf(this.#stages[this.#at]);
  }

  /** Threads stop after the shard that they are in. */
  cancel(): void {
    Atomics.store(this.#claims.state, 1, 1);
  }
}

function claimsOf(stage: Stage): Claims {
  return { state: new Int32Array(new SharedArrayBuffer(12)), count: chainCount(stage) };
}
