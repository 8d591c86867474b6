import { EMPTY_ROW } from '../attention/empty-row.ts';
import { type Block, type FloatProblem, keyHeadOf } from '../attention/problem.ts';
import { startOfRow } from '../attention/sinks.ts';
import type { Step, StepName, Subject } from '../attention/steps.ts';
import type { Floats } from '../tensor/tensor.ts';
import { rowStartOf } from './kernel.ts';

/**
 * The online softmax of one block of rows, tile by tile, with all that it carries in sight (Milakov & Gimelshein 2018;
 * FlashAttention's recurrence, Dao et al. 2022). Invariant after each tile, over the keys so far:
 *   max = the largest score, sum = Σ exp(score − max), accumulator = Σ exp(score − max) · value.
 */
export class TileWalk {
  readonly #problem: FloatProblem;
  readonly #batch: number;
  readonly #head: number;
  readonly #rowStart: number;
  readonly #rows: number;
  /** The tile that the state below stands behind; −1 before the first. */
  #tile = -1;
  #scores: Floats = new Float32Array(0);
  readonly #max: Float64Array;
  readonly #rescale: Float64Array;
  readonly #sum: Float64Array;
  /** [rows, valueDim] */
  readonly #accumulator: Float64Array;

  /** Stands before the first tile of the rows of `step`, where there may be a sink already. */
  constructor(problem: FloatProblem, { batchStart, headStart, rowStart, rowEnd }: Step) {
    this.#problem = problem;
    this.#batch = batchStart;
    this.#head = headStart;
    this.#rowStart = rowStart;
    this.#rows = rowEnd - rowStart;
    const start = startOfRow(problem, headStart);
    this.#max = new Float64Array(this.#rows).fill(start.max);
    this.#rescale = new Float64Array(this.#rows);
    this.#sum = new Float64Array(this.#rows).fill(start.sum);
    this.#accumulator = new Float64Array(this.#rows * problem.valueDim);
  }

  /** Whether the walk can go on to `step`: same inputs, same rows, and not past its tile. */
  precedes({ problem }: Subject, step: Step): boolean {
    return (
      problem === this.#problem &&
      step.batchStart === this.#batch &&
      step.headStart === this.#head &&
      step.rowStart === this.#rowStart &&
      this.#tile <= (step.tile?.index ?? -1)
    );
  }

  /**
   * Walks to the tile of `step` and gives what the step shows, until the next walk. All tiles but the last of a row have the
   * same keys.
   * @param scoresOf what the softmax reads of a block, row by row
   */
  shown({ name, tile, keyStart, keyEnd }: Step, scoresOf: (block: Block) => Floats): Floats {
    if (tile === undefined) throw new Error(`${name} is no step of a tile`);
    while (this.#tile < tile.index) {
      const back = tile.index - this.#tile - 1;
      // Only the last tile may be shorter; the ones before it are whole, and end where it starts.
      const start = keyStart - back * tile.keys;
      this.#take(start, back === 0 ? keyEnd : start + tile.keys, scoresOf);
      this.#tile++;
    }
    return this.#shown(name);
  }

  #shown(name: StepName): Floats {
    if (name === 'tile_scores') return this.#scores;
    if (name === 'running_max') return this.#max;
    if (name === 'rescale') return this.#rescale;
    return name === 'running_sum' ? this.#sum : this.#accumulator;
  }

  /** One tile: keys `[keyStart, keyEnd)`. */
  #take(keyStart: number, keyEnd: number, scoresOf: (block: Block) => Floats): void {
    const { valueDim, value } = this.#problem;
    const keys = keyEnd - keyStart;
    const rows = { rowStart: this.#rowStart, rowEnd: this.#rowStart + this.#rows };
    this.#scores = scoresOf({ batch: this.#batch, head: this.#head, ...rows, keyStart, keyEnd });
    const keyHead = keyHeadOf(this.#problem, this.#head);
    for (let row = 0; row < this.#rows; row++) {
      const scores = this.#scores.subarray(row * keys, (row + 1) * keys);
      let max = this.#max[row];
      for (let j = 0; j < keys; j++) max = Math.max(max, scores[j]);
      // 0 for the first tile that is seen; 1 where nothing is seen yet, for −∞ − −∞ would be NaN.
      const rescale = max === EMPTY_ROW.max ? 1 : Math.exp(this.#max[row] - max);
      const accumulator = this.#accumulator.subarray(row * valueDim, (row + 1) * valueDim);
      for (let x = 0; x < valueDim; x++) accumulator[x] *= rescale;
      let sum = this.#sum[row] * rescale;
      for (let j = 0; j < keys && max !== EMPTY_ROW.max; j++) {
        const weight = Math.exp(scores[j] - max);
        if (weight === 0) continue;
        sum += weight;
        const start = rowStartOf(value, this.#batch, keyHead, keyStart + j);
        for (let x = 0; x < valueDim; x++) accumulator[x] += weight * value.data[start + x];
      }
      this.#max[row] = max;
      this.#rescale[row] = rescale;
      this.#sum[row] = sum;
    }
  }
}
