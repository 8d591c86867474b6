/**
 * Whether two screenshots show the same. Machines draw type a little differently, so both are compared at a quarter of their
 * size, where a letter is a gray spot and a line, a bar or a number that is missing is missed.
 */
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

/** Each pixel is the mean of so many by so many. */
const FACTOR = 4;
/** How far a color may be away, of 1. */
const THRESHOLD = 0.1;
/** Looked at in squares of so many of these pixels: what is missing is missing somewhere, on however large a page. */
const SQUARE = 16;
/** The part of a square whose pixels may be further away. Type that is hinted or smoothed otherwise has 0, a lost number 0.07. */
export const MOST_DIFFERENT = 0.05;

/** The part of the pixels that differ, in the square where most do; 1 where the sizes differ. Both are reduced. */
export function difference(one: PNG, other: PNG): number {
  const { width, height } = one;
  if (width !== other.width || height !== other.height) return 1;
  const seen = new Uint8Array(4 * width * height);
  pixelmatch(one.data, other.data, seen, width, height, { threshold: THRESHOLD, includeAA: true, diffMask: true });
  const counts = new Map<string, number>();
  for (let i = 0; i < width * height; i++) {
    if (seen[4 * i + 3] === 0) continue;
    const square = `${Math.floor((i % width) / SQUARE)} ${Math.floor(i / width / SQUARE)}`;
    counts.set(square, (counts.get(square) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values()) / SQUARE ** 2;
}

/** A quarter as wide and high: the mean of each square. */
export function reduced({ width, height, data }: PNG): PNG {
  const small = new PNG({ width: Math.floor(width / FACTOR), height: Math.floor(height / FACTOR) });
  for (let i = 0; i < small.data.length; i++) {
    const [channel, place] = [i % 4, Math.floor(i / 4)];
    const [left, top] = [FACTOR * (place % small.width), FACTOR * Math.floor(place / small.width)];
    let sum = 0;
    for (let y = 0; y < FACTOR; y++)
      for (let x = 0; x < FACTOR; x++) sum += data[4 * ((top + y) * width + left + x) + channel];
    small.data[i] = Math.round(sum / FACTOR ** 2);
  }
  return small;
}
