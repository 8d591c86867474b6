import type { Floats } from '../tensor/tensor.ts';
import { type DiagnosisStage, diagnosisChains } from './diagnosis/diagnosis.ts';
import { visibleKeysOfRows } from './positions.ts';
import type { AttentionProblem, Block } from './problem.ts';
import type { Product } from './product.ts';
import type { AttentionResult, Wanted } from './result.ts';
import { type Step, type StepName, type Subject, stepHeads } from './steps.ts';
import { type Tile, tileChains } from './tile.ts';

/**
 * A plan is a list of stages that run one after another. A stage is a number of chains that run side by side; a chain is a
 * number of shards that run in order, each of bounded cost. Chains write disjoint rows, so that no thread waits for another.
 * A chain and its shards are told by numbers alone, so that a plan of a hundred thousand shards is a few bytes on the wire.
 */
export type Stage =
  /** Rows attend to keys: one chain for each head, range of rows and key split; its shards are ranges of keys. */
  | { kind: 'attend'; problem: AttentionProblem; result: AttentionResult; grid: Grid }
  /** The key splits of each row are merged. */
  | { kind: 'merge'; problem: AttentionProblem; result: AttentionResult; grid: Grid }
  /** What was asked for beside the output, from the score matrix computed again: O(L²) only if asked for. */
  | { kind: 'explain'; problem: AttentionProblem; result: AttentionResult; wanted: Wanted; grid: Grid }
  /** Matrix products of multi-head attention: one chain for each product and range of rows; shards are ranges of columns. */
  | { kind: 'product'; products: readonly Product[]; grid: Grid }
  /** One step of a run that is watched, written to `into`: one chain for each head and range of rows; shards are ranges of keys. */
  | { kind: 'step'; subject: Subject; step: Step; into: Floats; grid: Grid }
  | TileStage
  /** What somebody's attention gave is compared with what is right, and explained. */
  | DiagnosisStage;

/** One tile of a run that is watched, written to `into`: one chain for each range of rows; shards are ranges of both. */
export interface TileStage {
  kind: 'tile';
  subject: Subject;
  tile: Tile;
  /** Of a mean the sums, in float64. */
  into: Floats;
  /** Whether the matrix is computed in float64, although the problem is not perhaps. */
  isWide: boolean;
  grid: Grid;
}

/** How a stage is cut: rows a chain, keys (or columns) a shard, and in how many splits the keys of a row are read. */
export interface Grid {
  rows: number;
  keys: number;
  splits: number;
}

/**
 * Multiply-adds of a shard: about 1 ms, so that a thread that runs one is soon free again. A kernel says what it does in
 * that time; this is WebAssembly's figure, and the one of the float64 reference.
 */
export const SHARD_COST = { float32: 12_000_000, float64: 700_000 } as const;

/** Rows a chain: enough that packing a tile of keys costs a few percent of using it, measured on 8×512×64. */
const CHAIN_ROWS = 192;
/** Keys are cut at multiples of this, the kernels' tile. */
const KEY_STEP = 256;
/** With fewer chains than this the keys of a row are split, so that decoding (Lq = 1) uses all cores. */
const FEW_CHAINS = 8;
/** Keys of one row below which splitting costs more than it gives. */
const LEAST_SPLIT_KEYS = 2048;
/** Numbers of output above which splits, each of which holds as many again, would cost too much memory. */
const MOST_SPLIT_NUMBERS = 1_000_000;

/** The cost of one (query, key) pair: two dot products of the head and an exponential, in multiply-adds. */
export function pairCost(problem: AttentionProblem): number {
  return problem.headDim + problem.valueDim + 12;
}

/** Multiply-adds in a millisecond: float64 is always left to the reference. */
export function costIn(precision: AttentionProblem['precision'], shardCost: number): number {
  return precision === 'float64' ? SHARD_COST.float64 : shardCost;
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/**
 * How the attention of a problem is cut, for a kernel that does `shardCost` multiply-adds in a millisecond. It does not
 * depend on the number of workers: same request, same bytes.
 */
export function attentionGrid(problem: AttentionProblem, shardCost: number = SHARD_COST.float32): Grid {
  const budget = costIn(problem.precision, shardCost);
  const pair = pairCost(problem);
  const rows = Math.max(1, Math.min(problem.queryLength, CHAIN_ROWS, Math.ceil(budget / (pair * KEY_STEP))));
  // A key costs its copy and packing as well, about four multiply-adds a number, however few rows look at it.
  const perKey = rows * pair + 4 * (problem.headDim + problem.valueDim);
  // The nearest step: for WebAssembly and dimension 64 that is 512, 7 % faster than the 256 below.
  const keys = Math.max(KEY_STEP, Math.round(budget / perKey / KEY_STEP) * KEY_STEP);
  const chains = problem.batch * problem.numHeads * Math.ceil(problem.queryLength / rows);
  const outputs = problem.batch * problem.numHeads * problem.queryLength * problem.valueDim;
  const splits =
    chains >= FEW_CHAINS || problem.keyLength < LEAST_SPLIT_KEYS || outputs > MOST_SPLIT_NUMBERS
      ? 1
      : Math.min(Math.ceil(FEW_CHAINS / chains), Math.floor(problem.keyLength / (LEAST_SPLIT_KEYS / 2)));
  return { rows, keys: Math.min(keys, Math.max(KEY_STEP, roundUp(problem.keyLength, KEY_STEP))), splits };
}

/** How a matrix product is cut. */
export function productGrid(depth: number, columns: number, shardCost: number = SHARD_COST.float32): Grid {
  const keys = Math.max(8, Math.floor(shardCost / (CHAIN_ROWS * depth) / 8) * 8);
  return { rows: CHAIN_ROWS, keys: Math.min(keys, roundUp(columns, 8)), splits: 1 };
}

/** The stage of some matrix products that run side by side; none where they have no rows. */
export function productStages(all: readonly Product[], shardCost: number): Stage[] {
  const products = all.filter(({ rows }) => rows > 0);
  if (products.length === 0) return [];
  const depth = Math.max(...products.map((product) => product.depth));
  const columns = Math.max(...products.map((product) => product.columns));
  return [{ kind: 'product', products, grid: productGrid(depth, columns, shardCost) }];
}

/** The stages of one attention; none without queries. */
export function attentionStages(
  problem: AttentionProblem,
  result: AttentionResult,
  wanted: Wanted,
  grid: Grid,
): Stage[] {
  if (problem.batch * problem.queryLength === 0) return [];
  const stages: Stage[] = [{ kind: 'attend', problem, result, grid }];
  if (grid.splits > 1) stages.push({ kind: 'merge', problem, result, grid });
  if (wanted.weights || wanted.scores || wanted.maskedScores || wanted.stats) {
    stages.push({ kind: 'explain', problem, result, wanted, grid });
  }
  return stages;
}

/** How many stages a step reads what they wrote: projections first, the softmax from `pattern` on, the output projection last. */
export function stagesRead(name: StepName, stages: readonly Stage[]): number {
  if (name === 'result') return stages.length;
  if (name !== 'pattern' && name !== 'z') return stages.findIndex(({ kind }) => kind === 'attend');
  return stages.findLastIndex(({ kind }) => kind === 'attend' || kind === 'merge') + 1;
}

/** How many chains a stage has. */
export function chainCount(stage: Stage): number {
  if (stage.kind === 'product') {
    return stage.products.reduce((chains, product) => chains + Math.ceil(product.rows / stage.grid.rows), 0);
  }
  if (stage.kind === 'step') {
    return stepHeads(stage.step) * Math.ceil((stage.step.rowEnd - stage.step.rowStart) / stage.grid.rows);
  }
  if (stage.kind === 'tile') return tileChains(stage);
  if (stage.kind === 'diagnose') return diagnosisChains(stage);
  const { batch, numHeads, queryLength } = stage.problem;
  const rowRanges = Math.ceil(queryLength / stage.grid.rows);
  if (stage.kind === 'attend') return batch * numHeads * rowRanges * stage.grid.splits;
  if (stage.kind === 'explain' && stage.wanted.averageWeights) return batch * rowRanges;
  return batch * numHeads * rowRanges;
}

/** The rows of one chain of an attention stage, and the key split that it reads. */
export interface RowChain {
  batch: number;
  head: number;
  rowStart: number;
  rowEnd: number;
  split: number;
}

/** Where chain number `chain` of an attention stage stands. Later rows come first: under a causal mask they are the longest. */
export function rowChain(problem: AttentionProblem, grid: Grid, chain: number, heads = problem.numHeads): RowChain {
  const rowRanges = Math.ceil(problem.queryLength / grid.rows);
  const split = chain % grid.splits;
  const rest = Math.floor(chain / grid.splits);
  const range = rowRanges - 1 - (rest % rowRanges);
  const entry = Math.floor(rest / rowRanges);
  const rowStart = range * grid.rows;
  const rowEnd = Math.min(rowStart + grid.rows, problem.queryLength);
  return { batch: Math.floor(entry / heads), head: entry % heads, rowStart, rowEnd, split };
}

/** The keys of a chain: of those that some row of it may see, by position, the range of its split. */
export function chainKeys(
  problem: AttentionProblem,
  { splits }: Pick<Grid, 'splits'>,
  { batch, rowStart, rowEnd, split }: Omit<RowChain, 'head'>,
): { start: number; end: number } {
  const seen = visibleKeysOfRows(problem, batch, rowStart, rowEnd);
  const share = roundUp(Math.ceil((seen.end - seen.start) / splits), KEY_STEP);
  const start = Math.min(seen.end, seen.start + split * share);
  return { start, end: splits === 1 ? seen.end : Math.min(seen.end, start + share) };
}

/**
 * The shards of one `attend` chain: only keys that some row of it may see. At least one, perhaps without keys, because
 * rows that see nothing must be written too.
 */
export function attendShards(problem: AttentionProblem, grid: Grid, chain: RowChain): Block[] {
  const { batch, head, rowStart, rowEnd } = chain;
  const { start, end } = chainKeys(problem, grid, chain);
  const shards: Block[] = [];
  for (let keyStart = start; keyStart < end; keyStart += grid.keys) {
    shards.push({ batch, head, rowStart, rowEnd, keyStart, keyEnd: Math.min(keyStart + grid.keys, end) });
  }
  return shards.length > 0 ? shards : [{ batch, head, rowStart, rowEnd, keyStart: 0, keyEnd: 0 }];
}
