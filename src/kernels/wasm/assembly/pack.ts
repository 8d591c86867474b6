// From rows, as they come, to panels and groups, as the micro-kernel reads them, and back.
import { GROUP, LANES, LINE } from './shape';

// @ts-ignore: decorator
@inline
function low2(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5);
}
// @ts-ignore: decorator
@inline
function high2(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7);
}
// @ts-ignore: decorator
@inline
function lowHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 0, 2);
}
// @ts-ignore: decorator
@inline
function highHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 1, 3);
}

/** Four rows of four, `stride` apart, become four columns, `step` apart. */
// @ts-ignore: decorator
@inline
function transpose4(r0: usize, r1: usize, r2: usize, r3: usize, into: usize, step: usize): void {
  const a = v128.load(r0), b = v128.load(r1), c = v128.load(r2), d = v128.load(r3);
  const ab = low2(a, b), cd = low2(c, d), AB = high2(a, b), CD = high2(c, d);
  v128.store(into, lowHalves(ab, cd));
  v128.store(into + step, highHalves(ab, cd));
  v128.store(into + 2 * step, lowHalves(AB, CD));
  v128.store(into + 3 * step, highHalves(AB, CD));
}

/**
 * panel[n][8] = rows[8][n]. With fewer than eight rows the last one is repeated: its copies cost nothing and hold nothing
 * that could overflow where the row itself does not.
 */
export function packPanel(rows: usize, stride: usize, count: i32, n: i32, panel: usize): void {
  const last = rows + <usize>(count - 1) * stride;
  const r0 = rows, r1 = min(r0 + stride, last), r2 = min(r1 + stride, last), r3 = min(r2 + stride, last);
  const r4 = min(r3 + stride, last), r5 = min(r4 + stride, last), r6 = min(r5 + stride, last), r7 = min(r6 + stride, last);
  let x: usize = 0;
  const end = <usize>n << 2;
  for (; x + 16 <= end; x += 16) {
    transpose4(r0 + x, r1 + x, r2 + x, r3 + x, panel, LINE);
    transpose4(r4 + x, r5 + x, r6 + x, r7 + x, panel + 16, LINE);
    panel += 4 * LINE;
  }
  for (; x < end; x += 4) {
    store<f32>(panel, load<f32>(r0 + x));
    store<f32>(panel, load<f32>(r1 + x), 4);
    store<f32>(panel, load<f32>(r2 + x), 8);
    store<f32>(panel, load<f32>(r3 + x), 12);
    store<f32>(panel, load<f32>(r4 + x), 16);
    store<f32>(panel, load<f32>(r5 + x), 20);
    store<f32>(panel, load<f32>(r6 + x), 24);
    store<f32>(panel, load<f32>(r7 + x), 28);
    panel += LINE;
  }
}

/** rows[count ≤ 8][n] = panel[n][8], rows `stride` bytes apart. */
export function unpackPanel(panel: usize, count: i32, n: i32, rows: usize, stride: usize): void {
  let x: usize = 0;
  const end = <usize>n << 2;
  if (count == LANES) {
    const low = rows, high = rows + 4 * stride;
    for (; x + 16 <= end; x += 16) {
      transpose4(panel, panel + LINE, panel + 2 * LINE, panel + 3 * LINE, low + x, stride);
      transpose4(panel + 16, panel + LINE + 16, panel + 2 * LINE + 16, panel + 3 * LINE + 16, high + x, stride);
      panel += 4 * LINE;
    }
  }
  for (; x < end; x += 4) {
    let row = rows + x;
    for (let r = 0; r < count; r++) {
      store<f32>(row, load<f32>(panel + (<usize>r << 2)));
      row += stride;
    }
    panel += LINE;
  }
}

/** Keys as the left side of QKᵀ: groups[count / 6][dim][6] = rows[count][dim]. */
export function packKeys(rows: usize, count: i32, dim: i32, groups: usize): void {
  const stride = <usize>dim << 2;
  let m = 0;
  for (; m + GROUP <= count; m += GROUP) {
    const r0 = rows, r1 = r0 + stride, r2 = r1 + stride, r3 = r2 + stride, r4 = r3 + stride, r5 = r4 + stride;
    let x: usize = 0;
    for (; x + 16 <= stride; x += 16) {
      transpose4(r0 + x, r1 + x, r2 + x, r3 + x, groups, 24);
      const e = v128.load(r4 + x), f = v128.load(r5 + x);
      const low = low2(e, f), high = high2(e, f);
      v128.store64_lane(groups, low, 0, 16);
      v128.store64_lane(groups, low, 1, 40);
      v128.store64_lane(groups, high, 0, 64);
      v128.store64_lane(groups, high, 1, 88);
      groups += 96;
    }
    for (; x < stride; x += 4) {
      store<f32>(groups, load<f32>(r0 + x));
      store<f32>(groups, load<f32>(r1 + x), 4);
      store<f32>(groups, load<f32>(r2 + x), 8);
      store<f32>(groups, load<f32>(r3 + x), 12);
      store<f32>(groups, load<f32>(r4 + x), 16);
      store<f32>(groups, load<f32>(r5 + x), 20);
      groups += 24;
    }
    rows += <usize>GROUP * stride;
  }
  const width = count - m;
  for (let x: usize = 0; x < stride; x += 4) {
    let from = rows + x;
    for (let i = 0; i < width; i++) {
      store<f32>(groups, load<f32>(from));
      groups += 4;
      from += stride;
    }
  }
}

/** Values as the left side of (PV)ᵀ: groups[dim / 6][count][6] = rows[count][dim]. */
export function packValues(rows: usize, count: i32, dim: i32, groups: usize): void {
  const stride = <usize>dim << 2;
  let column = 0;
  for (; column + GROUP <= dim; column += GROUP) {
    let from = rows + (<usize>column << 2);
    for (let j = 0; j < count; j++) {
      v128.store(groups, v128.load(from));
      store<u64>(groups, load<u64>(from, 16), 16);
      groups += 24;
      from += stride;
    }
  }
  const width = <usize>(dim - column);
  if (width == 0) return;
  let from = rows + (<usize>column << 2);
  for (let j = 0; j < count; j++) {
    for (let i: usize = 0; i < width; i++) store<f32>(groups + (i << 2), load<f32>(from + (i << 2)));
    groups += width << 2;
    from += stride;
  }
}
