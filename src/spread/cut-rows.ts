/** Parts that have all the keys of their rows: their outputs, one after another, are that of the whole. */
import type { Grid } from '../attention/plan.ts';
import { visibleKeysOfRows } from '../attention/positions.ts';
import { ChainCosts, equalRanges, type Region } from './chain-costs.ts';
import type { Cut, Part } from './part.ts';
import type { AxisRange } from './placed.ts';
import type { Whole } from './whole.ts';

/** A region that is cut along one axis at multiples of a step. */
type Cuttable = Region & { axis: keyof Region; step: number };

/**
 * Cut into batch entries, or else each of these into heads, or each of these into rows: whichever first come to as many as
 * are wanted. So the rows of a part follow each other in the output, and heads that share keys stay together.
 */
export function rowParts(whole: Whole, grid: Grid, wanted: number): Pick<Cut, 'by' | 'parts'> {
  const { problem } = whole;
  const costs = new ChainCosts(problem, grid);
  const all = costs.of({ entries: [0, problem.batch], heads: [0, problem.numHeads], rows: [0, problem.queryLength] });
  const parts: Part[] = [];
  const cuttable = cuttables(whole, grid, wanted);
  for (const { axis, step, ...region } of cuttable) {
    const count = Math.max(1, Math.round((wanted * costs.of(region)) / Math.max(1, all)));
    const costTo = (to: number) => costs.of({ ...region, [axis]: [region[axis][0], to] });
    const regions = equalRanges(region[axis], { step, count, costTo }).map((range) => ({ ...region, [axis]: range }));
    const keys = axis === 'rows' ? keysOfRows(whole, regions) : regions.map((each) => keysOfHeads(whole, each));
    parts.push(...regions.map((each, i) => ({ ...each, keys: keys[i], split: 0, cost: costs.of(each) })));
  }
  return { by: cuttable[0]?.axis === 'rows' ? 'rows' : 'heads', parts };
}

function cuttables({ problem }: Whole, grid: Grid, wanted: number): Cuttable[] {
  const { batch, numHeads, numKeyHeads, queryLength } = problem;
  const group = numHeads / numKeyHeads;
  const rows = [0, queryLength] as const;
  if (batch >= wanted) return [{ entries: [0, batch], heads: [0, numHeads], rows, axis: 'entries', step: 1 }];
  /** Each batch entry by so many heads. */
  const heads = (together: number, axis: Pick<Cuttable, 'axis' | 'step'>): Cuttable[] => {
    const each = numHeads / together;
    return Array.from({ length: batch * each }, (_, i) => {
      const [entry, head] = [Math.floor(i / each), (i % each) * together];
      return { entries: [entry, entry + 1], heads: [head, head + together], rows, ...axis };
    });
  };
  if (batch * numKeyHeads >= wanted) return heads(numHeads, { axis: 'heads', step: group });
  if (batch * numHeads >= wanted) return heads(group, { axis: 'heads', step: 1 });
  return heads(1, { axis: 'rows', step: grid.rows });
}

/** Of the keys of some heads all that are not padding: only these may hold anything. */
function keysOfHeads({ problem, mask }: Whole, { entries }: Region): AxisRange {
  return hasMaskRows(mask) ? [0, problem.keyLength] : [0, longestKeys(problem.keyLengths, entries)];
}

const longestKeys = (keyLengths: readonly number[], [from, to]: AxisRange): number =>
  keyLengths.slice(from, to).reduce((most, length) => Math.max(most, length), 0);

/** Keys that differ from row to row in the mask are left together, as a range of them is no range of its bytes. */
export const hasMaskRows = (mask: Whole['mask']): boolean =>
  mask !== undefined && mask.sizes[2] > 1 && mask.sizes[3] > 1;

/**
 * The keys of each of the ranges of rows of a head: those that they see. Keys that no row sees go with the ranges beside
 * them, up to the padding.
 */
function keysOfRows(whole: Whole, regions: readonly Region[]): AxisRange[] {
  const { problem } = whole;
  let reached = 0;
  return regions.map((region, i) => {
    const most = keysOfHeads(whole, region);
    if (hasMaskRows(whole.mask)) return most;
    const { start, end } = visibleKeysOfRows(problem, region.entries[0], region.rows[0], region.rows[1]);
    const from = end > start ? Math.min(start, reached) : reached;
    reached = i + 1 === regions.length ? Math.max(from, most[1]) : Math.max(end, reached);
    return [from, reached];
  });
}
