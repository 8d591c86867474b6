// The matrix product that everything else is made of.
import { CHAIN, GROUP, LINE } from './shape';

/** a·b + c, in one rounding where the runtime has relaxed SIMD. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/**
 * into[m][8] (+)= Σ_k left[k][m] · right[k][8] for the `width` ≤ 6 rows of one group.
 * The loop is not unrolled: V8 moves the loads of unrolled steps together and spills registers (−15 % on Node 20).
 */
// @ts-ignore: decorator
@inline
function multiplyGroup(width: i32, left: usize, right: usize, depth: i32, into: usize, add: bool): void {
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0, e0 = a0, e1 = a0, f0 = a0, f1 = a0;
  const end = right + <usize>depth * LINE;
  while (right < end) {
    const r0 = v128.load(right), r1 = v128.load(right, 16);
    let l = v128.load32_splat(left);
    a0 = multiplyAdd(l, r0, a0);
    a1 = multiplyAdd(l, r1, a1);
    if (width > 1) {
      l = v128.load32_splat(left, 4);
      b0 = multiplyAdd(l, r0, b0);
      b1 = multiplyAdd(l, r1, b1);
    }
    if (width > 2) {
      l = v128.load32_splat(left, 8);
      c0 = multiplyAdd(l, r0, c0);
      c1 = multiplyAdd(l, r1, c1);
    }
    if (width > 3) {
      l = v128.load32_splat(left, 12);
      d0 = multiplyAdd(l, r0, d0);
      d1 = multiplyAdd(l, r1, d1);
    }
    if (width > 4) {
      l = v128.load32_splat(left, 16);
      e0 = multiplyAdd(l, r0, e0);
      e1 = multiplyAdd(l, r1, e1);
    }
    if (width > 5) {
      l = v128.load32_splat(left, 20);
      f0 = multiplyAdd(l, r0, f0);
      f1 = multiplyAdd(l, r1, f1);
    }
    right += LINE;
    left += <usize>width * 4;
  }
  storeLine(into, a0, a1, add);
  if (width > 1) storeLine(into + LINE, b0, b1, add);
  if (width > 2) storeLine(into + 2 * LINE, c0, c1, add);
  if (width > 3) storeLine(into + 3 * LINE, d0, d1, add);
  if (width > 4) storeLine(into + 4 * LINE, e0, e1, add);
  if (width > 5) storeLine(into + 5 * LINE, f0, f1, add);
}

// @ts-ignore: decorator
@inline
function storeLine(into: usize, low: v128, high: v128, add: bool): void {
  if (add) {
    low = f32x4.add(low, v128.load(into));
    high = f32x4.add(high, v128.load(into, 16));
  }
  v128.store(into, low);
  v128.store(into, high, 16);
}

// One function a width, so that V8 allocates the registers of each loop by itself.
function multiply6(left: usize, right: usize, depth: i32, into: usize, add: bool): void {
  multiplyGroup(6, left, right, depth, into, add);
}
function multiply5(left: usize, right: usize, depth: i32, into: usize, add: bool): void {
  multiplyGroup(5, left, right, depth, into, add);
}
function multiply4(left: usize, right: usize, depth: i32, into: usize, add: bool): void {
  multiplyGroup(4, left, right, depth, into, add);
}
function multiply3(left: usize, right: usize, depth: i32, into: usize, add: bool): void {
  multiplyGroup(3, left, right, depth, into, add);
}
function multiply2(left: usize, right: usize, depth: i32, into: usize, add: bool): void {
  multiplyGroup(2, left, right, depth, into, add);
}
function multiply1(left: usize, right: usize, depth: i32, into: usize, add: bool): void {
  multiplyGroup(1, left, right, depth, into, add);
}

/**
 * into[m][8] (+)= Σ_k left[m / 6][k][m % 6] · right[k][8], for m in [mStart, mEnd) and k in [kStart, kEnd).
 * `left` holds `count` × `depth` numbers in groups; `mStart` is a multiple of six, `mEnd` too or it is `count`;
 * `right` and `into` are whole panels, of which only lines in these ranges are touched.
 */
export function multiplyPanel(
  left: usize, count: i32, depth: i32, right: usize, into: usize,
  mStart: i32, mEnd: i32, kStart: i32, kEnd: i32, add: bool,
): void {
  for (let from = kStart; from < kEnd; from += CHAIN) {
    const terms = min(CHAIN, kEnd - from);
    const line = right + <usize>from * LINE;
    for (let m = mStart; m < mEnd; m += GROUP) {
      const width = min(GROUP, count - m);
      const group = left + ((<usize>m * <usize>depth + <usize>from * <usize>width) << 2);
      const to = into + <usize>m * LINE;
      if (width == 6) multiply6(group, line, terms, to, add);
      else if (width == 5) multiply5(group, line, terms, to, add);
      else if (width == 4) multiply4(group, line, terms, to, add);
      else if (width == 3) multiply3(group, line, terms, to, add);
      else if (width == 2) multiply2(group, line, terms, to, add);
      else multiply1(group, line, terms, to, add);
    }
    add = true;
  }
}
