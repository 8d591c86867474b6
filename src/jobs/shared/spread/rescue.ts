/** Jobs whose parts nobody takes any more: all replicas with their kernel are gone, or it has taken too long. */
import type { WorkQueue } from '../work-queue.ts';
import { partId } from './part-task.ts';
import type { SpreadStore } from './spread-store.ts';

export interface RescueParts {
  store: SpreadStore;
  /** How many replicas with a kernel there are. */
  replicasOf(kernel: string): Promise<number>;
  /** The queue of the parts for a kernel. */
  partsOf(kernel: string): WorkQueue | Promise<WorkQueue>;
}

export class Rescue {
  readonly #parts: RescueParts;

  constructor(parts: RescueParts) {
    this.#parts = parts;
  }

  /** Has a job that nobody was heard of for a while go on without its parts, if there is no hope for them. */
  async look(id: string): Promise<void> {
    const { store, replicasOf, partsOf } = this.#parts;
    const plan = await store.plan(id);
    if (plan === undefined) return;
    const isLate = Date.now() > plan.until;
    if (!isLate && (await replicasOf(plan.kernel)) > 0) return;
    await store.failed(id, isLate ? 'they took too long' : `no replica with the kernel ${plan.kernel} is left`);
    const queue = await partsOf(plan.kernel);
    // Without parts that it waits for, it is taken again.
    for (const index of plan.cut.parts.keys()) await queue.remove(partId(id, index));
  }
}
