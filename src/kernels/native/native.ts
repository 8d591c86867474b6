import { createRequire } from 'node:module';
import type { PartialRows } from '../../attention/merge.ts';
import { type AttentionProblem, type Block, keyHeadOf } from '../../attention/problem.ts';
import { type Floats, type HalfDtype, type InputView, isHalfView } from '../../tensor/tensor.ts';
import {
  type Kernel,
  type MatrixView,
  type NativePath,
  type ProductBlock,
  type RowSoftmax,
  type RowTarget,
  rowStartOf,
  type ScoreStage,
} from '../kernel.ts';
import { createReferenceKernel } from '../reference.ts';

/**
 * The functions of one kernel of the addon. Each takes numbers, which it reads in order, and then the arrays that they
 * speak of; it checks every extent before it touches memory.
 * @throws RangeError when a view reaches beyond its array
 */
export interface NativeFunctions {
  attend(numbers: Float64Array, ...arrays: (Floats | Uint16Array | Uint8Array)[]): boolean;
  /** False when a score left the range of float32: what was written does not count. */
  score(numbers: Float64Array, ...arrays: (Floats | Uint16Array | Uint8Array)[]): boolean;
  multiply(numbers: Float64Array, ...arrays: Floats[]): boolean;
  merge(numbers: Float64Array, ...arrays: Floats[]): boolean;
  /** Whether no number of the array is NaN or infinite. */
  finite(numbers: Float64Array, array: Float32Array): boolean;
  /** into = exp(from), or 2^from where `numbers[0]` is not 0, as the softmax computes them. */
  exponential(numbers: Float64Array, from: Float32Array, into: Float32Array): boolean;
  /** Multiply-adds on registers alone, `numbers[0]` rounds; returns how many operations that were. */
  spin(numbers: Float64Array): number;
  /** Reads an array once, in order. */
  read(numbers: Float64Array, array: Float32Array): number;
}

interface Addon {
  paths(): NativePath[];
  createKernel(path: NativePath): NativeFunctions;
}

/** The stages of a score matrix, as task.h numbers them. */
const STAGES: Record<ScoreStage, number> = { scores: 0, softcapped: 1, masked_scores: 2, weights: 3 };
/** The formats of queries, keys and values, as task.h numbers them. */
const FORMATS: Record<'float32' | HalfDtype, number> = { float32: 0, float16: 1, bfloat16: 2 };
/** Multiply-adds in about a millisecond of one core, rather too few than too many. */
const SHARD_COSTS: Record<NativePath, number> = {
  avx512: 64_000_000,
  avx2: 48_000_000,
  neon: 24_000_000,
  portable: 10_000_000,
};
/** Masks that a task of the addon has room for; a request brings two at most. */
const MOST_MASKS = 8;

/** What build.mjs makes: the addon, and one that checks addresses and undefined behavior for tests. */
export type AddonFile = 'attention.node' | 'attention-sanitized.node';

/** The addon lies in dist/, whether this file runs from there or from src/. */
function loadAddon(file: AddonFile): Addon {
  try {
    return createRequire(import.meta.url)(`../../../dist/kernels/native/${file}`);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
    throw isMissing ? new Error('not built (npm run build:native)') : error;
  }
}

/** The paths that this processor can run, fastest first. @throws Error when the addon is not built */
export function nativePaths(file: AddonFile = 'attention.node'): NativePath[] {
  return loadAddon(file).paths();
}

/** The bare functions of a path, for tests and benchmarks. @throws Error when the addon is not built */
export function loadNativeFunctions(path: NativePath, file: AddonFile = 'attention.node'): NativeFunctions {
  return loadAddon(file).createKernel(path);
}

/**
 * The native kernel: C++ that reads queries, keys and values where they lie, in shared memory too.
 * A row whose numbers leave the range of float32 on the way shows a sum that is not finite (see ShardRunner).
 * @throws Error when the addon is not built, or this processor does not have the path
 */
export function loadNativeKernel(path: NativePath = nativePaths()[0], file: AddonFile = 'attention.node'): Kernel {
  const native = loadNativeFunctions(path, file);
  const reference = createReferenceKernel();
  const numbers = new Float64Array(32 + 3 * MOST_MASKS);

  /** What the addon's readScoreTask reads, in its order. Returns how many numbers that were. */
  function writeScoreTask(problem: AttentionProblem, block: Block): number {
    const { batch, head, rowStart, rowEnd, keyStart, keyEnd } = block;
    const { query, key, headDim, scale, softcap, window, causal } = problem;
    const rows = rowEnd - rowStart;
    const keys = keyEnd - keyStart;
    numbers[0] = rows;
    numbers[1] = keys;
    numbers[2] = headDim;
    writeInput(query, rowStartOf(query, batch, head, rowStart), 3);
    writeInput(key, rowStartOf(key, batch, keyHeadOf(problem, head), keyStart), 6);
    numbers[9] = scale;
    numbers[10] = softcap;
    numbers[11] = problem.alibiSlopes === undefined ? 0 : 1;
    numbers[12] = problem.alibiSlopes?.[head] ?? 0;
    numbers[13] = rowStart + problem.offsets[batch] - keyStart;
    numbers[14] = window.left;
    numbers[15] = causal ? Math.min(0, window.right) : window.right;
    numbers[16] = within(problem.queryLengths[batch] - rowStart, rows);
    numbers[17] = within(problem.keyLengths[batch] - keyStart, keys);
    return 18;
  }

  /** Rows of queries, keys or values, from element `start` on; returns where the next number goes. */
  function writeInput(view: InputView, start: number, at: number): number {
    numbers[at] = start;
    numbers[at + 1] = view.rowStride;
    numbers[at + 2] = FORMATS[isHalfView(view) ? view.dtype : 'float32'];
    return at + 3;
  }

  /** The masks' numbers from `at` on; returns their arrays. */
  function writeMasks({ masks }: AttentionProblem, block: Block, at: number): (Floats | Uint8Array)[] {
    if (masks.length > MOST_MASKS) throw new Error(`${masks.length} masks, and the kernel takes ${MOST_MASKS}`);
    masks.forEach(({ strides: [b, h, i, j] }, index) => {
      const start = block.batch * b + block.head * h + block.rowStart * i + block.keyStart * j;
      numbers.set([start, i, j], at + 3 * index);
    });
    return masks.map((mask) => mask.data);
  }

  return {
    name: `native-${path}`,
    shardCost: SHARD_COSTS[path],
    readsHalves: true,

    attend(problem: AttentionProblem, block: Block, target: RowTarget): void {
      const { query, key, value, valueDim } = problem;
      let at = writeScoreTask(problem, block);
      numbers[at++] = valueDim;
      at = writeInput(value, rowStartOf(value, block.batch, keyHeadOf(problem, block.head), block.keyStart), at);
      numbers[at++] = target.outputOffset;
      numbers[at++] = target.outputStride;
      numbers[at++] = target.rowOffset;
      const masks = writeMasks(problem, block, at);
      native.attend(numbers, query.data, key.data, value.data, target.output, target.max, target.sum, ...masks);
    },

    scores(problem: AttentionProblem, block: Block, stage: ScoreStage, into: MatrixView, softmax?: RowSoftmax): void {
      let at = writeScoreTask(problem, block);
      numbers[at++] = STAGES[stage];
      numbers[at++] = into.offset;
      numbers[at++] = into.rowStride;
      const rows: Float64Array[] = [];
      if (stage === 'weights') {
        if (softmax === undefined) throw new Error('weights need the max and sum of their rows');
        numbers[at++] = softmax.rowOffset;
        rows.push(softmax.max, softmax.sum);
      }
      const masks = writeMasks(problem, block, at);
      const fits = native.score(numbers, problem.query.data, problem.key.data, into.data, ...rows, ...masks);
      if (!fits) reference.scores(problem, block, stage, into, softmax);
    },

    multiply({ left, right, bias, biasOffset, into, depth, ...range }: ProductBlock): void {
      const { rowStart, rowEnd, columnStart, columnEnd } = range;
      numbers[0] = rowEnd - rowStart;
      numbers[1] = columnEnd - columnStart;
      numbers[2] = depth;
      numbers[3] = left.offset + rowStart * left.rowStride;
      numbers[4] = left.rowStride;
      numbers[5] = right.offset + columnStart * right.rowStride;
      numbers[6] = right.rowStride;
      numbers[7] = into.offset + rowStart * into.rowStride + columnStart;
      numbers[8] = into.rowStride;
      numbers[9] = biasOffset + columnStart;
      native.multiply(numbers, left.data, right.data, into.data, ...(bias === undefined ? [] : [bias]));
    },

    merge(whole: PartialRows, part: PartialRows, rows: number, valueDim: number): void {
      numbers[0] = rows;
      numbers[1] = valueDim;
      numbers[2] = whole.outputOffset;
      numbers[3] = whole.outputStride;
      numbers[4] = whole.rowOffset;
      numbers[5] = part.outputOffset;
      numbers[6] = part.outputStride;
      numbers[7] = part.rowOffset;
      native.merge(numbers, whole.output, whole.max, whole.sum, part.output, part.max, part.sum);
    },

    allFinite: (data: Float32Array) => native.finite(numbers, data),
  };
}

function within(count: number, most: number): number {
  return Math.max(0, Math.min(count, most));
}
