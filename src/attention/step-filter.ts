import { type PlacedStep, type StepPlan, stepAt } from './step-plan.ts';
import { STEP_NAMES, type Step, type StepName, TILE_STEPS } from './steps.ts';

/** What a viewer wants to see; everything where nothing is said. */
export interface StepFilter {
  steps: ReadonlySet<StepName> | undefined;
  /** Query heads; the key heads that they read are seen too. */
  heads: ReadonlySet<number> | undefined;
  /** Query rows, ascending. */
  rows: readonly number[] | undefined;
}

/** Steps that are looked at in one go, so that a search through a million steps holds nobody up. */
const LOOKS = 250;

/**
 * The first step after `after` that passes the filter: `found`; or how far the search came in one go: `passed`, which is
 * the total at the end.
 */
export function nextStep(plan: StepPlan, filter: StepFilter, after: number): { found: Step } | { passed: number } {
  let seq = after + 1;
  for (let look = 0; look < LOOKS && seq <= plan.total; look++) {
    const step = stepAt(plan, seq);
    const row = rowFor(plan, filter, step);
    if (!headPasses(plan, filter, step) || row === undefined || row >= plan.queryLength) seq = step.headNext;
    else if (row >= step.rowEnd) seq = Math.max(seq + 1, rowFirst(plan, step, row));
    else if (filter.steps !== undefined && !filter.steps.has(step.name)) seq++;
    else return { found: step };
  }
  return { passed: Math.min(seq - 1, plan.total) };
}

function headPasses({ detail, parts }: StepPlan, { heads }: StepFilter, step: Step): boolean {
  // A part that is one of several has a head of its own, even in a whole step.
  if (heads === undefined || step.name === 'result' || (detail === 'whole' && parts.length === 1)) return true;
  const { firstHead, numHeads, numKeyHeads } = parts[step.part];
  const group = step.name === 'k' || step.name === 'v' ? numHeads / numKeyHeads : 1;
  for (let head = step.headStart * group; head < step.headEnd * group; head++) {
    if (heads.has(firstHead + head)) return true;
  }
  return false;
}

/** The first wanted row that is not before the step's; the step's own first row where all are wanted. */
function rowFor({ detail }: StepPlan, { rows }: StepFilter, step: Step): number | undefined {
  const isKeys = step.name === 'k' || step.name === 'v';
  if (rows === undefined || isKeys || detail === 'whole' || detail === 'head') return step.rowStart;
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle] < step.rowStart) low = middle + 1;
    else high = middle;
  }
  return rows[low];
}

/** The first step of `row` in the head of `step`; `step` stands before it. Outside of heads steps are rows. */
function rowFirst({ parts }: StepPlan, step: PlacedStep, row: number): number {
  const { names, tiles } = parts[step.part];
  if (step.name === 'result') return step.seq + row - step.rowStart;
  if (tiles === undefined) return step.headFirst + row * names.length;
  return step.headFirst + 1 + tiles.blocks[step.batchStart].starts[Math.floor(row / tiles.rows)];
}

/** The names of all steps that a plan has, in the order in which they are computed. */
export function namesIn({ parts }: StepPlan): StepName[] {
  const names = new Set(parts.flatMap(namesOf));
  return STEP_NAMES.filter((name) => names.has(name));
}

function namesOf({ names, hasResult, tiles }: StepPlan['parts'][number]): StepName[] {
  const hasTiles = tiles?.blocks.some(({ keyStart, keyEnd }) => keyEnd.some((end, block) => end > keyStart[block]));
  return ['q', 'k', 'v', ...names, ...(hasTiles ? TILE_STEPS : []), ...(hasResult ? (['result'] as const) : [])];
}
