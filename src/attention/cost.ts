import { diagnosisCost } from './diagnosis/diagnosis.ts';
import { chainCount, costIn, pairCost, SHARD_COST, type Stage } from './plan.ts';
import { visibleKeysOfRows } from './positions.ts';
import type { Wanted } from './result.ts';
import { isScoreMatrix, type Step, type Subject, stepHeads } from './steps.ts';
import { tileCost } from './tile.ts';

/** Up to this a plan runs in one go on the thread that read it: sharing it would cost as much as it gains. */
const SMALL_MS = 2;
/** Up to this a plan costs less than handing it to another thread; the bytes of its body bound what reading it costs. */
const TINY_MS = 0.05;
/** What it costs to call a kernel for a chain, whatever its size: 0.8 to 3.6 µs with one number a row. */
const CALL_MS = 0.003;
/** What a score costs that is added to statistics, which no kernel does: 18 ns. */
const STATISTIC_MS = 0.00002;

/** What computing a step costs, in multiply-adds; a tile is computed from the first one of its rows on. */
export function stepCost({ problem }: Subject, step: Step): number {
  const rows = stepHeads(step) * (step.rowEnd - step.rowStart);
  if (step.tile !== undefined) return rows * (step.tile.index + 1) * step.tile.keys * pairCost(problem);
  return rows * (isScoreMatrix(step.name) ? (step.keyEnd - step.keyStart) * pairCost(problem) : problem.headDim);
}

/**
 * What a plan costs, in milliseconds of a kernel that does `shardCost` multiply-adds in one. Many heads of one row each, or
 * all that can be asked for beside the output, cost far more than their multiply-adds.
 */
export function planMs(stages: readonly Stage[], shardCost: number = SHARD_COST.float32): number {
  let ms = 0;
  for (const stage of stages) {
    const precision = 'problem' in stage ? stage.problem.precision : stage.kind === 'diagnose' ? 'float64' : 'float32';
    ms += stageCost(stage) / costIn(precision, shardCost) + CALL_MS * callCount(stage);
    if (stage.kind === 'explain' && stage.wanted.stats) ms += STATISTIC_MS * allPairs(stage);
  }
  return ms;
}

/** Multiply-adds of the products of a plan, without what its exponentials cost. */
export function multiplyAdds(stages: readonly Stage[]): number {
  let sum = 0;
  for (const stage of stages) {
    if (stage.kind === 'attend') sum += visiblePairs(stage) * (stage.problem.headDim + stage.problem.valueDim);
    else if (stage.kind === 'explain') sum += allPairs(stage) * passes(stage.wanted) * stage.problem.headDim;
    else sum += stageCost(stage);
  }
  return sum;
}

/** Whether a plan runs in one go, with `writingMs` for its answer, on the thread that read it. */
export function isSmall(stages: readonly Stage[], shardCost: number, writingMs: number): boolean {
  return planMs(stages, shardCost) + writingMs <= SMALL_MS;
}

/** Whether a plan, with `writingMs` for its answer, costs less than handing it to another thread. */
export function isTiny(stages: readonly Stage[], shardCost: number, writingMs: number): boolean {
  return planMs(stages, shardCost) + writingMs <= TINY_MS;
}

/** Multiply-adds of a stage. */
function stageCost(stage: Stage): number {
  if (stage.kind === 'step') return stepCost(stage.subject, stage.step);
  if (stage.kind === 'tile') return tileCost(stage.tile, stage.subject, pairCost(stage.subject.problem));
  if (stage.kind === 'diagnose') return diagnosisCost(stage);
  if (stage.kind === 'product') return stage.products.reduce((cost, p) => cost + p.rows * p.columns * p.depth, 0);
  const { batch, numHeads, queryLength, valueDim } = stage.problem;
  if (stage.kind === 'merge') return batch * numHeads * queryLength * valueDim * stage.grid.splits;
  if (stage.kind === 'explain') return allPairs(stage) * passes(stage.wanted) * pairCost(stage.problem);
  return visiblePairs(stage) * pairCost(stage.problem);
}

/** Pairs of a query and a key that are computed: masks hide the others as a whole. */
function visiblePairs({ problem, grid }: Extract<Stage, { kind: 'attend' }>): number {
  const { batch, numHeads, queryLength } = problem;
  let pairs = 0;
  for (let b = 0; b < batch; b++) {
    for (let rowStart = 0; rowStart < queryLength; rowStart += grid.rows) {
      const rowEnd = Math.min(rowStart + grid.rows, queryLength);
      const { start, end } = visibleKeysOfRows(problem, b, rowStart, rowEnd);
      pairs += numHeads * (rowEnd - rowStart) * (end - start);
    }
  }
  return pairs;
}

type ExplainStage = Extract<Stage, { kind: 'explain' }>;

/** How often the kernel is called, at least. */
function callCount(stage: Stage): number {
  const chains = chainCount(stage);
  if (stage.kind !== 'explain') return chains;
  const heads = stage.wanted.averageWeights ? stage.problem.numHeads : 1;
  return chains * heads * passes(stage.wanted);
}

/** How often the score matrix is computed again. */
function passes({ scores, maskedScores, weights, stats }: Wanted): number {
  return Number(scores) + Number(maskedScores) + Number(weights) + Number(stats);
}

/** Pairs of a query and a key, hidden ones too: those are written as well. */
function allPairs({ problem: { batch, numHeads, queryLength, keyLength } }: ExplainStage): number {
  return batch * numHeads * queryLength * keyLength;
}
