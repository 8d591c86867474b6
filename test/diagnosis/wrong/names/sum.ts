/** Wrong about the softmax and the sum over keys: softmax_*, sum_*, dropout_*, keys_*, blocks_*. */
import type { Misunderstanding } from '../misunderstanding.ts';
import type { Wish } from '../problem.ts';
import type { Random } from '../random.ts';

const noSink: Wish = { sinks: false };
/** More keys than a tile has, and not a whole number of tiles; few rows, as this is slow. */
function pastTiles(random: Random, tile: number): Wish {
  return {
    ...{ batch: 1, numHeads: 2, group: 1, queryLength: random.integer(4, 8), headDim: 8, past: false, causal: false },
    ...{ window: false, padding: false, slopes: false, keyLength: tile + random.integer(2, tile - 2) },
  };
}

const TILES = [16, 32, 64, 128];
const dropped: Misunderstanding[] = TILES.map((tile) => ({
  name: `keys_dropped_${tile}`,
  wish: (random) => pastTiles(random, tile),
  habits: () => ({ wholeTilesOf: tile }),
}));

export const sumNames: Misunderstanding[] = [
  {
    name: 'softmax_over_queries',
    wish: () => ({ ...noSink, padding: false }),
    habits: () => ({ softmaxOverQueries: true }),
  },
  {
    name: 'sum_missing',
    wish: () => noSink,
    habits: (random) => ({ sum: { divided: 'never', isShifted: random.chance(0.5) } }),
  },
  {
    name: 'sum_twice',
    wish: () => noSink,
    habits: (random) => ({ sum: { divided: 'twice', isShifted: random.chance(0.5) } }),
  },
  {
    name: 'sum_sink',
    wish: () => noSink,
    habits: (random) => ({ oneMore: random.chance(0.7) ? 'of_scores' : 'of_shifted_scores' }),
  },
  {
    name: 'dropout_scale',
    wish: () => ({}),
    habits: (random) => ({ outputFactor: 1 / (1 - random.pick([0.05, 0.1, 0.2, 0.25, 0.3, 0.5])) }),
  },
  ...dropped,
  {
    name: 'blocks_not_rescaled',
    wish: (random) => ({ ...pastTiles(random, random.pick(TILES)), ...noSink, spread: 3 }),
    habits: (random, { key }) => ({
      blocks: {
        size: random.pick(TILES.filter((tile) => tile < key[0][0].length)),
        isSumRescaled: random.chance(0.6),
      },
    }),
  },
];
