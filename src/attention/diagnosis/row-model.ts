import { type Columns, columnSums } from './columns.ts';
import type { Convention } from './convention.ts';
import { type Dump, type Place, rowWidth } from './dump.ts';
import { Memo } from './memo.ts';
import { projectedOut } from './projected.ts';
import { rounderOf } from './rounding.ts';
import { type HeadRow, Scores } from './scores.ts';
import { type Softmax, softmaxOf } from './softmax.ts';
import { swappedConvention, swappedDump } from './swapped.ts';
import { laidOut, Vectors } from './vectors.ts';
import { weightedValues } from './weighted-values.ts';

const NOTHING = Number.NEGATIVE_INFINITY;
const COLUMN_BYTES = 8 * 1024 * 1024;

/**
 * Rows of attention by any convention, in float64: plain and one at a time, as the oracle (kernels/reference.ts), with which
 * it agrees by the convention of the request.
 */
export class RowModel {
  readonly #dump: Dump;
  readonly #vectors: Vectors;
  readonly scores: Scores;
  readonly #columns = new Memo<Columns & { byteLength: number }>(COLUMN_BYTES);

  readonly #outputs = new Memo<Float64Array>(COLUMN_BYTES);
  #swapped: { model: RowModel; dump: Dump } | undefined;

  constructor(dump: Dump) {
    this.#dump = dump;
    this.#vectors = new Vectors(dump);
    this.scores = new Scores(dump, this.#vectors);
  }

  /** The first `dims` numbers of a row of the answer. */
  output(convention: Convention, { batch, unit, row }: Place, dims = rowWidth(this.#dump)): Float64Array {
    const { projections, problem } = this.#dump;
    const { numHeads, valueDim } = problem;
    const { output, outputBias } = convention.projections;
    const by = rounderOf(convention.rounding.output);
    if (projections === undefined) return this.#head(convention, batch, unit, row, dims).map(by);
    const joined = new Float64Array(numHeads * valueDim);
    for (let h = 0; h < numHeads; h++) {
      joined.set(this.#head(convention, batch, h, row, valueDim), h * valueDim);
    }
    return projectedOut(projections, joined, { way: output, bias: outputBias, dims }).map(by);
  }

  /** The weights of a row of a head over all keys; those that are not looked at have none. */
  weights(convention: Convention, at: HeadRow): Float64Array {
    const all = new Float64Array(this.#dump.problem.keyLength);
    all.set(this.#softmax(convention, at).weights);
    return all;
  }

  /** ln Σ e^score of a row, in nats. */
  logSumExp(convention: Convention, at: HeadRow): number {
    return this.#softmax(convention, at).lse;
  }

  /** A row of a head where the layout of the answer has it. */
  #head(convention: Convention, batch: number, head: number, row: number, dims: number): Float64Array {
    const { numHeads, queryLength } = this.#dump.problem;
    const [h, l] = laidOut(convention.layouts.output, head, row, numHeads, queryLength);
    const own = convention.headOrder === 'reversed' ? numHeads - 1 - h : h;
    if (convention.averaged !== 'output') return this.#row(convention, { batch, head: own, row: l }, dims);
    const mean = new Float64Array(dims);
    for (let one = 0; one < numHeads; one++) {
      const part = this.#row(convention, { batch, head: one, row: l }, dims);
      for (let x = 0; x < dims; x++) mean[x] += part[x] / numHeads;
    }
    return mean;
  }

  #row(convention: Convention, at: HeadRow, dims: number): Float64Array {
    const { factor } = convention;
    if (factor === 1) return this.#plainRow(convention, at, dims);
    // A factor is tried with many numbers.
    const whole = { ...convention, factor: 1 };
    const name = JSON.stringify([whole, at, dims]);
    return this.#outputs.get(name, () => this.#plainRow(whole, at, dims)).map((number) => factor * number);
  }

  #plainRow(convention: Convention, at: HeadRow, dims: number): Float64Array {
    if (convention.swapsAxes) return this.#swappedRow(convention, at, dims);
    const { problem } = this.#dump;
    if (at.row >= problem.queryLengths[at.batch]) return new Float64Array(dims);
    const values = this.#vectors.rows('value', convention, at.batch, this.scores.keyHead(convention, at.head));
    const softmax =
      convention.averaged === 'weights' ? this.#meanOverHeads(convention, at) : this.#softmax(convention, at);
    return weightedValues(softmax, values, convention, dims);
  }

  #swappedRow(convention: Convention, { batch, head, row }: HeadRow, dims: number): Float64Array {
    this.#swapped ??= swappedModel(this.#dump);
    const { model, dump } = this.#swapped;
    return model.#row(swappedConvention(convention, dump), { batch, head: row, row: head }, dims);
  }

  #meanOverHeads(convention: Convention, at: HeadRow): Softmax {
    const { numHeads } = this.#dump.problem;
    const own = this.#softmax(convention, at);
    const weights = new Float64Array(own.weights.length);
    for (let head = 0; head < numHeads; head++) {
      const part = this.#softmax(convention, { ...at, head }).weights;
      for (let j = 0; j < weights.length; j++) weights[j] += part[j] / numHeads;
    }
    return { ...own, weights };
  }

  #softmax(convention: Convention, at: HeadRow): Softmax {
    const scores = this.scores.masked(convention, at);
    if (convention.softmaxOver === 'queries') return this.#overQueries(convention, at, scores);
    const softmax = softmaxOf(scores, convention, this.#dump.problem.sinks?.[at.head] ?? NOTHING);
    const keeps = this.scores.keeps(convention, at);
    if (keeps !== undefined) {
      for (let j = 0; j < scores.length; j++) if (!keeps(j)) softmax.weights[j] = 0;
    }
    if (softmax.isEmpty && convention.emptyRow === 'mean_of_seen') this.#spreadOverSeen(convention, at, softmax);
    return softmax;
  }

  /** A row without a key: the mean over those that are no padding. */
  #spreadOverSeen(convention: Convention, { batch }: HeadRow, { weights }: Softmax): void {
    const { from, to } = this.scores.realKeys(convention, batch);
    weights.fill(0);
    if (to > from) weights.fill(1 / (Math.min(to, weights.length) - from), from, to);
  }

  #overQueries(convention: Convention, { batch, head }: HeadRow, scores: Float64Array): Softmax {
    const { queryLength } = this.#dump.problem;
    const name = JSON.stringify([convention, batch, head]);
    const { max, sum } = this.#columns.get(name, () => {
      const rowOf = (row: number) => this.scores.masked(convention, { batch, head, row });
      return columnSums(rowOf, queryLength, scores.length);
    });
    const weights = scores.map((score, j) => (score === NOTHING ? 0 : Math.exp(score - max[j]) / sum[j]));
    return { weights, exponentials: weights, sum: 1, scores, lse: Number.NaN, isEmpty: false };
  }

  /** The largest score of a row by its size, for how far rounding may go. */
  largestScore(convention: Convention, at: HeadRow): number {
    let largest = 0;
    for (const score of this.scores.scaled(convention, at)) largest = Math.max(largest, Math.abs(score));
    return largest;
  }
}

function swappedModel(dump: Dump): { model: RowModel; dump: Dump } {
  const swapped = swappedDump(dump);
  return { model: new RowModel(swapped), dump: swapped };
}
