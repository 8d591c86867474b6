/** Memory in one order of axes that is read in another. */
import type { Misreading } from './habits.ts';
import { type Heads, listOf, sizesOf } from './nested.ts';

/** `x` [B, H, L, d] as a reader sees it who is wrong about the order of heads and rows in memory. */
export function misread(x: Heads, how: Misreading | undefined): Heads {
  if (how === undefined) return x;
  const [, count, length] = sizesOf(x);
  return x.map((entry) => {
    // The vectors of a batch entry in the order in which they lie.
    const memory =
      how === 'heads_last_as_heads_first'
        ? listOf(length, (i) => listOf(count, (h) => entry[h][i])).flat()
        : listOf(count, (h) => listOf(length, (i) => entry[h][i])).flat();
    return how === 'heads_last_as_heads_first'
      ? listOf(count, (h) => listOf(length, (i) => memory[h * length + i]))
      : listOf(count, (h) => listOf(length, (i) => memory[i * count + h]));
  });
}

/** [B, H, L, d] → [B, L, H, d] */
export function transposed(x: Heads): Heads {
  const [, count, length] = sizesOf(x);
  return x.map((entry) => listOf(length, (i) => listOf(count, (h) => entry[h][i])));
}
