import { blockProblem } from '../attention/block-problem.ts';
import { EMPTY_ROW, hasWeight } from '../attention/empty-row.ts';
import { SHARD_COST } from '../attention/plan.ts';
import { visibleKeys } from '../attention/positions.ts';
import {
  type AttentionProblem,
  type Block,
  type FloatProblem,
  hasFloats,
  keyHeadOf,
  slopeOf,
} from '../attention/problem.ts';
import { beyondFloat64 } from './beyond-float64.ts';
import {
  type Kernel,
  type MatrixView,
  type ProductBlock,
  type RowSoftmax,
  type RowTarget,
  rowStartOf,
  type ScoreStage,
} from './kernel.ts';

/** Read once: a loop over keys feels a look at an object. */
const NOTHING: number = EMPTY_ROW.max;

/**
 * The oracle: float64, one row at a time, two passes over the keys, no tricks. Every other kernel must agree with it.
 * It also serves `precision: "float64"` and the rare numbers that leave the range of float32.
 */
export function createReferenceKernel(): Kernel {
  let rowScores = new Float64Array(0);
  const scratch = (length: number): Float64Array => {
    if (rowScores.length < length) rowScores = new Float64Array(length);
    return rowScores;
  };

  return {
    name: 'reference',
    shardCost: SHARD_COST.float64,
    readsHalves: true,

    attend(given: AttentionProblem, of: Block, target: RowTarget): void {
      const { problem, block } = inFloats(given, of);
      const scores = scratch(block.keyEnd - block.keyStart);
      const { data: value } = problem.value;
      const output = new Float64Array(problem.valueDim);
      for (let row = block.rowStart; row < block.rowEnd; row++) {
        scoreRow(problem, block, row, 'masked_scores', scores);
        let max = NOTHING;
        for (let j = block.keyStart; j < block.keyEnd; j++) max = Math.max(max, scores[j - block.keyStart]);
        let sum = 0;
        output.fill(0);
        // −∞ − −∞ would be NaN: a row that sees nothing keeps sum 0 and output 0.
        for (let j = 0; j < block.keyEnd - block.keyStart && max !== NOTHING; j++) {
          scores[j] = Math.exp(scores[j] - max);
          sum += scores[j];
        }
        // Divided before they are summed: values near the end of the range do not leave it together.
        for (let j = block.keyStart; j < block.keyEnd && hasWeight(sum); j++) {
          const weight = scores[j - block.keyStart] / sum;
          if (weight === 0) continue;
          const start = rowStartOf(problem.value, block.batch, keyHeadOf(problem, block.head), j);
          for (let x = 0; x < problem.valueDim; x++) output[x] += weight * value[start + x];
        }
        const r = row - block.rowStart;
        const into = target.outputOffset + r * target.outputStride;
        for (let x = 0; x < problem.valueDim; x++) target.output[into + x] = output[x];
        target.max[target.rowOffset + r] = max;
        target.sum[target.rowOffset + r] = sum;
      }
    },

    scores(given: AttentionProblem, of: Block, stage: ScoreStage, into: MatrixView, softmax?: RowSoftmax): void {
      const { problem, block } = inFloats(given, of);
      const keys = block.keyEnd - block.keyStart;
      const scores = scratch(keys);
      for (let row = block.rowStart; row < block.rowEnd; row++) {
        scoreRow(problem, block, row, stage === 'weights' ? 'masked_scores' : stage, scores);
        const r = row - block.rowStart;
        const start = into.offset + r * into.rowStride;
        if (stage !== 'weights') {
          for (let j = 0; j < keys; j++) into.data[start + j] = scores[j];
          continue;
        }
        if (softmax === undefined) throw new Error('weights need the max and sum of their rows');
        const max = softmax.max[softmax.rowOffset + r];
        const sum = softmax.sum[softmax.rowOffset + r];
        for (let j = 0; j < keys; j++) into.data[start + j] = hasWeight(sum) ? Math.exp(scores[j] - max) / sum : 0;
      }
    },

    multiply({ left, right, bias, biasOffset, into, depth, ...range }: ProductBlock): void {
      for (let m = range.rowStart; m < range.rowEnd; m++) {
        for (let n = range.columnStart; n < range.columnEnd; n++) {
          const l = left.offset + m * left.rowStride;
          const r = right.offset + n * right.rowStride;
          let total = 0;
          for (let k = 0; k < depth; k++) total += left.data[l + k] * right.data[r + k];
          into.data[into.offset + m * into.rowStride + n] = total + (bias === undefined ? 0 : bias[biasOffset + n]);
        }
      }
    },
  };
}

/** A problem of halves is widened block by block. */
function inFloats(problem: AttentionProblem, block: Block): { problem: FloatProblem; block: Block } {
  return hasFloats(problem) ? { problem, block } : blockProblem(problem, block);
}

/** One row of the score matrix at `stage`, for the block's keys, into `scores[0 …]`. */
function scoreRow(problem: FloatProblem, block: Block, row: number, stage: ScoreStage, scores: Float64Array): void {
  const { batch, head, keyStart, keyEnd } = block;
  const { headDim, scale, softcap } = problem;
  const query = problem.query.data;
  const key = problem.key.data;
  const q = rowStartOf(problem.query, batch, head, row);
  /** Keys whose score float64 cannot hold; softcap brings all but NaN back. */
  const lost: number[] = [];
  for (let j = keyStart; j < keyEnd; j++) {
    const k = rowStartOf(problem.key, batch, keyHeadOf(problem, head), j);
    let dot = 0;
    for (let x = 0; x < headDim; x++) dot += query[q + x] * key[k + x];
    const score = scale * dot;
    scores[j - keyStart] = score;
    if (!Number.isFinite(score)) lost.push(j);
  }
  if (stage === 'scores') {
    if (lost.length > 0) throw beyondFloat64();
    return;
  }
  if (softcap > 0) {
    for (let j = 0; j < keyEnd - keyStart; j++) scores[j] = softcap * Math.tanh(scores[j] / softcap);
  }
  if (stage === 'softcapped') {
    if (scores.subarray(0, keyEnd - keyStart).some(Number.isNaN)) throw beyondFloat64();
    return;
  }

  const slope = slopeOf(problem, batch, head);
  const visible = visibleKeys(problem, batch, row);
  const position = row + problem.offsets[batch];
  for (let j = keyStart; j < keyEnd; j++) {
    if (j < visible.start || j >= visible.end) scores[j - keyStart] = Number.NEGATIVE_INFINITY;
    else scores[j - keyStart] -= slope * Math.abs(position - j);
  }
  for (const mask of problem.masks) {
    const [b, h, i, stride] = mask.strides;
    const start = batch * b + head * h + row * i;
    for (let j = keyStart; j < keyEnd; j++) {
      const entry = mask.data[start + j * stride];
      if (mask.kind === 'additive') scores[j - keyStart] += entry;
      else if (entry === 0) scores[j - keyStart] = Number.NEGATIVE_INFINITY;
    }
  }
  for (const j of lost) {
    if (softcap > 0 && !Number.isNaN(scores[j - keyStart])) continue;
    if (!isHidden(problem, block, row, j)) throw beyondFloat64();
    scores[j - keyStart] = Number.NEGATIVE_INFINITY;
  }
}

/** Whether a key is hidden from a row, by its position or by a mask. */
function isHidden(problem: FloatProblem, { batch, head }: Block, row: number, j: number): boolean {
  const { start, end } = visibleKeys(problem, batch, row);
  if (j < start || j >= end) return true;
  return problem.masks.some(({ kind, data, strides: [b, h, i, stride] }) => {
    const entry = data[batch * b + head * h + row * i + j * stride];
    return kind === 'boolean' ? entry === 0 : entry === Number.NEGATIVE_INFINITY;
  });
}
