/** Wrong about which keys a query sees: causal_*, window_*, padding_*. */
import type { Misunderstanding } from '../misunderstanding.ts';
import type { Wish } from '../problem.ts';
import type { Random } from '../random.ts';

/** Rows that come to see nothing are 0 in careful code, and NaN in other. */
const emptyRow = (random: Random) => (random.chance(0.3) ? ({ emptyRow: 'nan' } as const) : {});

/** A corner at the lower right of a matrix that is not square, or one that is moved by a past or an offset. */
function movedCorner(random: Random): Wish {
  const queryLength = random.integer(4, 8);
  return random.pick<Wish>([
    { causal: 'lower_right', queryLength, keyLength: queryLength + random.integer(3, 9), past: false },
    { causal: true, queryLength, keyLength: queryLength, past: random.integer(3, 8) },
    { causal: true, queryLength, keyLength: queryLength + 8, past: false, offset: random.integer(2, 6) },
  ]);
}

const causal: Misunderstanding[] = [
  { name: 'causal_missing', wish: () => ({ causal: true, mask: false }), habits: () => ({ causal: 'missing' }) },
  { name: 'causal_added', wish: () => ({ causal: false }), habits: () => ({ causal: 'added' }) },
  {
    name: 'causal_upper_left',
    wish: (random) => ({ ...movedCorner(random), padding: false }),
    habits: () => ({ causal: 'upper_left' }),
  },
  {
    name: 'causal_lower_right',
    wish: (random) => {
      const queryLength = random.integer(4, 8);
      const keyLength = random.chance(0.8) ? queryLength + random.integer(2, 8) : queryLength - 2;
      return { causal: true, queryLength, keyLength, past: false, padding: false };
    },
    habits: (random) => ({ causal: 'lower_right', ...emptyRow(random) }),
  },
  {
    name: 'causal_strict',
    wish: () => ({ causal: true }),
    habits: (random) => ({ causalShift: -1, ...emptyRow(random) }),
  },
  { name: 'causal_one_ahead', wish: () => ({ causal: true }), habits: () => ({ causalShift: 1 }) },
];

/** Of both sides, or of the left one with a causal corner. */
function windowed(random: Random): Wish {
  const left = random.integer(1, 4);
  const lengths = { isSquare: true, keyLength: random.integer(9, 16), padding: false, mask: false } as const;
  return random.chance(0.5)
    ? { ...lengths, window: { left, right: random.pick([left, random.integer(1, 4)]) }, causal: false }
    : { ...lengths, window: { left, right: 0 }, causal: true };
}

/** A window by so much wider: on the left, or on both sides where both are open. */
const widened =
  (by: number): Misunderstanding['habits'] =>
  (random, { window, is_causal }) => {
    const { left = 0, right = 0 } = { left: window?.left ?? 0, right: window?.right ?? 0 };
    const sides = is_causal ? 'left' : random.pick(['left', 'both', 'right']);
    return { window: { left: left + (sides === 'right' ? 0 : by), right: right + (sides === 'left' ? 0 : by) } };
  };

const window: Misunderstanding[] = [
  { name: 'window_missing', wish: windowed, habits: () => ({ window: { left: Infinity, right: Infinity } }) },
  { name: 'window_one_less', wish: windowed, habits: widened(-1) },
  { name: 'window_one_more', wish: windowed, habits: widened(1) },
  {
    name: 'window_one_sided',
    wish: (random) => ({
      ...windowed(random),
      ...{ window: { left: random.integer(1, 4), right: random.integer(1, 4) }, causal: false },
    }),
    // One of the sides is not looked at; or nothing is seen on the right.
    habits: (random, fields) => {
      const [left, right] = [fields.window?.left ?? 0, fields.window?.right ?? 0];
      return {
        window: random.pick([
          { left, right: Infinity },
          { left: Infinity, right },
          { left, right: 0 },
        ]),
      };
    },
  },
];

const padded = (): Wish => ({ padding: true, causal: false, past: false, window: false, mask: false });
const padding: Misunderstanding[] = [
  { name: 'padding_missing', wish: () => ({ padding: true }), habits: () => ({ padding: 'missing' }) },
  {
    name: 'padding_inverted',
    wish: padded,
    habits: (random) => ({ padding: 'inverted', ...emptyRow(random) }),
  },
  { name: 'padding_left', wish: padded, habits: () => ({ padding: 'left' }) },
];

export const sightNames = [...causal, ...window, ...padding];
