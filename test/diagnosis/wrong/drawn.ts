/** A request, and what code with a habit answers to it. */
import { attend } from './attend.ts';
import type { AttentionFields, Fields, MultiHeadFields } from './fields.ts';
import type { Habits } from './habits.ts';
import type { Misunderstanding, MultiHeadMisunderstanding } from './misunderstanding.ts';
import { attendMultiHead } from './multi-head.ts';
import { multiHeadProblemOf } from './multi-head-problem.ts';
import { relativeDifference } from './nested.ts';
import { problemOf } from './problem.ts';
import { Random } from './random.ts';

export interface Drawn<F extends Fields = Fields> {
  names: string[];
  seed: number;
  fields: F;
  habits: Habits;
  /** [B, H, L, dv], or [B, L, E] of multi-head: as the wrong code wrote it, in float32. */
  expected: unknown[];
}

/** By how much of its size an answer must be wrong for a habit to matter on a request. */
const MATTERS = 1e-3;
/** The same where only rounding is wrong: a hundred times what is left of float32. */
const MATTERS_IN_ROUNDING = 1e-5;
const ATTEMPTS = 200;

/** The problem of a name by a seed: the first drawn on which the habit matters. */
export function drawn(one: Misunderstanding, seed: number): Drawn<AttentionFields> {
  return firstThat(seed, (random) => {
    const fields = problemOf(random, one.wish(random));
    const habits = one.habits(random, fields);
    const expected = attend(fields, habits).output;
    const difference = relativeDifference(expected, attend(fields).output);
    if (difference < (one.isRounding ? MATTERS_IN_ROUNDING : MATTERS)) return undefined;
    return { names: [one.name], seed, fields, habits, expected: inFloat32(expected) };
  });
}

export function drawnMultiHead(one: MultiHeadMisunderstanding, seed: number): Drawn<MultiHeadFields> {
  return firstThat(seed, (random) => {
    const fields = multiHeadProblemOf(random, one.wish(random));
    const habits = one.habits(random, fields);
    const expected = attendMultiHead(fields, habits).output;
    if (relativeDifference(expected, attendMultiHead(fields).output) < MATTERS) return undefined;
    return { names: [one.name], seed, fields, habits, expected: inFloat32(expected) };
  });
}

/** What `draw` first makes of the random numbers of a seed. */
export function firstThat<T>(seed: number, draw: (random: Random) => T | undefined): T {
  const random = new Random(seed);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = draw(random);
    if (found !== undefined) return found;
  }
  throw new Error(`nothing that matters in ${ATTEMPTS} attempts from seed ${seed}`);
}

/** Nested numbers as a dump in float32 has them. */
export function inFloat32<T>(nested: readonly T[]): T[] {
  return nested.map((x) => (Array.isArray(x) ? inFloat32(x) : Math.fround(Number(x))) as T);
}
