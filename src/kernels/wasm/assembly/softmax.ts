// The steps of a softmax on lines of eight numbers. In a panel a line is one key as eight rows see it; for a single row it
// is eight keys. Each step is a walk over lines [0, count); max, sum and base are lines too.
import { exp2Of, tanhOf } from './exponential';
import { multiplyAdd } from './micro-kernel';
import { LINE } from './shape';

/** scores = scale · scores, then softcap · tanh(scores / softcap) if there is a softcap. */
export function scaleAndCap(scores: usize, count: i32, scale: f32, softcap: f32): void {
  const end = scores + <usize>count * LINE;
  const factor = f32x4.splat(scale),
    cap = f32x4.splat(softcap);
  if (softcap > 0) {
    for (; scores < end; scores += 16) {
      const s = f32x4.mul(v128.load(scores), factor);
      v128.store(scores, f32x4.mul(cap, tanhOf(f32x4.div(s, cap))));
    }
  } else {
    for (; scores < end; scores += 16) v128.store(scores, f32x4.mul(v128.load(scores), factor));
  }
}

/** A score of ±∞ becomes NaN, so that it cannot pass for a masked one or hide behind the softcap; others stay. */
export function exposeOverflow(scores: usize, count: i32): void {
  for (const end = scores + <usize>count * LINE; scores < end; scores += 16) {
    const s = v128.load(scores);
    v128.store(scores, f32x4.add(s, f32x4.sub(s, s)));
  }
}

/** scores += biases − base. Where base is −∞ nothing is visible, and −∞ − −∞ would be NaN: there 0 is taken off. */
export function addBiases(scores: usize, biases: usize, count: i32, base: usize): void {
  const nothing = f32x4.splat(-Infinity);
  const b0 = v128.load(base),
    b1 = v128.load(base, 16);
  const base0 = v128.andnot(b0, f32x4.eq(b0, nothing)),
    base1 = v128.andnot(b1, f32x4.eq(b1, nothing));
  for (const end = scores + <usize>count * LINE; scores < end; scores += LINE) {
    v128.store(scores, f32x4.add(v128.load(scores), f32x4.sub(v128.load(biases), base0)));
    v128.store(scores, f32x4.add(v128.load(scores, 16), f32x4.sub(v128.load(biases, 16), base1)), 16);
    biases += LINE;
  }
}

/** The largest number of each lane; −∞ if there is none. NaN does not count: it shows in the sum. */
export function largest(scores: usize, count: i32, into: usize): void {
  let m0 = f32x4.splat(-Infinity),
    m1 = m0;
  for (const end = scores + <usize>count * LINE; scores < end; scores += LINE) {
    m0 = f32x4.pmax(m0, v128.load(scores));
    m1 = f32x4.pmax(m1, v128.load(scores, 16));
  }
  v128.store(into, m0);
  v128.store(into, m1, 16);
}

/** scores = exp((scores − max) · unit) with factor = unit · log2(e); their sum of each lane, in chunks of 32 lines. */
export function exponentials(scores: usize, count: i32, max: usize, factor: f32, sum: usize): void {
  const f = f32x4.splat(factor),
    least = f32x4.splat(-127 / factor);
  const m0 = v128.load(max),
    m1 = v128.load(max, 16);
  let sum0 = f32x4.splat(0),
    sum1 = sum0;
  const end = scores + <usize>count * LINE;
  while (scores < end) {
    let part0 = f32x4.splat(0),
      part1 = part0;
    for (const stop = min(scores + 32 * LINE, end); scores < stop; scores += LINE) {
      const e0 = exp2Of(f32x4.sub(v128.load(scores), m0), f, least);
      const e1 = exp2Of(f32x4.sub(v128.load(scores, 16), m1), f, least);
      v128.store(scores, e0);
      v128.store(scores, e1, 16);
      part0 = f32x4.add(part0, e0);
      part1 = f32x4.add(part1, e1);
    }
    sum0 = f32x4.add(sum0, part0);
    sum1 = f32x4.add(sum1, part1);
  }
  v128.store(sum, sum0);
  v128.store(sum, sum1, 16);
}

/** lines = lines · factors, or lines / factors. */
export function scaleLines(lines: usize, count: i32, factors: usize): void {
  const f0 = v128.load(factors),
    f1 = v128.load(factors, 16);
  for (const end = lines + <usize>count * LINE; lines < end; lines += LINE) {
    v128.store(lines, f32x4.mul(v128.load(lines), f0));
    v128.store(lines, f32x4.mul(v128.load(lines, 16), f1), 16);
  }
}
export function divideLines(lines: usize, count: i32, divisors: usize): void {
  const d0 = v128.load(divisors),
    d1 = v128.load(divisors, 16);
  for (const end = lines + <usize>count * LINE; lines < end; lines += LINE) {
    v128.store(lines, f32x4.div(v128.load(lines), d0));
    v128.store(lines, f32x4.div(v128.load(lines, 16), d1), 16);
  }
}

export function fillLines(lines: usize, count: i32, value: f32): void {
  const v = f32x4.splat(value);
  for (const end = lines + <usize>count * LINE; lines < end; lines += 16) v128.store(lines, v);
}

/** lines += line, for each of them. */
export function addLine(lines: usize, count: i32, line: usize): void {
  const l0 = v128.load(line),
    l1 = v128.load(line, 16);
  for (const end = lines + <usize>count * LINE; lines < end; lines += LINE) {
    v128.store(lines, f32x4.add(v128.load(lines), l0));
    v128.store(lines, f32x4.add(v128.load(lines, 16), l1), 16);
  }
}

/** The largest |x| of `count` finite numbers. */
export function largestSize(numbers: usize, count: i32): f32 {
  let m = f32x4.splat(0);
  const end = numbers + ((<usize>count) << 2);
  for (; numbers + 16 <= end; numbers += 16) m = f32x4.pmax(m, f32x4.abs(v128.load(numbers)));
  let size = max(
    max(f32x4.extract_lane(m, 0), f32x4.extract_lane(m, 1)),
    max(f32x4.extract_lane(m, 2), f32x4.extract_lane(m, 3)),
  );
  for (; numbers < end; numbers += 4) size = max(size, abs(load<f32>(numbers)));
  return size;
}

export function negate(numbers: usize, count: i32): void {
  for (const end = numbers + ((<usize>count) << 2); numbers < end; numbers += 4)
    store<f32>(numbers, -load<f32>(numbers));
}

/** rows[count][length] += row[length] */
export function addToRows(rows: usize, count: i32, length: i32, row: usize): void {
  const end = (<usize>length) << 2;
  for (let r = 0; r < count; r++) {
    let x: usize = 0;
    for (; x + 16 <= end; x += 16) v128.store(rows + x, f32x4.add(v128.load(rows + x), v128.load(row + x)));
    for (; x < end; x += 4) store<f32>(rows + x, load<f32>(rows + x) + load<f32>(row + x));
    rows += end;
  }
}
