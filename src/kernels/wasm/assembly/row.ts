// Attention of one row: dot products with keys as they come, without packing. For decoding, where few rows see many keys.
// The lines of its scores hold eight keys each, so that the steps of the softmax are those of a panel.
import { addAlibiToRow } from './bias';
import {
  accumulators, biases, biasRows, ends, headDim, keyRows, laneBase, laneDecay, laneMax, laneSum, outputRows, paddedQuery,
  panels, queryRows, rowSum, scores, started, starts, valueDim, valueRows,
} from './memory';
import { multiplyAdd } from './micro-kernel';
import { biasStride, factor, hasAlibi, hasBiases, mayOverflow, plain, scale, softcap } from './head-options';
import { CHAIN, LANES, LINE } from './shape';
import { addBiases, exponentials, exposeOverflow, fillLines, largest, scaleAndCap } from './softmax';
import { SOFTCAPPED, WEIGHTS } from './stage';
import { addBase, addToSum, decayLanes, hasWeight, raiseMax, weigh } from './state';

/** The four sums of four vectors each. */
// @ts-ignore: decorator
@inline
function sums4(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f64>(ab, cd, 0, 2), v128.shuffle<f64>(ab, cd, 1, 3));
}

/**
 * scores[j] = query · key_j for keys [first, end) rounded outwards to lines of eight: eight dot products at once.
 * Loads that run over the end of a key meet zeros at the end of the query.
 */
export function multiplyRow(row: i32, first: i32, end: i32): void {
  const stride = <usize>headDim << 2;
  memory.copy(paddedQuery, queryRows + <usize>row * stride, stride);
  v128.store(paddedQuery + stride, i64x2.splat(0));
  for (let j = first & ~7; j < end; j += 8) {
    const k0 = keyRows + <usize>j * stride, k1 = k0 + stride, k2 = k1 + stride, k3 = k2 + stride;
    const k4 = k3 + stride, k5 = k4 + stride, k6 = k5 + stride, k7 = k6 + stride;
    let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    for (let x: usize = 0; x < stride; x += 16) {
      const q = v128.load(paddedQuery + x);
      a = multiplyAdd(q, v128.load(k0 + x), a);
      b = multiplyAdd(q, v128.load(k1 + x), b);
      c = multiplyAdd(q, v128.load(k2 + x), c);
      d = multiplyAdd(q, v128.load(k3 + x), d);
      e = multiplyAdd(q, v128.load(k4 + x), e);
      f = multiplyAdd(q, v128.load(k5 + x), f);
      g = multiplyAdd(q, v128.load(k6 + x), g);
      h = multiplyAdd(q, v128.load(k7 + x), h);
    }
    const line = scores + (<usize>j << 2);
    v128.store(line, sums4(a, b, c, d));
    v128.store(line, sums4(e, f, g, h), 16);
  }
}

/** into[columns] (+)= Σ_j weights[j] · value_j for keys [first, end). */
function multiplyValues(first: i32, end: i32, into: usize, add: bool): void {
  for (let start = first; start < end; start += CHAIN) {
    const stop = min(end, start + CHAIN);
    let column = 0;
    for (; column + 32 <= valueDim; column += 32) multiplyColumns(8, column, start, stop, into, add);
    for (; column + 8 < valueDim; column += 16) multiplyColumns(4, column, start, stop, into, add);
    for (; column < valueDim; column += 4) multiplyColumns(1, column, start, stop, into, add);
    add = true;
  }
}

/** The same for `vectors` · 4 columns; columns beyond the last belong to nobody and are never read. */
// @ts-ignore: decorator
@inline
function multiplyColumns(vectors: i32, column: i32, first: i32, end: i32, into: usize, add: bool): void {
  const stride = <usize>valueDim << 2;
  let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  let value = valueRows + <usize>first * stride + (<usize>column << 2);
  let weight = scores + (<usize>first << 2);
  for (const stop = scores + (<usize>end << 2); weight < stop; weight += 4) {
    const w = v128.load32_splat(weight);
    a = multiplyAdd(w, v128.load(value), a);
    if (vectors > 1) {
      b = multiplyAdd(w, v128.load(value, 16), b);
      c = multiplyAdd(w, v128.load(value, 32), c);
      d = multiplyAdd(w, v128.load(value, 48), d);
    }
    if (vectors > 4) {
      e = multiplyAdd(w, v128.load(value, 64), e);
      f = multiplyAdd(w, v128.load(value, 80), f);
      g = multiplyAdd(w, v128.load(value, 96), g);
      h = multiplyAdd(w, v128.load(value, 112), h);
    }
    value += stride;
  }
  const to = into + (<usize>column << 2);
  addTo(to, a, add);
  if (vectors > 1) {
    addTo(to + 16, b, add);
    addTo(to + 32, c, add);
    addTo(to + 48, d, add);
  }
  if (vectors > 4) {
    addTo(to + 64, e, add);
    addTo(to + 80, f, add);
    addTo(to + 96, g, add);
    addTo(to + 112, h, add);
  }
}

// @ts-ignore: decorator
@inline
function addTo(into: usize, numbers: v128, add: bool): void {
  v128.store(into, add ? f32x4.add(v128.load(into), numbers) : numbers);
}

/** All lanes of a line become their largest number, or their sum. */
function joinMax(line: usize): void {
  let m = load<f32>(line);
  for (let lane = 1; lane < LANES; lane++) m = max(m, load<f32>(line + (<usize>lane << 2)));
  fillLines(line, 1, m);
}
function joinSum(line: usize): void {
  let sum: f32 = 0;
  for (let lane = 0; lane < LANES; lane++) sum += load<f32>(line + (<usize>lane << 2));
  fillLines(line, 1, sum);
}

// @ts-ignore: decorator
@inline
function firstSeen(row: i32, tileStart: i32): i32 {
  return max(load<i32>(starts + (<usize>row << 2)) - tileStart, 0);
}
// @ts-ignore: decorator
@inline
function seenEnd(row: i32, tileStart: i32, keys: i32): i32 {
  return min(load<i32>(ends + (<usize>row << 2)) - tileStart, keys);
}

/** −∞ for what stands in the lines that hold [from, to) beside it. */
function hideAround(lines: usize, from: i32, to: i32): void {
  for (let j = from & ~7; j < from; j++) store<f32>(lines + (<usize>j << 2), -Infinity);
  for (let j = to; j < ((to + 7) & ~7); j++) store<f32>(lines + (<usize>j << 2), -Infinity);
}

/** All that is added to scores of [from, to), and its largest in laneBase. Tells whether anything is seen. */
function gatherBiases(row: i32, tileStart: i32, from: i32, to: i32): bool {
  fillLines(laneBase, 1, 0);
  if (!hasAlibi && !hasBiases) return true;
  const lines = biases + (<usize>(from & ~7) << 2), count = lineCount(from, to);
  if (hasBiases) {
    memory.copy(biases + (<usize>from << 2), biasRows + <usize>row * biasStride + (<usize>from << 2), <usize>(to - from) << 2);
  } else fillLines(lines, count, 0);
  if (hasAlibi) addAlibiToRow(biases, row, tileStart, from, to);
  hideAround(biases, from, to);
  largest(lines, count, laneBase);
  joinMax(laneBase);
  return load<f32>(laneBase) != -Infinity;
}

// @ts-ignore: decorator
@inline
function lineCount(from: i32, to: i32): i32 {
  return (((to + 7) & ~7) - (from & ~7)) / LANES;
}

/** From products to what the softmax reads, but for the base: keys [from, to), −∞ beside them. */
function finishScores(from: i32, to: i32): void {
  const at = <usize>(from & ~7) << 2;
  if (!plain) scaleAndCap(scores + at, lineCount(from, to), scale, softcap);
  hideAround(scores, from, to);
  if (hasAlibi || hasBiases) addBiases(scores + at, biases + at, lineCount(from, to), laneBase);
  hideAround(scores, from, to);
}

/** One step of the online softmax: `row` sees the tile whose first key is `tileStart`. */
export function attendRow(row: i32, tileStart: i32, keys: i32): void {
  const from = firstSeen(row, tileStart), to = seenEnd(row, tileStart, keys);
  if (from >= to || !gatherBiases(row, tileStart, from, to)) return;
  multiplyRow(row, from, to);
  const lines = scores + (<usize>(from & ~7) << 2), count = lineCount(from, to);
  if (mayOverflow) exposeOverflow(lines, count);
  finishScores(from, to);

  largest(lines, count, laneMax);
  joinMax(laneMax);
  raiseMax(row, 0);
  fillLines(laneMax, 1, load<f32>(laneMax));
  fillLines(laneDecay, 1, load<f32>(laneDecay));
  exponentials(lines, count, laneMax, factor, laneSum);
  joinSum(laneSum);
  const decays = decayLanes();
  addToSum(row, 0);

  const accumulator = accumulatorOf(row);
  const flag = started + (<usize>row << 2);
  const add = load<i32>(flag) != 0;
  store<i32>(flag, 1);
  if (add && decays) scaleRow(accumulator, load<f32>(laneDecay));
  multiplyValues(from, to, accumulator, add);
}

function accumulatorOf(row: i32): usize {
  const single = row - panels * LANES;
  return accumulators + ((<usize>panels * <usize>valueDim * LANES + <usize>single * <usize>((valueDim + 31) & ~31)) << 2);
}

function scaleRow(numbers: usize, by: f32): void {
  const f = f32x4.splat(by);
  for (const end = numbers + (<usize>valueDim << 2); numbers < end; numbers += 16) {
    v128.store(numbers, f32x4.mul(v128.load(numbers), f));
  }
}

/** The row's output, normalised. */
export function finishRow(row: i32): void {
  const from = accumulatorOf(row), into = outputRows + ((<usize>row * <usize>valueDim) << 2);
  const seen = load<i32>(started + (<usize>row << 2)) != 0;
  const sum = <f32>load<f64>(rowSum + (<usize>row << 3));
  for (let x: usize = 0; x < <usize>valueDim << 2; x += 4) {
    store<f32>(into + x, seen && hasWeight(sum) ? load<f32>(from + x) / sum : 0);
  }
}

/** One stage of the scores of a row in one tile, in `outputRows`. */
export function scoreRow(row: i32, tileStart: i32, keys: i32, stage: i32): void {
  if (stage <= SOFTCAPPED) {
    multiplyRow(row, 0, keys);
    scaleAndCap(scores, lineCount(0, keys), scale, stage == SOFTCAPPED ? softcap : 0);
  } else {
    let from = firstSeen(row, tileStart), to = seenEnd(row, tileStart, keys);
    if (from < to && gatherBiases(row, tileStart, from, to)) {
      multiplyRow(row, from, to);
      finishScores(from, to);
      const lines = scores + (<usize>(from & ~7) << 2), count = lineCount(from, to);
      if (stage == WEIGHTS) weigh(lines, count, row, 1);
      else addBase(lines, count, row, 1);
    } else from = to = keys;
    const hidden: f32 = stage == WEIGHTS ? 0 : -Infinity;
    for (let j = 0; j < from; j++) store<f32>(scores + (<usize>j << 2), hidden);
    for (let j = to; j < keys; j++) store<f32>(scores + (<usize>j << 2), hidden);
  }
  memory.copy(outputRows + ((<usize>row * <usize>keys) << 2), scores, <usize>keys << 2);
}
