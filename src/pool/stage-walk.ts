import { chainCount, type Stage } from '../attention/plan.ts';
import { type Claims, cancelClaims, chainsOver, claimChain, claimsOf, hasUnclaimed } from '../tasks/claims.ts';
import type { Advanced, Begun, ComputeTask } from '../tasks/tasks.ts';

/** How much of a plan is over, in chains: ranges of rows of a head, or of a product. */
export interface WalkProgress {
  shardsDone: number;
  shardsTotal: number;
}

/**
 * The stages of a plan on their way through the threads, one after another. Each free thread takes a chain, or the rest of
 * one; a stage is over when no chain is left to take and every thread has come back.
 */
export class StageWalk {
  readonly #stages: readonly Stage[];
  #at: number;
  #claims: Claims | undefined;
  #rests: { chain: number; from: number }[] = [];
  #running = 0;
  /** Thread time of each stage in its pieces so far, in ms. */
  readonly ms: number[];

  /** @param begun what the thread that planned them has done already */
  constructor(stages: readonly Stage[], begun?: Begun) {
    this.#stages = stages;
    this.ms = stages.map(() => 0);
    this.#at = begun?.stagesOver ?? 0;
    this.#claims = begun?.claims;
    if (begun?.rest !== undefined) this.#rests.push(begun.rest);
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

  /** How far it is: what threads have told, and what stands in the memory that they share. */
  get progress(): WalkProgress {
    const counts = this.#stages.map(chainCount);
    const sum = (some: readonly number[]) => some.reduce((total, count) => total + count, 0);
    const now = this.#claims === undefined || this.isOver ? 0 : Math.min(counts[this.#at], chainsOver(this.#claims));
    return { shardsDone: sum(counts.slice(0, this.#at)) + now, shardsTotal: sum(counts) };
  }

  /** Whether a thread would find something to do. */
  get hasWork(): boolean {
    return !this.isOver && (this.#rests.length > 0 || hasUnclaimed(this.#claimsNow));
  }

  /** The next piece, unless other threads have taken the last one since. */
  take(): ComputeTask | undefined {
    const claims = this.#claimsNow;
    const rest = this.#rests.shift();
    const chain = rest?.chain ?? claimChain(claims);
    if (chain >= claims.count) return undefined;
    this.#running++;
    return { kind: 'compute', stage: this.#stages[this.#at], claims, chain, from: rest?.from ?? 0 };
  }

  /** A piece that was taken and not begun. */
  putBack({ chain, from }: ComputeTask): void {
    this.#running--;
    this.#rests.push({ chain, from });
  }

  /** A piece came back. */
  advanced({ rest, ms }: Advanced): void {
    this.#running--;
    this.ms[this.#at] += ms;
    if (rest !== undefined) this.#rests.push(rest);
    if (this.#running > 0 || this.hasWork) return;
    this.#at++;
    this.#claims = undefined;
  }

  /** Threads stop after the shard that they are in. */
  cancel(): void {
    if (this.#claims !== undefined) cancelClaims(this.#claims);
  }

  get #claimsNow(): Claims {
    this.#claims ??= claimsOf(this.#stages[this.#at]);
    return this.#claims;
  }
}
