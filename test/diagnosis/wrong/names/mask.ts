/** Wrong about the mask: mask_*, and rows in which it leaves nothing. */
import type { Misunderstanding } from '../misunderstanding.ts';
import type { Wish } from '../problem.ts';

const alone: Wish = { causal: false, window: false, padding: false };
const emptied = (): Wish => ({ ...alone, mask: 'empty_rows' });

export const maskNames: Misunderstanding[] = [
  {
    name: 'mask_missing',
    wish: (random) => ({ mask: random.pick(['boolean', 'additive', 'empty_rows']) }),
    habits: () => ({ mask: 'missing' }),
  },
  {
    name: 'mask_inverted',
    wish: () => ({ mask: 'boolean' }),
    habits: (random) => ({ mask: 'inverted', ...(random.chance(0.3) ? { emptyRow: 'nan' as const } : {}) }),
  },
  { name: 'mask_added_as_numbers', wish: () => ({ mask: 'boolean' }), habits: () => ({ mask: 'as_numbers' }) },
  {
    name: 'mask_transposed',
    wish: (random) => ({ mask: random.pick(['boolean', 'additive']), isSquare: true, past: false }),
    habits: () => ({ mask: 'transposed' }),
  },
  {
    name: 'mask_finite',
    wish: emptied,
    habits: (random) => ({
      hiding: { number: random.pick([-1e4, -1e9]), how: random.pick(['added', 'filled']) },
    }),
  },
  { name: 'mask_after_softmax', wish: () => ({ mask: 'boolean' }), habits: () => ({ mask: 'after_softmax' }) },
  { name: 'masked_rows_mean', wish: emptied, habits: () => ({ emptyRow: 'mean' }) },
];
