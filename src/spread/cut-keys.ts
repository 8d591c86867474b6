/** Parts that have some of the keys of their rows, where rows are few: one for each split of the plan, to be merged. */
import { chainKeys, type Grid, pairCost } from '../attention/plan.ts';
import { hasMaskRows } from './cut-rows.ts';
import type { Part } from './part.ts';
import type { AxisRange } from './placed.ts';
import type { Whole } from './whole.ts';

/**
 * Of each batch entry and range of rows, of all heads or, where that makes too few parts, of those that share keys. Splits
 * without keys are left out, but for the first.
 */
export function splitParts(whole: Whole, grid: Grid, wanted: number): Part[] {
  const { batch, numHeads, numKeyHeads, queryLength } = whole.problem;
  const ranges = Math.ceil(queryLength / grid.rows);
  const together = batch * ranges * grid.splits >= wanted ? numHeads : numHeads / numKeyHeads;
  const parts: Part[] = [];
  for (let b = 0; b < batch; b++) {
    for (let head = 0; head < numHeads; head += together) {
      for (let range = 0; range < ranges; range++) {
        const rows = [range * grid.rows, Math.min((range + 1) * grid.rows, queryLength)] as const;
        const place = { entries: [b, b + 1], heads: [head, head + together], rows } as const;
        parts.push(...splitsOf(whole, grid, place, range + 1 === ranges));
      }
    }
  }
  return parts;
}

/** Keys before the first and behind the last that are seen go with these, so that each is read by somebody. */
function splitsOf(
  { problem, mask }: Whole,
  grid: Grid,
  place: Pick<Part, 'entries' | 'heads' | 'rows'>,
  isLast: boolean,
): Part[] {
  const { entries, heads, rows } = place;
  const isWhole = hasMaskRows(mask);
  const limit = isWhole ? problem.keyLength : problem.keyLengths[entries[0]];
  const chain = { batch: entries[0], rowStart: rows[0], rowEnd: rows[1] };
  const all = Array.from({ length: grid.splits }, (_, split) => ({
    split,
    ...chainKeys(problem, grid, { ...chain, split }),
  }));
  const splits = all.filter(({ split, start, end }) => split === 0 || end > start);
  return splits.map(({ split, start, end }, i) => {
    const keyStart = i === 0 && (isWhole || rows[0] === 0) ? 0 : start;
    const keyEnd = i + 1 === splits.length && (isWhole || isLast) ? Math.max(end, limit) : end;
    const keys: AxisRange = [keyStart, keyEnd];
    const pairs = (heads[1] - heads[0]) * (rows[1] - rows[0]) * (end - start);
    return { ...place, keys, split, cost: pairs * pairCost(problem) };
  });
}
