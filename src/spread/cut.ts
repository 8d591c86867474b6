/** How an attention is cut into parts that other replicas compute: along the chains of its plan, so that no number changes. */
import { attentionGrid } from '../attention/plan.ts';
import { splitParts } from './cut-keys.ts';
import { rowParts } from './cut-rows.ts';
import type { Cut } from './part.ts';
import type { NotSpread, Whole } from './whole.ts';

/** Chains of all heads, over all batch entries, beyond which a plan is not looked at: it takes a millisecond for ten thousand. */
const MOST_CHAINS = 100_000;

/**
 * Cuts a request into about `wanted` parts of equal cost. Every key is read by some part, so that one that is not finite is
 * found, and so is every row of queries.
 * @param shardCost of the kernel that computes it, see `attentionGrid`
 */
export function cutWhole(whole: Whole, { shardCost, wanted }: { shardCost: number; wanted: number }): Cut | NotSpread {
  const { problem, sinks } = whole;
  const grid = attentionGrid(problem, shardCost);
  const chains = problem.batch * problem.numHeads * Math.ceil(problem.queryLength / grid.rows);
  if (chains > MOST_CHAINS) return { why: 'its plan is too long' };
  if (grid.splits === 1) return atLeastTwo({ grid, ...rowParts(whole, grid, wanted) });
  if (sinks !== undefined)
    return { why: 'its plan splits the keys of a row, behind the last of which sinks are counted' };
  return atLeastTwo({ grid, by: 'keys', parts: splitParts(whole, grid, wanted) });
}

const atLeastTwo = (cut: Cut): Cut | NotSpread => (cut.parts.length < 2 ? { why: 'its plan has a single part' } : cut);
