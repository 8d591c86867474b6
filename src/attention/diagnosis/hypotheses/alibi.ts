import type { Dump } from '../dump.ts';
import { changing, type Hypothesis, setting, when } from './hypothesis.ts';

/** Counts of heads for which models have their slopes. */
const HEAD_COUNTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64, 96, 128];

const isBiased = ({ problem }: Dump) => problem.alibiSlopes !== undefined;

/** 2^(−8i/n), the slopes of ALiBi (Press et al. 2022) for n heads, of the first `heads`. */
function geometric(n: number, heads: number): number[] {
  return Array.from({ length: heads }, (_, head) => 2 ** ((-8 * (head + 1)) / n));
}

/** The same for n that is no power of two, as the authors' code has it. */
function interleaved(n: number, heads: number): number[] {
  const whole = 2 ** Math.floor(Math.log2(n));
  const more = geometric(2 * whole, 2 * whole).filter((_, at) => at % 2 === 0);
  return [...geometric(whole, whole), ...more].slice(0, heads);
}

/** No model has more heads; lists of slopes for very many would take long to make. */
const MOST_HEADS = 1024;

function ofOtherCounts({ problem: { numHeads } }: Dump) {
  if (numHeads > MOST_HEADS) return [];
  const counts = [...new Set([...HEAD_COUNTS, 2 * numHeads, Math.ceil(numHeads / 2)])];
  const lists = counts.flatMap((n) => [geometric(n, numHeads), interleaved(Math.max(n, numHeads), numHeads)]);
  const all = new Map(lists.filter((list) => list.length === numHeads).map((list) => [list.join(), list]));
  return [...all.values()].map((slopes) => setting({ slopes }, { alibi_slopes: slopes }));
}

function reversed(slopes: readonly number[] | undefined, numHeads: number): number[] | undefined {
  if (slopes === undefined) return undefined;
  return Array.from(slopes, (_, at) => {
    const head = at % numHeads;
    return slopes[at - head + numHeads - 1 - head];
  });
}

/** −slope·|distance|, added to the scores after the scale. */
export const alibiHypotheses: readonly Hypothesis[] = [
  {
    name: 'alibi_missing',
    sentence: 'adds no ALiBi bias',
    advice: 'Add −slope·|distance| to the scores of each head.',
    variants: (dump) => when(isBiased(dump), setting({ slopes: undefined }, { alibi_slopes: null })),
  },
  {
    name: 'alibi_sign',
    sentence: 'adds the ALiBi bias with the other sign: far keys are preferred',
    advice: 'The bias is negative: −slope·|distance|.',
    variants: (dump) =>
      when(
        isBiased(dump),
        changing(({ slopes }) => ({ slopes: slopes?.map((slope) => -slope) })),
      ),
  },
  {
    name: 'alibi_reversed',
    sentence: 'gives the ALiBi slopes to the heads in reverse order',
    advice: 'The first head has the steepest slope, 2^(−8/num_heads).',
    variants: (dump) =>
      when(
        isBiased(dump),
        changing(({ slopes }) => ({ slopes: reversed(slopes, dump.problem.numHeads) })),
      ),
  },
  {
    name: 'alibi_other_heads',
    sentence: 'has the ALiBi slopes of another number of heads',
    advice:
      'Compute slopes 2^(−8·i/num_heads) with the number of all heads, not of those on one device or of key heads.',
    variants: (dump) => when(isBiased(dump), ...ofOtherCounts(dump)),
  },
  {
    name: 'alibi_before_scale',
    sentence: 'adds the ALiBi bias before the scale, so that the bias is scaled, too',
    advice: 'Scale first, then add the bias.',
    variants: (dump) => when(isBiased(dump), setting({ slopesOf: 'products' })),
  },
];
