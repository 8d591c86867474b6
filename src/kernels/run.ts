import { diagnosisShards } from '../attention/diagnosis/run-diagnosis.ts';
import { EMPTY_ROW } from '../attention/empty-row.ts';
import { mergeRows, type PartialRows } from '../attention/merge.ts';
import { attendShards, type Grid, type RowChain, rowChain, type Stage } from '../attention/plan.ts';
import type { AttentionProblem, Block } from '../attention/problem.ts';
import type { Product } from '../attention/product.ts';
import type { AttentionResult } from '../attention/result.ts';
import { sinkRows } from '../attention/sinks.ts';
import { addToStatistics } from '../attention/statistics.ts';
import { isScoreMatrix, stepColumns, stepHeads } from '../attention/steps.ts';
import { RequestError } from '../errors.ts';
import { type Floats, firstNonFinite } from '../tensor/tensor.ts';
import type { Kernel, MatrixView, ScoreStage } from './kernel.ts';
import { fillUnread, readPart } from './padding.ts';
import { mayLeaveFloat32, needsFloat64, putInto, requireInFloat64 } from './range.ts';
import { StepRunner } from './step-runner.ts';
import { tileShards } from './tile-runner.ts';

type AttendStage = Extract<Stage, { kind: 'attend' }>;
type ExplainStage = Extract<Stage, { kind: 'explain' }>;
type ProductStage = Extract<Stage, { kind: 'product' }>;
type StepStage = Extract<Stage, { kind: 'step' }>;

/**
 * Runs shards of plans with one kernel, on one thread. Where numbers leave the range of float32 (finite input, but a dot
 * product beyond 3.4e38) the reference computes the block again in float64, so that an answer is never NaN.
 */
export class ShardRunner {
  readonly #kernel: Kernel;
  readonly #reference: Kernel;
  readonly steps: StepRunner;
  #partial: PartialRows | undefined;
  #tile: Floats = new Float32Array(0);

  constructor(kernel: Kernel, reference: Kernel) {
    this.#kernel = kernel;
    this.#reference = reference;
    this.steps = new StepRunner(kernel, reference);
  }

  /**
   * Runs the shards of a chain from number `from` on, until the chain ends or `isOver` says so after a shard.
   * Returns the number of the next shard, or −1 at the end of the chain.
   */
  runChain(stage: Stage, chain: number, from: number, isOver: () => boolean): number {
    const { count, run } = this.#shardsOf(stage, chain);
    for (let shard = from; shard < count; shard++) {
      run(shard);
      if (shard + 1 < count && isOver()) return shard + 1;
    }
    return -1;
  }

  #shardsOf(stage: Stage, chain: number): { count: number; run: (shard: number) => void } {
    if (stage.kind === 'product') {
      const { product, rowStart } = productChain(stage, chain);
      const run = (shard: number) => this.#multiply(product, stage.grid, rowStart, shard);
      return { count: Math.ceil(product.columns / stage.grid.keys), run };
    }
    if (stage.kind === 'step') return this.#stepShards(stage, chain);
    if (stage.kind === 'tile') return tileShards(stage, chain, this.steps);
    if (stage.kind === 'diagnose') return diagnosisShards(stage, chain);
    if (stage.kind === 'attend') {
      const place = rowChain(stage.problem, stage.grid, chain);
      const shards = attendShards(stage.problem, stage.grid, place);
      return { count: shards.length, run: (shard) => this.#attend(stage, place, shards, shard) };
    }
    const whole: Grid = { ...stage.grid, splits: 1 };
    if (stage.kind === 'merge') {
      const place = rowChain(stage.problem, whole, chain);
      return { count: 1, run: () => this.#mergeSplits(stage.problem, stage.result, place) };
    }
    const heads = stage.wanted.averageWeights ? 1 : stage.problem.numHeads;
    const place = rowChain(stage.problem, whole, chain, heads);
    // Statistics of rows without keys are written, too.
    const keyRanges = Math.max(1, Math.ceil(stage.problem.keyLength / stage.grid.keys));
    const count = keyRanges * (stage.wanted.averageWeights ? stage.problem.numHeads : 1);
    const run = (shard: number) => {
      const keyStart = (shard % keyRanges) * stage.grid.keys;
      const keyEnd = Math.min(keyStart + stage.grid.keys, stage.problem.keyLength);
      const head = stage.wanted.averageWeights ? Math.floor(shard / keyRanges) : place.head;
      this.#explain(stage, { ...place, head, keyStart, keyEnd });
    };
    return { count, run };
  }

  #stepShards(
    { subject, step, into, grid }: StepStage,
    chain: number,
  ): { count: number; run: (shard: number) => void } {
    const rowCount = step.rowEnd - step.rowStart;
    const ranges = Math.ceil(rowCount / grid.rows);
    const place = Math.floor(chain / ranges);
    const heads = stepHeads(step) / (step.batchEnd - step.batchStart);
    const batch = step.batchStart + Math.floor(place / heads);
    const head = step.headStart + (place % heads);
    const rowStart = step.rowStart + (chain % ranges) * grid.rows;
    const rowEnd = Math.min(rowStart + grid.rows, step.rowEnd);
    const columns = stepColumns(subject, step);
    const start = (place * rowCount + rowStart - step.rowStart) * columns;
    const cut = isScoreMatrix(step.name) ? grid.keys : columns;
    const run = (shard: number) => {
      const keyStart = step.keyStart + shard * cut;
      const keyEnd = Math.min(keyStart + cut, step.keyEnd);
      const target = { data: into, offset: start + shard * cut, rowStride: columns };
      this.steps.part(subject, step, { batch, head, rowStart, rowEnd, keyStart, keyEnd }, target);
    };
    return { count: Math.ceil(columns / cut), run };
  }

  #attend({ problem, result, grid }: AttendStage, place: RowChain, shards: readonly Block[], shard: number): void {
    const target = splitRows(problem, result, place);
    const rows = place.rowEnd - place.rowStart;
    const areExplained = result.weights !== undefined || result.stats !== undefined;
    if (shard === 0) this.#attendBlock(problem, shards[0], target, areExplained);
    else {
      const part = this.#partialRows(problem, rows);
      this.#attendBlock(problem, shards[shard], part, areExplained);
      this.#merge(problem, target, part, rows);
    }
    if (problem.sinks !== undefined && shard === shards.length - 1 && grid.splits === 1) {
      this.#mergeSink(problem, target, place);
    }
  }

  /** Behind the last keys of rows. */
  #mergeSink(problem: AttentionProblem, whole: PartialRows, { head, rowStart, rowEnd }: RowChain): void {
    const sink = sinkRows(problem, head, rowEnd - rowStart);
    if (sink !== undefined) this.#merge(problem, whole, sink, rowEnd - rowStart);
  }

  #attendBlock(problem: AttentionProblem, block: Block, target: PartialRows, areExplained: boolean): void {
    // Rows that are padding are not even looked at: they may hold anything.
    const read = block.keyEnd === block.keyStart ? 0 : readPart(problem, block).rows;
    if (read > 0) this.#attendRows(problem, { ...block, rowEnd: block.rowStart + read }, target, areExplained);
    for (let r = read; r < block.rowEnd - block.rowStart; r++) {
      const start = target.outputOffset + r * target.outputStride;
      target.output.fill(0, start, start + problem.valueDim);
      target.max[target.rowOffset + r] = EMPTY_ROW.max;
      target.sum[target.rowOffset + r] = EMPTY_ROW.sum;
    }
  }

  #attendRows(problem: AttentionProblem, block: Block, target: PartialRows, areExplained: boolean): void {
    if (problem.precision === 'float32') {
      this.#kernel.attend(problem, block, target);
      if (this.#kernel === this.#reference || !needsFloat64(block, target, areExplained)) return;
    }
    this.#reference.attend(problem, block, target);
    requireInFloat64(block, target);
  }

  #merge({ precision, valueDim }: AttentionProblem, whole: PartialRows, part: PartialRows, rows: number): void {
    const kernel = precision === 'float64' ? this.#reference : this.#kernel;
    if (kernel.merge) kernel.merge(whole, part, rows, valueDim);
    else mergeRows(whole, part, rows, valueDim);
  }

  #mergeSplits(problem: AttentionProblem, result: AttentionResult, place: RowChain): void {
    const whole = splitRows(problem, result, { ...place, split: 0 });
    for (let split = 1; split <= result.splits.length; split++) {
      this.#merge(problem, whole, splitRows(problem, result, { ...place, split }), place.rowEnd - place.rowStart);
    }
    this.#mergeSink(problem, whole, place);
  }

  #explain({ problem, result, wanted }: ExplainStage, block: Block): void {
    const { batch, head, rowStart, rowEnd, keyStart, keyEnd } = block;
    const rows = rowEnd - rowStart;
    const keys = keyEnd - keyStart;
    const row = (batch * problem.numHeads + head) * problem.queryLength + rowStart;
    const softmax = { max: result.max, sum: result.sum, rowOffset: row };
    // The same way as the max and the sum came.
    const isWide = problem.precision === 'float64' || needsFloat64(block, softmax, true);
    const kernel = isWide ? this.#reference : this.#kernel;
    const matrix = (data: Floats) => ({
      data,
      offset: row * problem.keyLength + keyStart,
      rowStride: problem.keyLength,
    });

    // What is padding is not even looked at, and shows as what hides it.
    const part = readPart(problem, block);
    const read = { ...block, rowEnd: rowStart + part.rows, keyEnd: keyStart + part.keys };
    const show = (stage: ScoreStage, into: MatrixView, by = kernel) => {
      if (part.rows > 0 && part.keys > 0) by.scores(problem, read, stage, into, softmax);
      fillUnread(into, { rows, keys }, part, stage === 'masked_scores' ? Number.NEGATIVE_INFINITY : 0);
    };

    const asksScores = result.scores !== undefined || result.maskedScores !== undefined;
    const canBeLarge = asksScores && problem.precision === 'float32' && part.rows * part.keys > 0;
    const isLarge = canBeLarge && mayLeaveFloat32(problem, read);
    const showScores = (stage: 'scores' | 'masked_scores', data: Floats) => {
      if (!isLarge) {
        show(stage, matrix(data));
        return;
      }
      const numbers = new Float64Array(rows * keys);
      show(stage, { data: numbers, offset: 0, rowStride: keys }, this.#reference);
      putInto(matrix(data), stage, numbers, keys);
    };

    if (result.scores) showScores('scores', result.scores);
    if (result.maskedScores) showScores('masked_scores', result.maskedScores);
    if (result.weights) {
      if (!wanted.averageWeights) show('weights', matrix(result.weights));
      else {
        const tile = this.#tileOf(isWide, rows * keys);
        show('weights', { data: tile, offset: 0, rowStride: keys });
        addToMean(problem, result.weights, block, tile);
      }
    }
    if (result.stats) {
      const tile = this.#tileOf(isWide, rows * keys);
      show('masked_scores', { data: tile, offset: 0, rowStride: keys });
      addToStatistics(problem, result, result.stats, block, tile);
    }
  }

  #multiply(product: Product, grid: Grid, rowStart: number, shard: number): void {
    const rowEnd = Math.min(rowStart + grid.rows, product.rows);
    const columnStart = shard * grid.keys;
    const columnEnd = Math.min(columnStart + grid.keys, product.columns);
    const kernel = product.into.data instanceof Float64Array ? this.#reference : this.#kernel;
    kernel.multiply({ ...product, rowStart, rowEnd, columnStart, columnEnd });
    for (let row = rowStart; row < rowEnd; row++) {
      const start = product.into.offset + row * product.into.rowStride;
      if (firstNonFinite(product.into.data.subarray(start + columnStart, start + columnEnd)) < 0) continue;
      throw new RequestError(
        'overflow',
        `the projection of ${product.name} exceeds float32; precision "float64" has more range`,
      );
    }
  }

  #partialRows(problem: AttentionProblem, rows: number): PartialRows {
    const length = rows * problem.valueDim;
    const fits =
      this.#partial !== undefined &&
      this.#partial.output instanceof Float64Array === (problem.precision === 'float64') &&
      this.#partial.output.length >= length &&
      this.#partial.max.length >= rows;
    if (!fits || this.#partial === undefined) {
      const output = problem.precision === 'float64' ? new Float64Array(length) : new Float32Array(length);
      const max = new Float64Array(rows);
      this.#partial = { output, outputOffset: 0, outputStride: 0, max, sum: new Float64Array(rows), rowOffset: 0 };
    }
    return { ...this.#partial, outputStride: problem.valueDim };
  }

  #tileOf(isWide: boolean, length: number): Floats {
    const fits = this.#tile.length >= length && this.#tile instanceof Float64Array === isWide;
    if (!fits) this.#tile = isWide ? new Float64Array(length) : new Float32Array(length);
    return this.#tile;
  }
}

/** Where the rows of a chain stand in the result: in the output itself for the first key split, beside it for others. */
function splitRows(problem: AttentionProblem, result: AttentionResult, place: RowChain): PartialRows {
  const { batch, head, rowStart, split } = place;
  const row = (batch * problem.numHeads + head) * problem.queryLength + rowStart;
  if (split === 0) {
    const { data, batchStride, headStride, rowStride } = result.output;
    const outputOffset = batch * batchStride + head * headStride + rowStart * rowStride;
    return { output: data, outputOffset, outputStride: rowStride, max: result.max, sum: result.sum, rowOffset: row };
  }
  const { output, max, sum } = result.splits[split - 1];
  return { output, outputOffset: row * problem.valueDim, outputStride: problem.valueDim, max, sum, rowOffset: row };
}

function productChain(stage: ProductStage, chain: number): { product: Product; rowStart: number } {
  let rest = chain;
  for (const product of stage.products) {
    const chains = Math.ceil(product.rows / stage.grid.rows);
    if (rest < chains) return { product, rowStart: rest * stage.grid.rows };
    rest -= chains;
  }
  throw new Error(`no chain ${chain} in the stage`);
}

/** Adds one head's weights to the mean over heads; heads come in order, the first starts afresh. */
function addToMean(problem: AttentionProblem, mean: Floats, block: Block, tile: Floats): void {
  const keys = block.keyEnd - block.keyStart;
  const share = 1 / problem.numHeads;
  for (let row = block.rowStart; row < block.rowEnd; row++) {
    const to = (block.batch * problem.queryLength + row) * problem.keyLength + block.keyStart;
    const from = (row - block.rowStart) * keys;
    for (let j = 0; j < keys; j++) mean[to + j] = (block.head === 0 ? 0 : mean[to + j]) + tile[from + j] * share;
  }
}
