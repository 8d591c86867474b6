/** softmax(scale·QKᵀ + bias)·V in float64, by its definition, and with habits as wrong as they come. Shares nothing with src/. */
import { type Core, coreOf } from './core.ts';
import type { AttentionFields } from './fields.ts';
import { rounded } from './formats.ts';
import type { Habits } from './habits.ts';
import { misread, transposed } from './layout.ts';
import { type Heads, heads, largest, listOf, mapNumbers, sizesOf, total } from './nested.ts';
import { keyHeadOf, plainScores, scoresOf } from './scores.ts';
import { weightsOf } from './weigh.ts';

export interface Attended {
  /** [B, H, Lq, dv] */
  output: Heads;
  /** [B, H, Lq, Lk] */
  weights: Heads;
  /** scale·query·key, before anything else. */
  scores: Heads;
  /** [B, H, Lq], by its definition, sinks counted; of right habits only. */
  lse: number[][][];
}

/** The answer to `fields` by code that has these habits; by right code when it has none. */
export function attend(fields: AttentionFields, habits: Habits = {}): Attended {
  return attendCore(coreOf(fields, habits), habits);
}

export function attendCore(core: Core, habits: Habits): Attended {
  const masked = scoresOf(core, habits);
  const weights = averaged(weightsOf(core, masked, habits), habits.headsAveraged === 'weights');
  const [batch, count, queryLength] = sizesOf(core.query);
  const columns = core.value[0][0][0].length;
  const output = heads([batch, count, queryLength, columns], (b, h, i, x) => {
    const values = core.value[b][keyHeadOf(core, h, habits)].map((row) => row[x]);
    return weighed(weights[b][h][i], values, habits);
  });
  const lse = masked.map((entry) => entry.map((head, h) => head.map((row) => logSumExp([...row, core.sinks[h]]))));
  return { output: asGiven(output, habits), weights, scores: plainScores(core, habits), lse };
}

function weighed(weights: readonly number[], values: readonly number[], { accumulatorRounded }: Habits): number {
  if (accumulatorRounded === undefined) return total(weights.map((w, j) => w * values[j]));
  const { to, what } = accumulatorRounded;
  // Powers whose largest is 1, which are divided in the end: the weights over their largest.
  const most = what === 'powers' ? largest(weights) || 1 : 1;
  return weights.reduce((sum, w, j) => rounded(sum + (w / most) * values[j], to), 0) * most;
}

function averaged(x: Heads, isAveraged: boolean): Heads {
  if (!isAveraged) return x;
  return heads(sizesOf(x), (b, _, i, j) => total(x[b].map((head) => head[i][j])) / x[b].length);
}

/** The output as it was handed on. */
function asGiven(output: Heads, habits: Habits): Heads {
  const own = habits.attendsOverHeads ? transposed(output) : output;
  const mean = averaged(own, habits.headsAveraged === 'outputs');
  const ordered = habits.headsReversed === 'output' ? mean.map((entry) => [...entry].reverse()) : mean;
  const factor = habits.outputFactor ?? 1;
  return mapNumbers(misread(ordered, habits.outputLayout), (x) => x * factor);
}

function logSumExp(numbers: readonly number[]): number {
  const max = largest(numbers);
  if (max === Number.NEGATIVE_INFINITY) return max;
  return max + Math.log(total(listOf(numbers.length, (n) => Math.exp(numbers[n] - max))));
}
