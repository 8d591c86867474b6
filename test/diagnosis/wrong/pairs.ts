/** Two habits at once, both of which show in the answer. */
import { attend } from './attend.ts';
import { type Drawn, firstThat, inFloat32 } from './drawn.ts';
import type { AttentionFields, MultiHeadFields } from './fields.ts';
import type { Habits } from './habits.ts';
import { attendMultiHead } from './multi-head.ts';
import { type MultiHeadWish, multiHeadProblemOf } from './multi-head-problem.ts';
import { multiHeadNames } from './names/multi-head.ts';
import { attentionNames } from './names/names.ts';
import { relativeDifference } from './nested.ts';
import { problemOf, type Wish } from './problem.ts';
import type { Random } from './random.ts';

/** How far the answer of both must be from that of either, and from the right one. */
const MATTERS = 1e-3;
const SHARE_OF_MULTI_HEAD = 0.15;
/** Rounding is no second cause: it drowns in what the first one does. */
const candidates = attentionNames.filter(({ isRounding }) => !isRounding);

/** The pair of a seed: the first drawn whose names go together and whose habits both matter. */
export function drawnPair(seed: number): Drawn {
  return firstThat<Drawn>(seed, (random) =>
    random.chance(SHARE_OF_MULTI_HEAD) ? multiHeadPair(random, seed) : attentionPair(random, seed),
  );
}

function attentionPair(random: Random, seed: number): Drawn<AttentionFields> | undefined {
  const [one, other] = [random.pick(candidates), random.pick(candidates)];
  const wish = bothWishes(one.wish(random), other.wish(random));
  if (one === other || wish === undefined) return undefined;
  const fields = problemOf(random, wish);
  const each = [one.habits(random, fields), other.habits(random, fields)] as const;
  const both = bothHabits(...each);
  return both && bothMatter(both, each, (habits) => attend(fields, habits).output)
    ? drawnOf({ names: [one.name, other.name], seed, fields, habits: both }, attend(fields, both).output)
    : undefined;
}

function multiHeadPair(random: Random, seed: number): Drawn<MultiHeadFields> | undefined {
  const [one, other] = [random.pick(multiHeadNames), random.pick(multiHeadNames)];
  const wish = agreed<MultiHeadWish>(one.wish(random), other.wish(random), () => undefined);
  if (one === other || wish === undefined) return undefined;
  const fields = multiHeadProblemOf(random, wish);
  const each = [one.habits(random, fields), other.habits(random, fields)] as const;
  const both = bothHabits(...each);
  return both && bothMatter(both, each, (habits) => attendMultiHead(fields, habits).output)
    ? drawnOf({ names: [one.name, other.name], seed, fields, habits: both }, attendMultiHead(fields, both).output)
    : undefined;
}

function drawnOf<T extends object>(rest: T, output: readonly unknown[]): T & { expected: unknown[] } {
  return { ...rest, expected: inFloat32(output) };
}

/** Both habits, when none says what the other says. */
function bothHabits(one: Habits, other: Habits): Habits | undefined {
  if (Object.keys(one).some((field) => field in other)) return undefined;
  const both = { ...one, ...other };
  // Who takes no maximum off has none to rescale by.
  return both.blocks && both.sum?.isShifted === false ? undefined : both;
}

function bothMatter(both: Habits, each: readonly Habits[], answer: (habits: Habits) => unknown): boolean {
  const together = answer(both);
  return [{}, ...each].every((habits) => relativeDifference(together, answer(habits)) > MATTERS);
}

/** A request for both, or nothing where one wishes what the other does not bear. */
function bothWishes(one: Wish, other: Wish): Wish | undefined {
  const wish = agreed<Wish>(one, other, (field, a, b) => {
    // Of two sizes the larger; of two windows, caps and rotaries any: whether it does is seen by whether both habits matter.
    if (typeof a === 'number' && typeof b === 'number') return field === 'softcap' ? a : Math.max(a, b);
    return typeof a === 'object' && typeof b === 'object' ? { ...a, ...b } : undefined;
  });
  const { numHeads = 1, group = 1 } = wish ?? {};
  return wish === undefined || (wish.numHeads !== undefined && numHeads % group !== 0) ? undefined : wish;
}

/** All that both say; where they say two things, what `settle` makes of them, or nothing at all. */
function agreed<W extends object>(
  one: W,
  other: W,
  settle: (field: string, a: unknown, b: unknown) => unknown,
): W | undefined {
  const wish: Record<string, unknown> = Object.fromEntries(Object.entries(one));
  for (const [field, b] of Object.entries(other)) {
    const a = wish[field];
    wish[field] = a === undefined || Object.is(a, b) ? b : settle(field, a, b);
    if (wish[field] === undefined) return undefined;
  }
  return wish as W;
}
