// exp and tanh of four numbers at once.
import { multiplyAdd } from './micro-kernel';

export const LOG2E: f64 = 1.4426950408889634;

/** 1.5·2²³ + 127: added to n, it rounds n to an integer and leaves n + 127, a float's exponent, in the lowest bits. */
const ROUNDER: f32 = 12583039;

/**
 * 2^(x·factor) for x·factor ≤ 126, within 2 ulp; exactly 1 for x = 0, exactly 0 for x = −∞ and whatever is below 2^−126.
 * NaN stays NaN. `least` = −127 / factor is the x from which on nothing is left.
 *
 * 2^(n + r) = 2^n · p(r) with |r| ≤ ½ (the range reduction of Cephes' exp2f); p is the minimax polynomial of relative
 * error under 2^−28 among those with p(0) = 1, found by Remez' exchange.
 */
// @ts-ignore: decorator
@inline
export function exp2Of(x: v128, factor: v128, least: v128): v128 {
  // pmax(x, least) = x < least ? least : x; unlike max it is one instruction, and keeps a NaN in x.
  const clamped = f32x4.pmax(x, least);
  const rounded = multiplyAdd(clamped, factor, f32x4.splat(ROUNDER));
  const minusN = f32x4.sub(f32x4.splat(ROUNDER), rounded);
  const r = multiplyAdd(clamped, factor, minusN);
  let p = f32x4.splat(0.00015594677824992687);
  p = multiplyAdd(p, r, f32x4.splat(0.0013406643411144614));
  p = multiplyAdd(p, r, f32x4.splat(0.009617692790925503));
  p = multiplyAdd(p, r, f32x4.splat(0.055503103882074356));
  p = multiplyAdd(p, r, f32x4.splat(0.24022652208805084));
  p = multiplyAdd(p, r, f32x4.splat(0.6931472420692444));
  p = multiplyAdd(p, r, f32x4.splat(1));
  return f32x4.mul(p, i32x4.shl(rounded, 23));
}

/**
 * tanh, as in Cephes' tanhf: an odd polynomial below 0.625, which keeps the relative error of small numbers, and
 * 1 − 2 / (exp(2|x|) + 1) above.
 */
// @ts-ignore: decorator
@inline
export function tanhOf(x: v128): v128 {
  const size = f32x4.abs(x);
  const square = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = multiplyAdd(p, square, f32x4.splat(2.06390887954e-2));
  p = multiplyAdd(p, square, f32x4.splat(-5.37397155531e-2));
  p = multiplyAdd(p, square, f32x4.splat(1.33314422036e-1));
  p = multiplyAdd(p, square, f32x4.splat(-3.33332819422e-1));
  const small = multiplyAdd(f32x4.mul(p, square), x, x);
  // From 10 on tanh is 1 in float32. pmin(x, limit) = limit < x ? limit : x keeps a NaN in x.
  const twice = f32x4.pmin(size, f32x4.splat(10));
  const power = exp2Of(twice, f32x4.splat(<f32>(2 * LOG2E)), f32x4.splat(-44));
  const large = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.splat(2), f32x4.add(power, f32x4.splat(1))));
  const signed = v128.or(large, v128.and(x, f32x4.splat(-0.0)));
  return v128.bitselect(small, signed, f32x4.lt(size, f32x4.splat(0.625)));
}
