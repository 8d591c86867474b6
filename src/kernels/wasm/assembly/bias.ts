// What is added to scores and what hides them: ALiBi, masks, positions.
import { ends, positions, starts } from './memory';
import { slope } from './head-options';
import { LINE } from './shape';

/** A boolean mask as a bias: 0 where a key may be seen, −∞ where not. */
export function expandMask(mask: usize, into: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    store<f32>(into + (i << 2), load<u8>(mask + i) != 0 ? <f32>0 : -Infinity);
  }
}

/**
 * into += from. The sum of two finite biases may fall to −∞, which would pass for a mask:
 * it becomes +∞, so that the row comes out as NaN and is computed in float64.
 */
export function addBiasRow(into: usize, from: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 4) {
    const a = load<f32>(into + i),
      b = load<f32>(from + i),
      sum = a + b;
    store<f32>(into + i, sum == -Infinity && a != -Infinity && b != -Infinity ? Infinity : sum);
  }
}

/**
 * Adds −slope·|position − key| to lines [from, to) of a panel, where a row that stands beside its keys has the position of
 * the nearest: what all keys of a row share of their distance would only cost digits, and is added to its max instead.
 */
export function addAlibiToPanel(lines: usize, row: i32, tileStart: i32, from: i32, to: i32): void {
  const at = (<usize>row) << 2;
  const p0 = v128.load(positions + at),
    p1 = v128.load(positions + at, 16);
  const s = f32x4.splat(-slope);
  for (let j = from; j < to; j++) {
    const key = i32x4.splat(tileStart + j),
      line = lines + <usize>j * LINE;
    const d0 = f32x4.convert_i32x4_s(i32x4.abs(i32x4.sub(p0, key)));
    const d1 = f32x4.convert_i32x4_s(i32x4.abs(i32x4.sub(p1, key)));
    v128.store(line, f32x4.add(v128.load(line), f32x4.mul(s, d0)));
    v128.store(line, f32x4.add(v128.load(line, 16), f32x4.mul(s, d1)), 16);
  }
}

/** The same for a single row, whose lines hold eight keys each. */
export function addAlibiToRow(biases: usize, row: i32, tileStart: i32, from: i32, to: i32): void {
  const position = load<i32>(positions + ((<usize>row) << 2));
  for (let j = from; j < to; j++) {
    const at = biases + ((<usize>j) << 2);
    store<f32>(at, load<f32>(at) - slope * <f32>abs(position - tileStart - j));
  }
}

/** Writes −∞ to lines [from, to) of a panel wherever the lane's row does not see the line's key. */
export function hideByPosition(lines: usize, row: i32, tileStart: i32, from: i32, to: i32): void {
  const at = (<usize>row) << 2;
  const s0 = v128.load(starts + at),
    s1 = v128.load(starts + at, 16);
  const e0 = v128.load(ends + at),
    e1 = v128.load(ends + at, 16);
  const hidden = f32x4.splat(-Infinity);
  for (let j = from; j < to; j++) {
    const key = i32x4.splat(tileStart + j),
      line = lines + <usize>j * LINE;
    const seen0 = v128.and(i32x4.le_s(s0, key), i32x4.lt_s(key, e0));
    const seen1 = v128.and(i32x4.le_s(s1, key), i32x4.lt_s(key, e1));
    v128.store(line, v128.bitselect(v128.load(line), hidden, seen0));
    v128.store(line, v128.bitselect(v128.load(line, 16), hidden, seen1), 16);
  }
}
