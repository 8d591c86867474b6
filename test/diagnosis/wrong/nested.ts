/** Nested arrays of numbers, as slow and as plain as they come. */

export type Matrix = number[][];
/** [B, H, L, d] */
export type Heads = number[][][][];

/** `make(0)` to `make(count − 1)` */
export function listOf<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

export function heads(
  [batch, count, length, dim]: readonly number[],
  make: (b: number, h: number, i: number, x: number) => number,
): Heads {
  return listOf(batch, (b) => listOf(count, (h) => listOf(length, (i) => listOf(dim, (x) => make(b, h, i, x)))));
}

/** The sizes [B, H, L, d] of `x`. */
export function sizesOf(x: Heads): [number, number, number, number] {
  return [x.length, x[0].length, x[0][0].length, x[0][0][0].length];
}

export function mapNumbers(x: Heads, change: (number: number) => number): Heads {
  return x.map((entry) => entry.map((head) => head.map((row) => row.map(change))));
}

export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let x = 0; x < a.length; x++) sum += a[x] * b[x];
  return sum;
}

export function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

export function largest(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}

/** ‖a − b‖ / ‖b‖; infinite where one is NaN and the other is not. */
export function relativeDifference(a: unknown, b: unknown): number {
  const [of, to] = [numbersIn(a), numbersIn(b)];
  if (of.length !== to.length) return Number.POSITIVE_INFINITY;
  let [difference, size] = [0, 0];
  for (let n = 0; n < of.length; n++) {
    if (Object.is(of[n], to[n])) continue;
    if (!Number.isFinite(of[n]) || !Number.isFinite(to[n])) return Number.POSITIVE_INFINITY;
    difference += (of[n] - to[n]) ** 2;
  }
  for (const number of to) if (Number.isFinite(number)) size += number ** 2;
  return difference === 0 ? 0 : Math.sqrt(difference / size);
}

function numbersIn(nested: unknown): number[] {
  return Array.isArray(nested) ? nested.flat(9).map(Number) : [];
}
