import { createRequire } from 'node:module';
import type { PartialRows } from '../../attention/merge.ts';
import { type AttentionProblem, type Block, keyHeadOf, slopeOf } from '../../attention/problem.ts';
import { type Floats, type InputView, isHalfView } from '../../tensor/tensor.ts';
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
import { FORMAT, MASK_NUMBERS, PLACE, STAGE } from './layout.ts';

/**
 * The functions of one kernel of the addon. Each takes numbers in the places of layout.ts, and then the arrays that they
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

/** The paths that this processor can run, fastest first. @throws Error when the addon is not built, or for another processor alone */
export function nativePaths(file: AddonFile = 'attention.node'): NativePath[] {
  const paths = loadAddon(file).paths();
  if (paths.length === 0) throw new Error('built for another processor (npm run build:native)');
  return paths;
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
  const numbers = new Float64Array(Math.max(PLACE.attend.masks, PLACE.score.masks) + MASK_NUMBERS * MOST_MASKS);

  /** What the scores of a block follow from, in the places of a task. */
  function writeScores(place: typeof PLACE.attend | typeof PLACE.score, problem: AttentionProblem, block: Block): void {
    const { batch, head, rowStart, rowEnd, keyStart, keyEnd } = block;
    const { query, key, headDim, scale, softcap, window, causal } = problem;
    const rows = rowEnd - rowStart;
    const keys = keyEnd - keyStart;
    numbers[place.rows] = rows;
    numbers[place.keys] = keys;
    numbers[place.headDim] = headDim;
    writeInput(place.queryStart, query, rowStartOf(query, batch, head, rowStart));
    writeInput(place.keyStart, key, rowStartOf(key, batch, keyHeadOf(problem, head), keyStart));
    numbers[place.scale] = scale;
    numbers[place.softcap] = softcap;
    numbers[place.hasAlibi] = problem.alibiSlopes === undefined ? 0 : 1;
    numbers[place.slope] = slopeOf(problem, batch, head);
    numbers[place.position] = rowStart + problem.offsets[batch] - keyStart;
    numbers[place.left] = window.left;
    numbers[place.right] = causal ? Math.min(0, window.right) : window.right;
    numbers[place.visibleRows] = within(problem.queryLengths[batch] - rowStart, rows);
    numbers[place.visibleKeys] = within(problem.keyLengths[batch] - keyStart, keys);
  }

  /** Rows of queries, keys or values, from element `start` on. */
  function writeInput(place: number, view: InputView, start: number): void {
    numbers[place] = start;
    numbers[place + 1] = view.rowStride;
    numbers[place + 2] = FORMAT[isHalfView(view) ? view.dtype : 'float32'];
  }

  /** The masks' numbers from `place` on; returns their arrays. */
  function writeMasks(place: number, { masks }: AttentionProblem, block: Block): (Floats | Uint8Array)[] {
    if (masks.length > MOST_MASKS) throw new Error(`${masks.length} masks, and the kernel takes ${MOST_MASKS}`);
    masks.forEach(({ strides: [b, h, i, j] }, index) => {
      const start = block.batch * b + block.head * h + block.rowStart * i + block.keyStart * j;
      numbers.set([start, i, j], place + MASK_NUMBERS * index);
    });
    return masks.map((mask) => mask.data);
  }

  return {
    name: `native-${path}`,
    shardCost: SHARD_COSTS[path],
    readsHalves: true,

    attend(problem: AttentionProblem, block: Block, target: RowTarget): void {
      const place = PLACE.attend;
      const { query, key, value, valueDim } = problem;
      writeScores(place, problem, block);
      numbers[place.valueDim] = valueDim;
      const valueStart = rowStartOf(value, block.batch, keyHeadOf(problem, block.head), block.keyStart);
      writeInput(place.valueStart, value, valueStart);
      numbers[place.outputStart] = target.outputOffset;
      numbers[place.outputStride] = target.outputStride;
      numbers[place.rowOffset] = target.rowOffset;
      const masks = writeMasks(place.masks, problem, block);
      native.attend(numbers, query.data, key.data, value.data, target.output, target.max, target.sum, ...masks);
    },

    scores(problem: AttentionProblem, block: Block, stage: ScoreStage, into: MatrixView, softmax?: RowSoftmax): void {
      const place = PLACE.score;
      writeScores(place, problem, block);
      numbers[place.stage] = STAGE[stage];
      numbers[place.intoStart] = into.offset;
      numbers[place.intoStride] = into.rowStride;
      const rows: Float64Array[] = [];
      if (stage === 'weights') {
        if (softmax === undefined) throw new Error('weights need the max and sum of their rows');
        numbers[place.rowOffset] = softmax.rowOffset;
        rows.push(softmax.max, softmax.sum);
      }
      const masks = writeMasks(place.masks, problem, block);
      const fits = native.score(numbers, problem.query.data, problem.key.data, into.data, ...rows, ...masks);
      if (!fits) reference.scores(problem, block, stage, into, softmax);
    },

    multiply({ left, right, bias, biasOffset, into, depth, ...range }: ProductBlock): void {
      const place = PLACE.multiply;
      const { rowStart, rowEnd, columnStart, columnEnd } = range;
      numbers[place.rows] = rowEnd - rowStart;
      numbers[place.columns] = columnEnd - columnStart;
      numbers[place.depth] = depth;
      numbers[place.leftStart] = left.offset + rowStart * left.rowStride;
      numbers[place.leftStride] = left.rowStride;
      numbers[place.rightStart] = right.offset + columnStart * right.rowStride;
      numbers[place.rightStride] = right.rowStride;
      numbers[place.intoStart] = into.offset + rowStart * into.rowStride + columnStart;
      numbers[place.intoStride] = into.rowStride;
      numbers[place.biasStart] = biasOffset + columnStart;
      native.multiply(numbers, left.data, right.data, into.data, ...(bias === undefined ? [] : [bias]));
    },

    merge(whole: PartialRows, part: PartialRows, rows: number, valueDim: number): void {
      const place = PLACE.merge;
      numbers[place.rows] = rows;
      numbers[place.valueDim] = valueDim;
      numbers[place.wholeStart] = whole.outputOffset;
      numbers[place.wholeStride] = whole.outputStride;
      numbers[place.wholeOffset] = whole.rowOffset;
      numbers[place.partStart] = part.outputOffset;
      numbers[place.partStride] = part.outputStride;
      numbers[place.partOffset] = part.rowOffset;
      native.merge(numbers, whole.output, whole.max, whole.sum, part.output, part.max, part.sum);
    },

    allFinite: (data: Float32Array) => native.finite(numbers, data),
  };
}

function within(count: number, most: number): number {
  return Math.max(0, Math.min(count, most));
}
