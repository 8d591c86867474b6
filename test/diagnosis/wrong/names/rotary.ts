/** Wrong about rotary: rotary_*. */
import type { Misunderstanding } from '../misunderstanding.ts';
import type { Wish } from '../problem.ts';
import type { Random } from '../random.ts';

const BASES = [10_000, 500_000, 1_000_000];
const anyPairs = (random: Random): Wish => ({ rotary: { base: random.pick(BASES), interleaved: random.chance(0.3) } });
const withPast = (random: Random): Wish => ({ ...anyPairs(random), past: random.integer(3, 8) });

/** The base that the code has, where the request says another. */
const bases: Misunderstanding[] = BASES.map((base) => ({
  name: `rotary_base_${base}`,
  wish: (random) => ({ rotary: { base: random.pick([...BASES, 1000].filter((other) => other !== base)) } }),
  habits: () => ({ rotaryBase: base }),
}));

export const rotaryNames: Misunderstanding[] = [
  { name: 'rotary_missing', wish: anyPairs, habits: () => ({ rotaryMissing: true }) },
  {
    name: 'rotary_pairs',
    wish: (random) => ({ rotary: { base: random.pick(BASES), interleaved: false } }),
    habits: () => ({ rotaryInterleaved: true }),
  },
  {
    name: 'rotary_halves',
    wish: (random) => ({ rotary: { base: random.pick(BASES), interleaved: true } }),
    habits: () => ({ rotaryInterleaved: false }),
  },
  ...bases,
  {
    name: 'rotary_positions_from_one',
    wish: (random) => (random.chance(0.5) ? withPast(random) : { ...anyPairs(random), past: false }),
    // Of both it shows beside a cache only, whose keys were turned before.
    habits: (random, { past_key }) => ({
      rotaryShift: past_key
        ? { query: 1, key: 1 }
        : random.pick([
            { query: 1, key: 0 },
            { query: 0, key: 1 },
          ]),
    }),
  },
  { name: 'rotary_restarts_after_cache', wish: withPast, habits: () => ({ rotaryRestarts: true }) },
  { name: 'rotary_query_only', wish: anyPairs, habits: () => ({ rotaryOnly: 'query' }) },
  { name: 'rotary_key_only', wish: anyPairs, habits: () => ({ rotaryOnly: 'key' }) },
  { name: 'rotary_backwards', wish: anyPairs, habits: () => ({ rotaryBackwards: true }) },
];
