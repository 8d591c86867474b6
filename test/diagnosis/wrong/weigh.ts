/** Scores become weights: softmax, and what people make of it. */
import type { Core } from './core.ts';
import { rounded } from './formats.ts';
import type { Habits } from './habits.ts';
import { type Heads, heads, largest, listOf, sizesOf, total } from './nested.ts';
import { keysRead } from './scores.ts';

const HIDDEN = Number.NEGATIVE_INFINITY;

/** [B, H, Lq, Lk]; rows that see nothing have weights 0 unless the habit says otherwise. */
export function weightsOf(core: Core, scores: Heads, habits: Habits): Heads {
  const weights = habits.softmaxOverQueries
    ? overQueries(scores)
    : scores.map((entry, b) =>
        entry.map((head, h) =>
          head.map((row, i) =>
            core.rowsThere[b][i] ? weighRow(row, core.sinks[h], keysRead(core, habits), habits) : row.map(() => 0),
          ),
        ),
      );
  const { mask } = core;
  if (habits.mask !== 'after_softmax' || mask === undefined) return weights;
  return heads(sizesOf(scores), (b, h, i, j) => (mask(b, h, i, j) === true ? weights[b][h][i][j] : 0));
}

function overQueries(scores: Heads): Heads {
  const [, , queryLength, keyLength] = sizesOf(scores);
  return scores.map((entry) =>
    entry.map((head) => {
      const columns = listOf(keyLength, (j) =>
        weighRow(
          listOf(queryLength, (i) => head[i][j]),
          HIDDEN,
          queryLength,
          {},
        ),
      );
      return listOf(queryLength, (i) => listOf(keyLength, (j) => columns[j][i]));
    }),
  );
}

/** What a power is of the base that is used; 0 of −∞. */
const power = (x: number, habits: Habits) => (habits.powersOfTwo ? 2 ** x : Math.exp(x));

/** The powers of a row before they are divided, with what was taken off each score, and their true sum. */
export function powersOf(row: readonly number[], sink: number, habits: Habits): { powers: number[]; sum: number } {
  const { sum: summing, oneMore, blocks } = habits;
  const max = Math.max(largest(row), sink);
  const taken =
    summing?.isShifted === false ? row.map(() => 0) : blocks ? runningMax(row, blocks.size) : row.map(() => max);
  const powers = row.map((s, j) => (s === HIDDEN ? 0 : power(s - taken[j], habits)));
  const shift = summing?.isShifted === false ? 0 : max;
  let sum = blocks?.isSumRescaled ? total(row.map((s) => power(s - max, habits))) : total(powers);
  sum += power(sink - shift, habits);
  if (oneMore === 'of_scores') sum += power(0 - shift, habits);
  if (oneMore === 'of_shifted_scores') sum += 1;
  return { powers, sum };
}

/** The largest score of all blocks up to that of each key. */
function runningMax(row: readonly number[], size: number): number[] {
  return row.map((_, j) => largest(row.slice(0, (Math.floor(j / size) + 1) * size)));
}

function weighRow(row: readonly number[], sink: number, read: number, habits: Habits): number[] {
  if (row.every((s) => s === HIDDEN)) return emptyRow(row.length, read, habits);
  const { powers, sum } = powersOf(row, sink, habits);
  const { weightsRounded } = habits;
  const exact = weightsRounded?.what === 'powers' ? powers.map((p) => rounded(p, weightsRounded.to)) : powers;
  const weights = exact.map((p) => p / divisorOf(sum, habits));
  return weightsRounded?.what === 'weights' ? weights.map((w) => rounded(w, weightsRounded.to)) : weights;
}

export function divisorOf(sum: number, { sum: summing }: Habits): number {
  if (summing?.divided === 'never') return 1;
  return summing?.divided === 'twice' ? sum ** 2 : sum;
}

/** `read` keys of these are looked at. */
function emptyRow(keys: number, read: number, { emptyRow: given }: Habits): number[] {
  return listOf(keys, (j) => {
    if (given === undefined || j >= read) return 0;
    return given === 'nan' ? Number.NaN : 1 / read;
  });
}
