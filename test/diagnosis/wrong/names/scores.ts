/** Wrong about what a score is: scale_*, softcap_*, alibi_*. */
import type { AttentionFields } from '../fields.ts';
import type { Habits } from '../habits.ts';
import type { Misunderstanding } from '../misunderstanding.ts';
import { geometricSlopes, type Wish } from '../problem.ts';
import type { Random } from '../random.ts';

const scale: Misunderstanding[] = [
  { name: 'scale_missing', wish: () => ({}), habits: () => ({ scale: 'missing' }) },
  {
    name: 'scale_of_value_dim',
    wish: (random) => ({ scale: false, headDim: random.pick([8, 16]), valueDim: random.pick([4, 12, 24]) }),
    habits: () => ({ scale: 'of_value_dim' }),
  },
  { name: 'scale_without_root', wish: () => ({ scale: false }), habits: () => ({ scale: 'without_root' }) },
  { name: 'scale_twice', wish: () => ({}), habits: () => ({ scale: 'twice' }) },
  { name: 'scale_base_two', wish: () => ({}), habits: () => ({ powersOfTwo: true }) },
];

const capped = (random: Random): Wish => ({ softcap: random.pick([1, 1.5, 2, 3]), spread: random.pick([2, 3]) });
const softcap: Misunderstanding[] = [
  { name: 'softcap_missing', wish: capped, habits: () => ({ softcap: 'missing' }) },
  {
    name: 'softcap_after_mask',
    // What is added before the cap shows with numbers, and with −∞ where all masks come before it.
    wish: (random) => ({
      ...capped(random),
      mask: random.pick(['additive', 'boolean']),
      ...{ causal: false, window: false, slopes: false, padding: false },
    }),
    habits: (random, { attn_mask }) => ({
      softcap: isOfNumbers(attn_mask) && random.chance(0.5) ? 'after_bias' : 'after_mask',
    }),
  },
  { name: 'softcap_before_scale', wish: capped, habits: () => ({ softcap: 'before_scale' }) },
];

function isOfNumbers(mask: AttentionFields['attn_mask']): boolean {
  return typeof mask?.flat(9)[0] === 'number';
}

const sloped = (random: Random): Wish => ({ slopes: true, numHeads: random.integer(2, 6), group: 1 });
const alibi: Misunderstanding[] = [
  { name: 'alibi_missing', wish: sloped, habits: () => ({ alibi: 'missing' }) },
  { name: 'alibi_sign', wish: sloped, habits: () => ({ alibi: 'sign' }) },
  { name: 'alibi_before_scale', wish: sloped, habits: () => ({ alibi: 'before_scale' }) },
  {
    name: 'alibi_reversed',
    wish: sloped,
    habits: (_, { query }) => ({ alibiSlopes: geometricSlopes(query[0].length).reverse() }),
  },
  { name: 'alibi_other_heads', wish: sloped, habits: otherSlopes },
];

/** Slopes for another count of heads: twice as many, half of them, or what a larger or padded model has. */
function otherSlopes(random: Random, { query }: AttentionFields): Habits {
  const count = query[0].length;
  const others = [2 * count, count / 2, 8, 16, 32, 12].filter((n) => n !== count && n >= 1 && Number.isInteger(n));
  return { alibiSlopes: geometricSlopes(count, random.pick(others)) };
}

export const scoreNames = [...scale, ...softcap, ...alibi];
