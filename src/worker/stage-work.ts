import type { Stage } from '../attention/plan.ts';
import type { ShardRunner } from '../kernels/run.ts';
import { writeAnswer } from '../requests/answer.ts';
import { claimChain, claimsOf, endChain, hasUnclaimed, isCancelled } from '../tasks/claims.ts';
import type { Advanced, Begun, ComputeTask, Encoded, Writing } from '../tasks/tasks.ts';

/**
 * The longest time, in ms, that a thread goes on with a request that it alone knows of: nobody can help it, or stop it, before
 * it comes back.
 */
const ALONE_MS = 25;

/** The stages of requests on one thread. */
export class StageWork {
  readonly #shards: ShardRunner;
  /** See `WorkerSettings.slice`. */
  readonly #slice: Int32Array;

  constructor(shards: ShardRunner, slice: Int32Array) {
    this.#shards = shards;
    this.#slice = slice;
  }

  /** Runs shards until the slice is over or no chain of the stage is left; then says where it stopped. */
  compute(task: ComputeTask): Advanced {
    const start = performance.now();
    return this.#run(task, start, () => this.#isSliceOver(start) || isCancelled(task.claims));
  }

  /** Does as much of a request that was just planned as fits a slice. */
  begin(stages: readonly Stage[], writing: Writing | undefined): Begun {
    const start = performance.now();
    const isOver = () => performance.now() - start >= ALONE_MS || this.#isSliceOver(start);
    for (const [at, stage] of stages.entries()) {
      const claims = claimsOf(stage);
      const isLast = at === stages.length - 1;
      const task: ComputeTask = { kind: 'compute', stage, claims, chain: claimChain(claims), from: 0 };
      const { rest, encoded } = this.#run(isLast ? { ...task, writing } : task, performance.now(), isOver);
      const isUnfinished = rest !== undefined || hasUnclaimed(claims);
      if (isUnfinished) return { stagesOver: at, claims, rest, ms: performance.now() - start };
      if (encoded !== undefined) {
        return { stagesOver: stages.length, encoded, ms: performance.now() - start - encoded.ms };
      }
    }
    return { stagesOver: stages.length, ms: performance.now() - start };
  }

  #run({ stage, claims, writing, ...at }: ComputeTask, start: number, isOver: () => boolean): Advanced {
    let { chain, from } = at;
    for (;;) {
      const next = this.#shards.runChain(stage, chain, from, isOver);
      const ms = performance.now() - start;
      if (next >= 0) return { rest: { chain, from: next }, ms };
      const isLast = endChain(claims);
      if (isLast && writing !== undefined && !isCancelled(claims)) {
        return { rest: undefined, ms, encoded: encode(writing) };
      }
      if (isLast || isOver()) return { rest: undefined, ms };
      chain = claimChain(claims);
      from = 0;
      if (chain >= claims.count) return { rest: undefined, ms };
    }
  }

  #isSliceOver(start: number): boolean {
    return performance.now() - start >= Atomics.load(this.#slice, 0);
  }
}

/** Writes an answer; what can stay in the memory of its results does. */
export function encode({ answer, memory }: Writing): Encoded {
  const start = performance.now();
  const written = writeAnswer(answer, 'in place');
  const placed = within(memory, written.pieces);
  return { ...written, ...placed, ms: performance.now() - start };
}

/** Pieces that lie in `memory` stay there; those in other shared memory, such as a body's, are copied. */
function within(memory: readonly SharedArrayBuffer[], pieces: readonly Uint8Array[]) {
  const uses = new Set<number>();
  const placed = pieces.map((piece) => {
    if (!(piece.buffer instanceof SharedArrayBuffer)) return piece;
    const use = memory.indexOf(piece.buffer);
    if (use < 0) return Uint8Array.from(piece);
    uses.add(use);
    return piece;
  });
  return { pieces: placed, uses: [...uses] };
}
