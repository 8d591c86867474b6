import { costIn, pairCost } from '../../../attention/plan.ts';
import type { AttentionProblem } from '../../../attention/problem.ts';
import type { AttentionPool } from '../../../pool/pool.ts';
import type { Speeds } from '../../../spread/planner.ts';

/** How much of what was just read counts for the guess of the next. */
const NEWEST = 0.3;
/** Reads of fewer bytes tell how far Redis is, and not how fast. */
const LEAST_BYTES = 256 * 1024;
/** Before anything was read: a network of a gigabit. */
const USUAL_BYTES_PER_SECOND = 1e8;
/** Threads that have computed for less, in ms, have not told yet how fast they are. */
const LEAST_KERNEL_MS = 500;
/** What BullMQ takes for a part: it is put in, taken and told to be over. */
const PART_SECONDS = 0.05;

export type MeasuredPool = Pick<AttentionPool, 'work' | 'shardCost' | 'load'>;

/** What this replica has measured, of itself and of its way to Redis. */
export class MeasuredSpeeds {
  readonly #pool: MeasuredPool;
  #bytesPerSecond = 0;

  constructor(pool: MeasuredPool) {
    this.#pool = pool;
  }

  /** So many bytes were read in so long. */
  read(bytes: number, ms: number): void {
    if (bytes < LEAST_BYTES || ms <= 0) return;
    const now = (bytes / ms) * 1000;
    this.#bytesPerSecond += (this.#bytesPerSecond === 0 ? 1 : NEWEST) * (now - this.#bytesPerSecond);
  }

  /** For a problem: float64 is left to the reference, whose speed is that of its plan. */
  of(problem: AttentionProblem): Speeds {
    const { work, shardCost, load } = this.#pool;
    const planned = 1000 * costIn(problem.precision, shardCost);
    const isKnown = problem.precision === 'float32' && work.kernelMs >= LEAST_KERNEL_MS;
    // What is counted is the products; what a pair costs is its exponential, too.
    const counted = (1000 * work.multiplyAdds * pairCost(problem)) / (problem.headDim + problem.valueDim);
    return {
      multiplyAddsPerSecond: load.workers * (isKnown ? counted / work.kernelMs : planned),
      bytesPerSecond: this.#bytesPerSecond || USUAL_BYTES_PER_SECOND,
      partSeconds: PART_SECONDS,
    };
  }
}
