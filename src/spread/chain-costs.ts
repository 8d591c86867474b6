import { type Grid, pairCost } from '../attention/plan.ts';
import { visibleKeysOfRows } from '../attention/positions.ts';
import type { AttentionProblem } from '../attention/problem.ts';
import type { AxisRange } from './placed.ts';

/** What of a problem is meant: ranges of batch entries, heads and rows, these of whole chains. */
export interface Region {
  entries: AxisRange;
  heads: AxisRange;
  rows: AxisRange;
}

/** What the chains of a problem cost, in multiply-adds, for each to be asked in no time. */
export class ChainCosts {
  readonly #grid: Grid;
  readonly #ranges: number;
  /** What all ranges of rows cost of one head before each, over all batch entries one after another. */
  readonly #before: Float64Array;

  constructor(problem: AttentionProblem, grid: Grid) {
    const { batch, queryLength } = problem;
    this.#grid = grid;
    this.#ranges = Math.ceil(queryLength / grid.rows);
    this.#before = new Float64Array(batch * this.#ranges + 1);
    const pair = pairCost(problem);
    for (let chain = 0; chain < batch * this.#ranges; chain++) {
      const rowStart = (chain % this.#ranges) * grid.rows;
      const rowEnd = Math.min(rowStart + grid.rows, queryLength);
      const { start, end } = visibleKeysOfRows(problem, Math.floor(chain / this.#ranges), rowStart, rowEnd);
      this.#before[chain + 1] = this.#before[chain] + (rowEnd - rowStart) * (end - start) * pair;
    }
  }

  of({ entries: [first, last], heads: [headStart, headEnd], rows: [rowStart, rowEnd] }: Region): number {
    const from = rowStart / this.#grid.rows;
    const to = Math.ceil(rowEnd / this.#grid.rows);
    const heads = headEnd - headStart;
    // Whole entries lie one behind the other.
    if (from === 0 && to === this.#ranges) {
      return (this.#before[last * this.#ranges] - this.#before[first * this.#ranges]) * heads;
    }
    let cost = 0;
    for (let b = first; b < last; b++) {
      cost += this.#before[b * this.#ranges + to] - this.#before[b * this.#ranges + from];
    }
    return cost * heads;
  }
}

/**
 * Cuts a range at multiples of `step` from its start into up to `count` of about equal cost.
 * @param costTo what it costs from its start to there
 */
export function equalRanges(
  [start, end]: AxisRange,
  { step, count, costTo }: { step: number; count: number; costTo: (to: number) => number },
): AxisRange[] {
  const share = costTo(end) / count;
  const ranges: AxisRange[] = [];
  const placeOf = (i: number) => start + i * step;
  /** The last place before the end. */
  const last = Math.ceil((end - start) / step) - 1;
  for (let k = 1, before = 0; k < count; k++) {
    const at = firstFrom(before + 1, last, (i) => costTo(placeOf(i)) >= share * k);
    if (at > last) break;
    ranges.push([placeOf(before), placeOf(at)]);
    before = at;
  }
  ranges.push([ranges.at(-1)?.[1] ?? start, end]);
  return ranges;
}

/** The first number of `low` to `high` that is enough, where all behind one that is are so, too; else the one behind `high`. */
function firstFrom(low: number, high: number, isEnough: (i: number) => boolean): number {
  let [from, to] = [low, high + 1];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (isEnough(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
