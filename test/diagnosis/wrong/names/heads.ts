/** Wrong about heads and the order of axes, and about which tensor is which: heads_*, roles_*. */
import type { Habits, Misreading } from '../habits.ts';
import type { Misunderstanding } from '../misunderstanding.ts';
import { BARE, type Wish } from '../problem.ts';
import type { Random } from '../random.ts';

const READINGS: readonly Misreading[] = ['heads_last_as_heads_first', 'heads_first_as_heads_last'];
const severalHeads = (random: Random): Wish => ({
  ...{ numHeads: random.integer(2, 5), group: 1, queryLength: random.integer(6, 12), keyLength: random.integer(6, 12) },
  ...{ past: false, rotary: false },
});

function layout(name: string, field: keyof Habits): Misunderstanding {
  return { name, wish: severalHeads, habits: (random) => ({ [field]: random.pick(READINGS) }) };
}

/** Everything in the other order: memory read so, the output left so or brought back, or axes that code takes for others. */
function allLayouts(random: Random): Habits {
  const read = random.pick(READINGS);
  const back = READINGS[1 - READINGS.indexOf(read)];
  const inputs = { queryLayout: read, keyLayout: read, valueLayout: read };
  return random.pick<Habits>([inputs, { ...inputs, outputLayout: back }, { attendsOverHeads: true }]);
}

const heads: Misunderstanding[] = [
  layout('heads_layout_query', 'queryLayout'),
  layout('heads_layout_key', 'keyLayout'),
  layout('heads_layout_value', 'valueLayout'),
  {
    ...layout('heads_layout_output', 'outputLayout'),
    habits: () => ({ outputLayout: 'heads_last_as_heads_first' }),
  },
  {
    name: 'heads_layout_all',
    wish: (random) => ({ ...BARE, numHeads: random.integer(2, 5), group: 1, isSquare: true }),
    habits: allLayouts,
  },
  {
    ...layout('heads_merged_untransposed', 'outputLayout'),
    habits: () => ({ outputLayout: 'heads_first_as_heads_last' }),
  },
  {
    name: 'heads_tiled',
    wish: (random) => ({ group: random.integer(2, 3), numHeads: 6 }),
    habits: () => ({ headsTiled: true }),
  },
  {
    name: 'heads_reversed',
    wish: (random) => ({ numHeads: random.integer(2, 5), group: 1 }),
    habits: (random) => ({ headsReversed: random.pick(['output', 'keys']) }),
  },
  {
    name: 'heads_averaged',
    wish: (random) => ({ numHeads: random.integer(2, 5), group: 1 }),
    habits: (random) => ({ headsAveraged: random.pick(['outputs', 'weights']) }),
  },
];

const roles: Misunderstanding[] = [
  {
    name: 'roles_key_value',
    wish: () => ({ past: false, rotary: false }),
    habits: () => ({ rolesSwapped: 'key_value' }),
  },
  {
    name: 'roles_query_key',
    wish: () => ({ past: false, rotary: false, padding: false, group: 1, isSquare: true }),
    habits: () => ({ rolesSwapped: 'query_key' }),
  },
];

export const headNames = [...heads, ...roles];
