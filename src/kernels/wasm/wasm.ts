import { hasWeight } from '../../attention/empty-row.ts';
import { SHARD_COST } from '../../attention/plan.ts';
import { visibleKeys } from '../../attention/positions.ts';
import {
  type AttentionProblem,
  type Block,
  type FloatProblem,
  floatProblem,
  keyHeadOf,
  type Mask,
  slopeOf,
} from '../../attention/problem.ts';
import { firstNonFinite, type HeadsView } from '../../tensor/tensor.ts';
import {
  type Kernel,
  type MatrixView,
  type ProductBlock,
  type RowSoftmax,
  type RowTarget,
  rowStartOf,
  SCORE_STAGES,
  type ScoreStage,
} from '../kernel.ts';
import { createReferenceKernel } from '../reference.ts';
import { LARGE_SCORE } from '../score-bound.ts';
import { type BlockCut, biasRowCount, TILE_NUMBERS, tileKeys } from './block-cut.ts';
import { instantiate, type WasmVariant } from './module.ts';

/**
 * The WebAssembly kernel: copies a block's rows into linear memory, tile by tile, and lets assembly/ compute it in float32.
 * A block that may leave the range of float32 on the way is marked as such; its rows then show NaN (see ShardRunner).
 * @throws Error when the module is not built or the runtime does not take it
 */
export function loadWasmKernel(variant: WasmVariant): Kernel {
  const wasm = instantiate(variant);
  const reference = createReferenceKernel();

  // Memory that grows takes its old buffer away; views are made anew then.
  let floats = new Float32Array(wasm.memory.buffer);
  let doubles = new Float64Array(wasm.memory.buffer);
  let integers = new Int32Array(wasm.memory.buffer);
  let bytes = new Uint8Array(wasm.memory.buffer);
  function layOut(
    rows: number,
    keys: number,
    dims: { head: number; value: number },
    room: { bias: number; output: number },
  ) {
    wasm.layOut(rows, keys, dims.head, dims.value, room.bias, room.output);
    const { buffer } = wasm.memory;
    if (floats.buffer === buffer) return;
    floats = new Float32Array(buffer);
    doubles = new Float64Array(buffer);
    integers = new Int32Array(buffer);
    bytes = new Uint8Array(buffer);
  }

  /** Copies `rows` rows of `dim` numbers, `rowStride` apart from `start` on, one behind the other to byte `to`. */
  function copyIn({ data, offset, rowStride }: MatrixView, rows: number, dim: number, to: number): void {
    if (rowStride === dim) {
      floats.set(data.subarray(offset, offset + rows * dim), to >> 2);
      return;
    }
    for (let r = 0; r < rows; r++) {
      const start = offset + r * rowStride;
      floats.set(data.subarray(start, start + dim), (to >> 2) + r * dim);
    }
  }

  /** Copies `rows` rows of `dim` numbers from byte `from` on into rows of `into`. */
  function copyOut(from: number, rows: number, dim: number, { data, offset, rowStride }: MatrixView): void {
    const start = from >> 2;
    if (rowStride === dim) {
      data.set(floats.subarray(start, start + rows * dim), offset);
      return;
    }
    for (let r = 0; r < rows; r++) {
      data.set(floats.subarray(start + r * dim, start + (r + 1) * dim), offset + r * rowStride);
    }
  }

  /** Which keys each row sees by position, and for ALiBi where it stands; all counted from the block's first key. */
  function placeRows(problem: AttentionProblem, block: Block, slope: number): void {
    const [starts, ends, positions] = [wasm.starts, wasm.ends, wasm.positions].map((a) => a.value >> 2);
    const nearestBias = wasm.nearestBias.value >> 3;
    const keys = block.keyEnd - block.keyStart;
    for (let row = block.rowStart; row < block.rowEnd; row++) {
      const r = row - block.rowStart;
      const seen = visibleKeys(problem, block.batch, row);
      const start = Math.min(Math.max(seen.start - block.keyStart, 0), keys);
      const end = Math.max(start, Math.min(seen.end - block.keyStart, keys));
      integers[starts + r] = start;
      integers[ends + r] = end;
      const position = row + problem.offsets[block.batch] - block.keyStart;
      const nearest = Math.max(start, Math.min(position, end - 1));
      integers[positions + r] = nearest;
      doubles[nearestBias + r] = end > start ? -slope * Math.abs(position - nearest) : 0;
    }
  }

  /** What is added to the scores of rows × keys [keyStart, keyEnd): one row for all when no mask tells rows apart. */
  function gatherMasks(problem: AttentionProblem, block: Block, keyStart: number, keyEnd: number): void {
    const rows = biasRowCount(problem.masks, block);
    const keys = keyEnd - keyStart;
    const whole = wasm.biasRows.value;
    problem.masks.forEach((mask, index) => {
      const ownRows = mask.strides[2] === 0 ? 1 : rows;
      const into = index === 0 ? whole : wasm.moreBiasRows.value;
      for (let r = 0; r < ownRows; r++)
        copyMaskRow(mask, block, block.rowStart + r, [keyStart, keyEnd], into + 4 * r * keys);
      if (index === 0) {
        for (let r = ownRows; r < rows; r++)
          floats.copyWithin((whole >> 2) + r * keys, whole >> 2, (whole >> 2) + keys);
        return;
      }
      for (let r = 0; r < rows; r++)
        wasm.addBiasRow(whole + 4 * r * keys, into + (ownRows === 1 ? 0 : 4 * r * keys), keys);
    });
  }

  function copyMaskRow(
    mask: Mask,
    { batch, head }: Block,
    row: number,
    [keyStart, keyEnd]: [number, number],
    into: number,
  ): void {
    const [b, h, i, j] = mask.strides;
    const start = batch * b + head * h + row * i + keyStart * j;
    const keys = keyEnd - keyStart;
    if (j === 0) {
      const entry = mask.data[start];
      floats.fill(
        mask.kind === 'additive' ? entry : entry === 0 ? Number.NEGATIVE_INFINITY : 0,
        into >> 2,
        (into >> 2) + keys,
      );
    } else if (mask.kind === 'additive') floats.set(mask.data.subarray(start, start + keys), into >> 2);
    else {
      // The bytes wait in the last quarter of where they become numbers; reading stays ahead of writing.
      const waiting = into + 3 * keys;
      bytes.set(mask.data.subarray(start, start + keys), waiting);
      wasm.expandMask(waiting, into, keys);
    }
  }

  let taken = { scaleSize: Number.NaN, softcapSize: 0, slope: 0, hasBiases: false };

  /** Most blocks ask for what the one before did, and setting the globals takes 4 % of the time of a block of 8×4. */
  function takeOptions(options: typeof taken): void {
    const { scaleSize, softcapSize, slope, hasBiases } = options;
    const isSame = scaleSize === taken.scaleSize && softcapSize === taken.softcapSize && slope === taken.slope;
    if (isSame && hasBiases === taken.hasBiases) return;
    taken = options;
    wasm.scaleSize.value = scaleSize;
    wasm.softcapSize.value = softcapSize;
    wasm.slope.value = slope;
    wasm.hasAlibi.value = Number(slope !== 0);
    wasm.hasBiases.value = Number(hasBiases);
    wasm.takeOptions();
  }

  /** Lays out a block and copies what does not change from tile to tile. Returns how the block is cut. */
  function begin(problem: FloatProblem, block: Block, scoresOnly: boolean): BlockCut {
    const { headDim, valueDim, masks, scale } = problem;
    const rows = block.rowEnd - block.rowStart;
    const tile = Math.min(tileKeys(headDim + valueDim), block.keyEnd - block.keyStart);
    const biasRows = biasRowCount(masks, block);
    layOut(
      rows,
      tile,
      { head: headDim, value: scoresOnly ? 0 : valueDim },
      { bias: masks.length === 0 ? 0 : biasRows * tile, output: rows * (scoresOnly ? tile : valueDim) },
    );
    copyIn(matrixOf(problem.query, block.batch, block.head, block.rowStart), rows, headDim, wasm.queryRows.value);
    const slope = slopeOf(problem, block.batch, block.head);
    takeOptions({ scaleSize: Math.abs(scale), softcapSize: problem.softcap, slope, hasBiases: masks.length > 0 });
    placeRows(problem, block, slope);
    const querySize = wasm.largestSize(wasm.queryRows.value, rows * headDim);
    wasm.takeQueries(scale < 0);
    return { rows, tile, biasRows, keyHead: keyHeadOf(problem, block.head), querySize };
  }

  function copyTile(
    problem: FloatProblem,
    block: Block,
    cut: BlockCut,
    keyStart: number,
  ): { keys: number; biasStride: number } {
    const keys = Math.min(cut.tile, block.keyEnd - keyStart);
    copyIn(matrixOf(problem.key, block.batch, cut.keyHead, keyStart), keys, problem.headDim, wasm.keyRows.value);
    if (problem.masks.length > 0) gatherMasks(problem, block, keyStart, keyStart + keys);
    return { keys, biasStride: cut.biasRows > 1 ? 4 * keys : 0 };
  }

  function mayOverflow({ headDim, scale }: AttentionProblem, keys: number, querySize: number): boolean {
    const keySize = wasm.largestSize(wasm.keyRows.value, keys * headDim);
    return querySize * keySize * headDim * Math.max(1, Math.abs(scale)) > LARGE_SCORE;
  }

  return {
    name: variant,
    shardCost: SHARD_COST.float32,
    readsHalves: false,

    attend(given: AttentionProblem, block: Block, target: RowTarget): void {
      const problem = floatProblem(given);
      const cut = begin(problem, block, false);
      wasm.startRows();
      let isLarge = false;
      for (let keyStart = block.keyStart; keyStart < block.keyEnd; keyStart += cut.tile) {
        const { keys, biasStride } = copyTile(problem, block, cut, keyStart);
        copyIn(
          matrixOf(problem.value, block.batch, cut.keyHead, keyStart),
          keys,
          problem.valueDim,
          wasm.valueRows.value,
        );
        const mayPassRange = mayOverflow(problem, keys, cut.querySize);
        isLarge ||= mayPassRange;
        wasm.attendTile(keyStart - block.keyStart, keys, biasStride, mayPassRange);
      }
      wasm.finishRows();
      const { output, outputOffset, outputStride, rowOffset } = target;
      const into = { data: output, offset: outputOffset, rowStride: outputStride };
      copyOut(wasm.outputRows.value, cut.rows, problem.valueDim, into);
      const [max, sum] = [wasm.rowMax.value >> 3, wasm.rowSum.value >> 3];
      target.max.set(doubles.subarray(max, max + cut.rows), rowOffset);
      target.sum.set(doubles.subarray(sum, sum + cut.rows), rowOffset);
      const numbers = wasm.outputRows.value >> 2;
      for (let r = 0; r < cut.rows; r++) {
        const row = floats.subarray(numbers + r * problem.valueDim, numbers + (r + 1) * problem.valueDim);
        // Scores that all fell to −∞ look like a row that is masked; only numbers this large can do that.
        const isLost = isLarge && !hasWeight(target.sum[rowOffset + r]);
        if (isLost || firstNonFinite(row) >= 0) target.sum[rowOffset + r] = Number.NaN;
      }
    },

    scores(given: AttentionProblem, block: Block, stage: ScoreStage, into: MatrixView, softmax?: RowSoftmax): void {
      const problem = floatProblem(given);
      const cut = begin(problem, block, true);
      wasm.startRows();
      if (stage === 'weights') {
        if (softmax === undefined) throw new Error('weights need the max and sum of their rows');
        const { max, sum, rowOffset } = softmax;
        doubles.set(max.subarray(rowOffset, rowOffset + cut.rows), wasm.rowMax.value >> 3);
        doubles.set(sum.subarray(rowOffset, rowOffset + cut.rows), wasm.rowSum.value >> 3);
      }
      wasm.repeatLastRow();
      for (let keyStart = block.keyStart; keyStart < block.keyEnd; keyStart += cut.tile) {
        const { keys, biasStride } = copyTile(problem, block, cut, keyStart);
        const target = { ...into, offset: into.offset + keyStart - block.keyStart };
        if (mayOverflow(problem, keys, cut.querySize)) {
          reference.scores(problem, { ...block, keyStart, keyEnd: keyStart + keys }, stage, target, softmax);
          continue;
        }
        wasm.scoreTile(keyStart - block.keyStart, keys, biasStride, SCORE_STAGES.indexOf(stage));
        copyOut(wasm.outputRows.value, cut.rows, keys, target);
      }
    },

    multiply({ left, right, bias, biasOffset, into, depth, ...range }: ProductBlock): void {
      const columns = range.columnEnd - range.columnStart;
      const mostRows = Math.max(8, Math.floor(TILE_NUMBERS / depth));
      for (let rowStart = range.rowStart; rowStart < range.rowEnd; rowStart += mostRows) {
        const rows = Math.min(mostRows, range.rowEnd - rowStart);
        layOut(rows, columns, { head: depth, value: 0 }, { bias: columns, output: rows * columns });
        copyIn(rowsFrom(left, rowStart), rows, depth, wasm.queryRows.value);
        wasm.takeQueries(false);
        copyIn(rowsFrom(right, range.columnStart), columns, depth, wasm.keyRows.value);
        if (bias !== undefined) {
          const start = biasOffset + range.columnStart;
          floats.set(bias.subarray(start, start + columns), wasm.biasRows.value >> 2);
        }
        wasm.multiplyTile(columns, bias === undefined ? 0 : wasm.biasRows.value);
        const target = rowsFrom(into, rowStart);
        copyOut(wasm.outputRows.value, rows, columns, { ...target, offset: target.offset + range.columnStart });
      }
    },
  };
}

function matrixOf(view: HeadsView, batch: number, head: number, row: number): MatrixView {
  return { data: view.data, offset: rowStartOf(view, batch, head, row), rowStride: view.rowStride };
}

function rowsFrom({ data, offset, rowStride }: MatrixView, row: number): MatrixView {
  return { data, offset: offset + row * rowStride, rowStride };
}
