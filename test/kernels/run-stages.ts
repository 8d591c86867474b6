import { chainCount, type Stage } from '../../src/attention/plan.ts';
import type { ShardRunner } from '../../src/kernels/run.ts';

/** Computes all that is planned, in order, on this thread. */
export function runStages(stages: readonly Stage[], shards: ShardRunner): void {
  for (const stage of stages) {
    for (let chain = 0; chain < chainCount(stage); chain++) shards.runChain(stage, chain, 0, () => false);
  }
}
