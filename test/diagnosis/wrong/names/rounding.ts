/** Right but for numbers that are rounded on the way: scores_*, weights_*, accumulator_*. */
import type { Misunderstanding } from '../misunderstanding.ts';

const FORMATS = ['float16', 'bfloat16'] as const;

export const roundingNames: Misunderstanding[] = FORMATS.flatMap((to): Misunderstanding[] => [
  {
    name: `scores_${to}`,
    wish: () => ({}),
    habits: (random) => ({ scoresRounded: { to, what: random.pick(['products', 'scaled']) } }),
    isRounding: true,
  },
  {
    name: `weights_${to}`,
    wish: () => ({}),
    habits: (random) => ({ weightsRounded: { to, what: random.pick(['weights', 'powers']) } }),
    isRounding: true,
  },
  {
    name: `accumulator_${to}`,
    wish: () => ({}),
    habits: (random) => ({ accumulatorRounded: { to, what: random.pick(['weights', 'powers']) } }),
    isRounding: true,
  },
]);
