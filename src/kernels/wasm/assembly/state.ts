// The running max and sum of rows: online softmax (Milakov & Gimelshein 2018; FlashAttention's recurrence).
// Invariant after each tile, over the keys so far: rowSum = Σ exp(score − rowMax), accumulator = Σ exp(score − rowMax) · value.
import { exp2Of, LOG2E } from './exponential';
import { laneBase, laneDecay, laneMax, laneSum, nearestBias, rowMax, rowSum } from './memory';
import { factor, plain, scale, unit } from './head-options';
import { LANES } from './shape';
import { addLine, divideLines, exponentials, scaleAndCap } from './softmax';

/** Whether something has weight in a row, by its Σ exp(score − max): attention/empty-row.ts. NaN has, and must show. */
// @ts-ignore: decorator
@inline
export function hasWeight(sum: f64): bool {
  return sum != 0;
}

/** What is to be added to a score of the tile, beside its unit: float64, so that large biases cost no digits. */
export function baseOf(row: i32, lane: i32): f64 {
  const base = <f64>load<f32>(laneBase + ((<usize>lane) << 2));
  return (base == -Infinity ? 0 : base) + load<f64>(nearestBias + ((<usize>row) << 3));
}

/**
 * Raises the max of `row` to that of the tile, which stands in `laneMax`, and puts there what is to be taken off the tile's
 * scores; `laneDecay` gets the exponent by which everything before decays.
 */
export function raiseMax(row: i32, lane: i32): void {
  const at = (<usize>lane) << 2,
    rowAt = rowMax + ((<usize>row) << 3);
  const base = baseOf(row, lane);
  const before = load<f64>(rowAt);
  const now = max(before, <f64>load<f32>(laneMax + at) * unit + base);
  store<f64>(rowAt, now);
  store<f32>(laneMax + at, anchorOf(now, base));
  // The same infinity on both sides would give NaN: −∞ says that nothing was seen yet.
  store<f32>(laneDecay + at, before == now ? 0 : <f32>(before - now));
}

/** A max in the units of a tile's scores; finite, because −∞ − −∞ would be NaN: 0 where nothing is seen, and a sink may be very low. */
export function anchorOf(largest: f64, base: f64): f32 {
  return largest == -Infinity ? 0 : max(<f32>((largest - base) / unit), -f32.MAX_VALUE);
}

/** laneDecay = exp(laneDecay); tells whether any lane decays at all. */
export function decayLanes(): bool {
  const factor = f32x4.splat(<f32>LOG2E),
    least = f32x4.splat(<f32>(-127 / LOG2E));
  const d0 = exp2Of(v128.load(laneDecay), factor, least),
    d1 = exp2Of(v128.load(laneDecay, 16), factor, least);
  v128.store(laneDecay, d0);
  v128.store(laneDecay, d1, 16);
  const one = f32x4.splat(1);
  return v128.any_true(v128.or(f32x4.ne(d0, one), f32x4.ne(d1, one)));
}

export function addToSum(row: i32, lane: i32): void {
  const at = (<usize>lane) << 2,
    rowAt = rowSum + ((<usize>row) << 3);
  store<f64>(rowAt, load<f64>(rowAt) * <f64>load<f32>(laneDecay + at) + <f64>load<f32>(laneSum + at));
}

/** laneSum = the sums of eight rows, to divide by: 1 for a row that sees nothing, whose output is 0 already. */
export function divisorsOf(row: i32): void {
  for (let lane = 0; lane < LANES; lane++) {
    const sum = load<f64>(rowSum + ((<usize>(row + lane)) << 3));
    store<f32>(laneSum + ((<usize>lane) << 2), hasWeight(sum) ? <f32>sum : 1);
  }
}

/** Scores of a tile as the softmax reads them: lanes are `rows` rows from `row` on, or keys of one row. */
export function addBase(lines: usize, count: i32, row: i32, rows: i32): void {
  if (plain) scaleAndCap(lines, count, scale, 0);
  for (let lane = 0; lane < LANES; lane++) {
    store<f32>(laneSum + ((<usize>lane) << 2), <f32>baseOf(min(row + lane, row + rows - 1), lane));
  }
  addLine(lines, count, laneSum);
}

/** Scores of a tile become weights, by the max and sum of the whole row: 0 where the row sees nothing. */
export function weigh(lines: usize, count: i32, row: i32, rows: i32): void {
  for (let lane = 0; lane < LANES; lane++) {
    const r = min(row + lane, row + rows - 1);
    store<f32>(laneMax + ((<usize>lane) << 2), anchorOf(load<f64>(rowMax + ((<usize>r) << 3)), baseOf(r, lane)));
  }
  exponentials(lines, count, laneMax, factor, laneSum);
  for (let lane = 0; lane < LANES; lane++) {
    const sum = load<f64>(rowSum + ((<usize>min(row + lane, row + rows - 1)) << 3));
    store<f32>(laneSum + ((<usize>lane) << 2), hasWeight(sum) ? <f32>sum : Infinity);
  }
  divideLines(lines, count, laneSum);
}
