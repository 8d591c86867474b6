/** A tile of one matrix of a run: a rectangle, whole or pooled, as a picture of it is drawn from. */
import { RequestError } from '../errors.ts';
import type { StepPlan } from './step-plan.ts';
import { isScoreMatrix, type StepName, type Subject, scoreSteps, stepColumns } from './steps.ts';

export const POOLINGS = ['max', 'mean'] as const;
export type Pooling = (typeof POOLINGS)[number];

/** What is asked for; what is left out is all there is, or the first. */
export interface AskedTile {
  name: StepName;
  batch?: number | undefined;
  /** Of queries; of keys for `k` and `v`. */
  head?: number | undefined;
  /** From and to, the end excluded. */
  rows?: OpenRange | undefined;
  keys?: OpenRange | undefined;
  /** How many rows and columns become one number. */
  pool?: readonly number[] | undefined;
  by?: Pooling | undefined;
}

export type OpenRange = readonly [start: number | undefined, end: number | undefined];

/** A rectangle of the matrix of one step: rows of queries (of keys for `k` and `v`), columns of keys, or of components. */
export interface Tile {
  /** Which of the problems of its run it belongs to. */
  part: number;
  name: StepName;
  batch: number;
  /** Among those of its part. */
  head: number;
  rowStart: number;
  rowEnd: number;
  keyStart: number;
  keyEnd: number;
  poolRows: number;
  poolKeys: number;
  by: Pooling;
}

/** How a tile is cut: rows a shard has at most. */
interface CutTile {
  tile: Tile;
  grid: { rows: number };
}

/**
 * The tile that is asked for.
 * @param maxNumbers the most that it may hold
 * @throws RequestError `invalid_option` for what the run does not have, `output_too_large`
 */
export function planTile(plan: StepPlan, subjects: readonly Subject[], asked: AskedTile, maxNumbers: number): Tile {
  const { name, pool = [1], by = 'max' } = asked;
  const { part, batch, head } = placeOf(plan, subjects, asked);
  const subject = subjects[part];
  requireMatrix(subject, name);
  const { keyLength, queryLength } = subject.problem;
  const [rowStart, rowEnd] = within('rows', asked.rows, isOfKeys(name) ? keyLength : queryLength);
  const [keyStart, keyEnd] = within('keys', asked.keys, columnsOf(subject, name));
  const [poolRows, poolKeys = poolRows] = pool;
  const tile = { part, name, batch, head, rowStart, rowEnd, keyStart, keyEnd, poolRows, poolKeys, by };
  const [height, width] = tileShape(tile);
  if (height * width > maxNumbers) throw tooLarge(tile, maxNumbers);
  return tile;
}

/** Rows of the pattern of one head: `head` is among those of its part. */
export type RowsPlace = Pick<Tile, 'part' | 'batch' | 'head' | 'rowStart' | 'rowEnd'>;

/**
 * Where the statistics of rows are.
 * @throws RequestError `invalid_option` for what the run does not have, `output_too_large`
 */
export function planRows(
  plan: StepPlan,
  subjects: readonly Subject[],
  { rows, ...place }: Pick<AskedTile, 'batch' | 'head' | 'rows'>,
  maxRows: number,
): RowsPlace {
  const at = placeOf(plan, subjects, { ...place, name: 'pattern' });
  const [rowStart, rowEnd] = within('rows', rows, subjects[at.part].problem.queryLength);
  if (rowEnd - rowStart <= maxRows) return { ...at, rowStart, rowEnd };
  const detail = `rows ${rowStart}:${rowEnd} are ${rowEnd - rowStart}, and at most ${maxRows} can be had at once`;
  throw new RequestError('output_too_large', detail, { pointer: '/rows' });
}

/** Which problem of a run a head is of. @throws RequestError `invalid_option` */
function placeOf(
  { parts }: StepPlan,
  subjects: readonly Subject[],
  { name, batch = 0, head = 0 }: Pick<AskedTile, 'name' | 'batch' | 'head'>,
): Pick<Tile, 'part' | 'batch' | 'head'> {
  const isKeys = isOfKeys(name);
  const counts = name === 'result' ? [1] : parts.map((each) => (isKeys ? each.numKeyHeads : each.numHeads));
  const heads = counts.reduce((sum, count) => sum + count, 0);
  if (head >= heads) throw outside('head', head, heads, isKeys ? 'key heads' : 'heads');
  let [part, before] = [0, 0];
  while (head >= before + counts[part]) before += counts[part++];
  const { problem } = subjects[part];
  if (batch >= problem.batch) throw outside('batch', batch, problem.batch, 'batch entries');
  return { part, batch, head: head - before };
}

const isOfKeys = (name: StepName) => name === 'k' || name === 'v';

/** `[rows, columns]`: the last number of each may be of fewer. */
export const tileShape = (tile: Tile): [number, number] => [
  Math.ceil((tile.rowEnd - tile.rowStart) / tile.poolRows),
  Math.ceil((tile.keyEnd - tile.keyStart) / tile.poolKeys),
];

export const isPooled = ({ poolRows, poolKeys }: Tile): boolean => poolRows * poolKeys > 1;

/** How many columns the matrix of a step has. */
export function columnsOf(subject: Subject, name: StepName): number {
  const { keyLength } = subject.problem;
  const all = { batchStart: 0, batchEnd: 1, headStart: 0, headEnd: 1, rowStart: 0, rowEnd: 1 };
  return stepColumns(subject, { ...all, seq: 0, part: 0, name, keyStart: 0, keyEnd: keyLength, tile: undefined });
}

/** Rows of the matrix that one chain reads: whole rows of the tile, of each as many as its grid has, or one. */
export const chainRows = ({ grid, tile: { poolRows } }: CutTile): number =>
  Math.max(1, Math.floor(grid.rows / poolRows)) * poolRows;

export function tileChains(stage: CutTile): number {
  return Math.ceil((stage.tile.rowEnd - stage.tile.rowStart) / chainRows(stage));
}

/** Rows and columns of a matrix. */
export type Rect = Pick<Tile, 'rowStart' | 'rowEnd' | 'keyStart' | 'keyEnd'>;

export const numbersOf = ({ rowStart, rowEnd, keyStart, keyEnd }: Rect): number =>
  (rowEnd - rowStart) * (keyEnd - keyStart);

const ROWS_AT_ONCE = 16;
const KEYS_AT_ONCE = 64;

/**
 * What is computed of the scores for a rectangle. Kernels take so many rows and keys at once, and fewer in another way, which
 * rounds otherwise: so that a number is the same in whichever tile it is, wholes of the matrix are computed, and the last few of
 * it with those before.
 */
export function computedRect(rect: Rect, { queryLength, keyLength }: { queryLength: number; keyLength: number }): Rect {
  const [rowStart, rowEnd] = wholes(rect.rowStart, rect.rowEnd, { count: queryLength, atOnce: ROWS_AT_ONCE });
  const [keyStart, keyEnd] = wholes(rect.keyStart, rect.keyEnd, { count: keyLength, atOnce: KEYS_AT_ONCE });
  return { rowStart, rowEnd, keyStart, keyEnd };
}

function wholes(from: number, to: number, { count, atOnce }: { count: number; atOnce: number }): [number, number] {
  const start = Math.floor(from / atOnce) * atOnce;
  const end = Math.min(count, Math.ceil(to / atOnce) * atOnce);
  return [end - start < atOnce ? Math.max(0, start - atOnce) : start, end];
}

/** Multiply-adds of a tile, for one pair of a query and a key each `pair`. */
export const tileCost = (tile: Tile, { problem }: Subject, pair: number): number =>
  isScoreMatrix(tile.name) ? numbersOf(computedRect(tile, problem)) * pair : numbersOf(tile);

/** @throws RequestError `invalid_option` */
function requireMatrix({ problem, projection }: Subject, name: StepName): void {
  const names = ['q', 'k', 'v', ...scoreSteps(problem), 'pattern', 'z', ...(projection ? ['result'] : [])];
  if (names.includes(name)) return;
  const detail = `step must be one of ${names.join(', ')}: this run has no matrix ${name}`;
  throw new RequestError('invalid_option', detail, { pointer: '/step' });
}

/** @throws RequestError `invalid_option` */
function within(name: 'rows' | 'keys', [from, to]: OpenRange = [undefined, undefined], size: number): [number, number] {
  const [start, end] = [from ?? 0, to ?? size];
  if (start < end && end <= size) return [start, end];
  const what = start >= end ? 'it holds none' : `there are ${size}`;
  const detail = `${name} must be a range such as 0:${size}, the end excluded, within that: ${start}:${end} is not, ${what}`;
  throw new RequestError('invalid_option', detail, { pointer: `/${name}` });
}

function outside(name: 'head' | 'batch', given: number, count: number, what: string): RequestError {
  const detail = `${name} must be from 0 to ${count - 1}, as the run has ${count} ${what}; ${given} is not there`;
  return new RequestError('invalid_option', detail, { pointer: `/${name}` });
}

function tooLarge(tile: Tile, maxNumbers: number): RequestError {
  const [height, width] = tileShape(tile);
  let more = Math.ceil(Math.sqrt((height * width) / maxNumbers));
  const pooled = () => ({ ...tile, poolRows: tile.poolRows * more, poolKeys: tile.poolKeys * more });
  const isFitting = () => tileShape(pooled()).reduce((product, side) => product * side) <= maxNumbers;
  while (!isFitting()) more *= 2;
  const { poolRows, poolKeys } = pooled();
  const fitting = `${poolRows},${poolKeys}`;
  const detail = `the tile would hold ${height} × ${width} numbers, and the limit is ${maxNumbers}: ask for less, or for pool=${fitting}`;
  return new RequestError('output_too_large', detail, { pointer: '/pool', limit: 'MAX_STEP_BYTES' });
}
