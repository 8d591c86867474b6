import { RequestError } from '../errors.ts';
import { visibleKeysOfRows } from './positions.ts';
import type { AttentionProblem } from './problem.ts';
import { type Detail, type Step, type StepName, type Subject, scoreSteps, stepNumbers, TILE_STEPS } from './steps.ts';

/**
 * All steps of a run, told by numbers alone: step `seq` is found by arithmetic, so that a plan of a million steps is small
 * and any step can be computed from the inputs, in any order. The steps of one problem come after those of another.
 */
export interface StepPlan {
  detail: Detail;
  total: number;
  /** Query heads of all problems together. */
  numHeads: number;
  queryLength: number;
  parts: readonly PartPlan[];
  /** Where the steps of each part start, and the total behind them. */
  starts: readonly number[];
}

/**
 * The steps of one problem.
 * Order: batch entries; in each the key heads, `k` and `v` before the query heads that read them; in each query head the
 * rows, for each row (or all of them, or each block of rows) the steps from `q` to `z`; `result` last of its batch entry.
 */
interface PartPlan {
  detail: Detail;
  total: number;
  /** Query heads of the parts before. */
  firstHead: number;
  batch: number;
  numHeads: number;
  numKeyHeads: number;
  queryLength: number;
  keyLength: number;
  hasResult: boolean;
  /** The steps of one unit, in order: the whole part, a head, a row; with `tile` those after the tiles of a block of rows. */
  names: readonly StepName[];
  /** Where the steps of each batch entry start, and the total behind them. */
  batchStarts: readonly number[];
  /** With detail `tile`, for each batch entry. */
  tiles: { rows: number; keys: number; blocks: readonly TileBlocks[] } | undefined;
}

/** The tiles of one head: block b of rows reads the keys `[keyStart[b], keyEnd[b])`. */
interface TileBlocks {
  /** Where the steps of each block start in those of its head, and their number behind them. */
  starts: readonly number[];
  keyStart: readonly number[];
  keyEnd: readonly number[];
}

export interface Stepping {
  detail: Detail;
  /** The size of a tile; by default at most 16 rows and a quarter of the keys, but no more than a kernel takes at once. */
  tileRows: number | undefined;
  tileKeys: number | undefined;
}

export interface StepLimits {
  maxSteps: number;
  /** The most numbers that one step may hold. */
  maxStepNumbers: number;
}

const TILE_ROWS = 16;
/** What the kernels take at once. */
const KERNEL_KEYS = 256;
const TILES_TO_SEE = 4;

/**
 * Plans the steps of a run.
 * @throws RequestError `too_many_steps`, `output_too_large` for a detail that is too fine or too coarse for the problem
 */
export function planSteps(subjects: readonly Subject[], stepping: Stepping, limits: StepLimits): StepPlan {
  for (const { problem } of subjects) requireNumbers(problem);
  const starts = [0];
  const parts: PartPlan[] = [];
  let numHeads = 0;
  for (const subject of subjects) {
    const part = planPart(subject, numHeads, stepping, limits);
    checkStepSizes(subject, part, limits);
    parts.push(part);
    numHeads += part.numHeads;
    starts.push(starts[starts.length - 1] + part.total);
    checkTotal(starts[starts.length - 1], limits, stepping.detail);
  }
  const total = starts[parts.length];
  return { detail: stepping.detail, total, numHeads, queryLength: parts[0].queryLength, parts, starts };
}

/** A run without batch entries, queries or keys would have no steps to watch. */
function requireNumbers({ batch, queryLength, keyLength }: AttentionProblem): void {
  if (batch * queryLength * keyLength > 0) return;
  const what = batch === 0 ? 'batch entries' : queryLength === 0 ? 'queries' : 'keys';
  const detail = `a run without ${what} has no steps to watch; ask for its answer instead`;
  throw new RequestError('empty_tensor', detail, {
    pointer: keyLength === 0 && batch * queryLength > 0 ? '/key' : '/query',
  });
}

function planPart(
  { problem, projection }: Subject,
  firstHead: number,
  stepping: Stepping,
  limits: StepLimits,
): PartPlan {
  const { detail } = stepping;
  const { batch, numHeads, numKeyHeads, queryLength, keyLength } = problem;
  const scores = scoreSteps(problem);
  const hasResult = projection !== undefined;
  const sizes = { batch, numHeads, numKeyHeads, queryLength, keyLength };
  const plan = { detail, firstHead, ...sizes, hasResult, tiles: undefined };
  if (detail === 'tile') return planTiles(problem, plan, stepping, limits);
  if (detail === 'whole') {
    const names: StepName[] = ['q', 'k', 'v', ...scores, 'pattern', 'z', ...(hasResult ? (['result'] as const) : [])];
    return { ...plan, names, total: names.length, batchStarts: [0, names.length] };
  }
  const names: StepName[] = ['q', ...scores, 'pattern', 'z'];
  const units = detail === 'row' ? queryLength : 1;
  const each = 2 * numKeyHeads + numHeads * units * names.length + (hasResult ? units : 0);
  checkTotal(batch * each, limits, detail);
  return { ...plan, names, total: batch * each, batchStarts: multiples(each, batch) };
}

function planTiles(
  problem: AttentionProblem,
  plan: Omit<PartPlan, 'names' | 'total' | 'batchStarts'>,
  { detail, tileRows, tileKeys }: Stepping,
  limits: StepLimits,
): PartPlan {
  const { batch, numHeads, numKeyHeads, queryLength, keyLength } = problem;
  const rows = Math.min(queryLength, tileRows ?? TILE_ROWS);
  const keys = Math.min(keyLength, tileKeys ?? Math.min(KERNEL_KEYS, Math.ceil(keyLength / TILES_TO_SEE)));
  const blockCount = Math.ceil(queryLength / rows);
  checkTotal(batch * (2 * numKeyHeads + numHeads * (1 + blockCount)), limits, detail);
  const batchStarts = [0];
  const blocks: TileBlocks[] = [];
  for (let entry = 0; entry < batch; entry++) {
    const starts = [0];
    const keyStart: number[] = [];
    const keyEnd: number[] = [];
    for (let block = 0; block < blockCount; block++) {
      const seen = visibleKeysOfRows(problem, entry, block * rows, Math.min((block + 1) * rows, queryLength));
      keyStart.push(seen.start);
      keyEnd.push(seen.end);
      starts.push(starts[block] + TILE_STEPS.length * Math.ceil((seen.end - seen.start) / keys) + 1);
    }
    blocks.push({ starts, keyStart, keyEnd });
    const each = 2 * numKeyHeads + numHeads * (1 + starts[blockCount]) + Number(plan.hasResult);
    batchStarts.push(batchStarts[entry] + each);
    checkTotal(batchStarts[entry + 1], limits, detail);
  }
  return { ...plan, names: ['z'], total: batchStarts[batch], batchStarts, tiles: { rows, keys, blocks } };
}

/** A step, and where the section that it stands in begins and ends: the steps of its head, or itself outside of heads. */
export type PlacedStep = Step & { headFirst: number; headNext: number };

/** Step number `seq` of a run. */
export function stepAt(plan: StepPlan, seq: number): PlacedStep {
  const part = lastAtMost(plan.starts, seq - 1);
  const start = plan.starts[part];
  const step = stepIn(plan.parts[part], seq - start);
  return { ...step, seq, part, headFirst: step.headFirst + start, headNext: step.headNext + start };
}

/** Step number `seq` of a part. */
function stepIn(plan: PartPlan, seq: number): Omit<PlacedStep, 'part'> {
  const { detail, numHeads, numKeyHeads, queryLength, keyLength } = plan;
  const all = { batchStart: 0, batchEnd: plan.batch, rowStart: 0, rowEnd: queryLength, keyStart: 0, keyEnd: keyLength };
  const alone = { headFirst: seq, headNext: seq + 1, tile: undefined };
  if (detail === 'whole') {
    const name = plan.names[seq - 1];
    const isKeys = name === 'k' || name === 'v';
    const rowEnd = isKeys ? keyLength : queryLength;
    return { seq, name, ...all, rowEnd, headStart: 0, headEnd: isKeys ? numKeyHeads : numHeads, ...alone };
  }
  const entry = lastAtMost(plan.batchStarts, seq - 1);
  const one = { ...all, batchStart: entry, batchEnd: entry + 1 };
  let at = seq - 1 - plan.batchStarts[entry];
  const perHead = headSteps(plan, entry);
  const group = 2 + (numHeads / numKeyHeads) * perHead;
  if (at >= numKeyHeads * group) {
    const row = at - numKeyHeads * group;
    const rows = detail === 'row' ? { rowStart: row, rowEnd: row + 1 } : {};
    return { seq, name: 'result', ...one, ...rows, headStart: 0, headEnd: numHeads, ...alone };
  }
  const keyHead = Math.floor(at / group);
  at %= group;
  if (at < 2) {
    const name = at === 0 ? 'k' : 'v';
    return { seq, name, ...one, rowEnd: keyLength, headStart: keyHead, headEnd: keyHead + 1, ...alone };
  }
  at -= 2;
  const head = keyHead * (numHeads / numKeyHeads) + Math.floor(at / perHead);
  at %= perHead;
  const place = { headStart: head, headEnd: head + 1, headFirst: seq - at, headNext: seq - at + perHead };
  if (plan.tiles !== undefined) return { seq, ...one, ...place, ...tileStep(plan.tiles, entry, at, queryLength) };
  const unit = Math.floor(at / plan.names.length);
  const rows = detail === 'row' ? { rowStart: unit, rowEnd: unit + 1 } : {};
  return { seq, name: plan.names[at % plan.names.length], ...one, ...rows, ...place, tile: undefined };
}

type TilePlace = Pick<Step, 'name' | 'rowStart' | 'rowEnd' | 'keyStart' | 'keyEnd' | 'tile'>;

/** Step `at` of the steps of one head, with detail `tile`. */
function tileStep(
  { rows, keys, blocks }: NonNullable<PartPlan['tiles']>,
  entry: number,
  at: number,
  queryLength: number,
): TilePlace {
  const { starts, keyStart, keyEnd } = blocks[entry];
  const none = { keyStart: 0, keyEnd: 0, tile: undefined };
  if (at === 0) return { name: 'q', rowStart: 0, rowEnd: queryLength, ...none };
  const block = lastAtMost(starts, at - 1);
  const own = at - 1 - starts[block];
  const range = { rowStart: block * rows, rowEnd: Math.min((block + 1) * rows, queryLength) };
  if (at === starts[block + 1]) return { name: 'z', ...range, ...none };
  const tile = Math.floor(own / TILE_STEPS.length);
  const start = keyStart[block] + tile * keys;
  const end = Math.min(start + keys, keyEnd[block]);
  const name = TILE_STEPS[own % TILE_STEPS.length];
  return { name, ...range, keyStart: start, keyEnd: end, tile: { index: tile, keys } };
}

function headSteps({ detail, names, queryLength, tiles }: PartPlan, entry: number): number {
  if (tiles !== undefined) return 1 + tiles.blocks[entry].starts[tiles.blocks[entry].starts.length - 1];
  return names.length * (detail === 'row' ? queryLength : 1);
}

/** Steps among which every name has its first, but in plans whose first blocks of rows see nothing. */
const FIRST_STEPS = 2000;

/** The first step of each name that the first part has, for those who want to know the shapes. */
export function firstOfEachName({ parts }: StepPlan): Step[] {
  return firstSteps(parts[0]).map((step) => ({ ...step, part: 0 }));
}

function firstSteps(plan: PartPlan): Omit<Step, 'part'>[] {
  const found = new Map<StepName, Omit<Step, 'part'>>();
  const add = (step: Omit<Step, 'part'>) => {
    if (!found.has(step.name)) found.set(step.name, step);
  };
  // The first head has them all, but for the result: with tiles, a block that sees keys may come late.
  const first = plan.detail === 'whole' ? plan.total : Math.min(plan.total, 2 + headSteps(plan, 0));
  for (let seq = 1; seq <= Math.min(first, FIRST_STEPS); seq++) add(stepIn(plan, seq));
  if (plan.hasResult) add(stepIn(plan, plan.total));
  return [...found.values()];
}

function checkTotal(total: number, { maxSteps }: StepLimits, detail: Detail): void {
  if (total <= maxSteps) return;
  const coarser = detail === 'head' ? 'whole' : detail === 'row' ? 'head or whole' : 'larger tiles, row, head or whole';
  throw new RequestError(
    'too_many_steps',
    `with detail ${detail} the run would have more than ${maxSteps} steps; ask for ${coarser}`,
    { pointer: '/detail' },
  );
}

function checkStepSizes(subject: Subject, plan: PartPlan, { maxStepNumbers }: StepLimits): void {
  for (const step of firstSteps(plan)) {
    const numbers = stepNumbers(subject, { ...step, part: 0 });
    if (numbers <= maxStepNumbers) continue;
    throw new RequestError(
      'output_too_large',
      `with detail ${plan.detail} the step ${step.name} would hold ${numbers} numbers, and the limit is ${maxStepNumbers}`,
      { pointer: '/detail' },
    );
  }
}

function multiples(each: number, count: number): number[] {
  return Array.from({ length: count + 1 }, (_, i) => i * each);
}

/** The last index whose number is at most `value`; numbers ascend, the first is 0. */
function lastAtMost(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (numbers[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
