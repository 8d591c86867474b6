import { widenHalves } from '../tensor/half.ts';
import { type HeadsView, type InputView, isHalfView } from '../tensor/tensor.ts';
import { type AttentionProblem, type Block, type FloatProblem, keyHeadOf, type Mask, slopeOf } from './problem.ts';

/**
 * A block as a problem of its own: one batch entry, one head, and rows, keys and positions that count from the block's
 * first. Its halves are widened, and nothing beyond the block is.
 */
export function blockProblem(problem: AttentionProblem, block: Block): { problem: FloatProblem; block: Block } {
  const { batch, head, rowStart, keyStart } = block;
  const rows = block.rowEnd - rowStart;
  const keys = block.keyEnd - keyStart;
  const keyHead = keyHeadOf(problem, head);
  const own: FloatProblem = {
    ...problem,
    batch: 1,
    numHeads: 1,
    numKeyHeads: 1,
    queryLength: rows,
    keyLength: keys,
    query: rowsOf(problem.query, [batch, head, rowStart, rows], problem.headDim),
    key: rowsOf(problem.key, [batch, keyHead, keyStart, keys], problem.headDim),
    value: rowsOf(problem.value, [batch, keyHead, keyStart, keys], problem.valueDim),
    masks: problem.masks.map((mask) => maskOf(mask, block)),
    alibiSlopes: problem.alibiSlopes && [slopeOf(problem, batch, head)],
    sinks: problem.sinks && [problem.sinks[head]],
    offsets: [problem.offsets[batch] + rowStart - keyStart],
    keyLengths: [within(problem.keyLengths[batch] - keyStart, keys)],
    queryLengths: [within(problem.queryLengths[batch] - rowStart, rows)],
  };
  return { problem: own, block: { batch: 0, head: 0, rowStart: 0, rowEnd: rows, keyStart: 0, keyEnd: keys } };
}

/** `count` rows of a head from `first` on. */
function rowsOf(
  view: InputView,
  [batch, head, first, count]: [batch: number, head: number, first: number, count: number],
  dim: number,
): HeadsView {
  const { batchStride, headStride, rowStride } = view;
  const start = batch * batchStride + head * headStride + first * rowStride;
  if (!isHalfView(view)) return { data: view.data.subarray(start), batchStride: 0, headStride: 0, rowStride };
  const data = new Float32Array(count * dim);
  for (let row = 0; row < count; row++) {
    const from = start + row * rowStride;
    widenHalves(view.dtype, view.data.subarray(from, from + dim), data.subarray(row * dim, (row + 1) * dim));
  }
  return { data, batchStride: 0, headStride: 0, rowStride: dim };
}

function maskOf(mask: Mask, { batch, head, rowStart, keyStart }: Block): Mask {
  const [b, h, i, j] = mask.strides;
  const start = batch * b + head * h + rowStart * i + keyStart * j;
  const strides = [0, 0, i, j] as const;
  return mask.kind === 'boolean'
    ? { kind: 'boolean', data: mask.data.subarray(start), strides }
    : { kind: 'additive', data: mask.data.subarray(start), strides };
}

function within(count: number, most: number): number {
  return Math.max(0, Math.min(count, most));
}
