/** What a step is, in a plain sentence. */
import { short } from '../../pictures/figures.ts';
import { ranked } from '../../pictures/grid.ts';
import type { Pair } from '../../state/state.ts';
import type { Numbers } from './numbers.ts';
import type { Scene } from './shown.ts';

/** Weights that are told one by one. */
const MOST = 3;

export function told({ frame, plan, queries, keys }: Scene, { query }: Pair, numbers: Numbers): string {
  const word = `“${queries[query]}”`;
  const width = frame.shape.at(-1) ?? 1;
  const isRow = plan.detail === 'row';
  const of = (list: readonly string[], [start, end]: readonly [number, number]) =>
    end - start === 1 ? `“${list[start]}”` : `“${list[start]}” to “${list[end - 1]}”`;
  switch (frame.name) {
    case 'q':
      return isRow
        ? `The query of ${word}: what it looks for, as ${width} numbers.`
        : `Each word has a query: what it looks for, as ${width} numbers.`;
    case 'k':
      return `Each word has a key: what it can be found by, as ${width} numbers.`;
    case 'v':
      return `Each word has a value: what it gives to those that look at it, as ${width} numbers.`;
    case 'attn_scores':
      return isRow
        ? `The query of ${word} meets every key: number times number, added up. Alike ones make a large score.`
        : 'Every query meets every key: number times number, added up. Alike ones make a large score.';
    case 'scaled':
      return `Every score times ${Number(plan.scale.toFixed(2))}: ${plan.scale > 1 ? 'differences grow, and the choice becomes sharper' : plan.scale < 1 ? 'differences shrink, and the choice becomes softer' : 'nothing changes'}.`;
    case 'softcapped':
      return 'No score goes beyond the cap: large ones are bent towards it.';
    case 'biased':
      return 'To each score its bias is added, as for the distance of both words.';
    case 'masked':
      return 'What may not be looked at becomes −∞: it will have no weight at all.';
    case 'pattern':
      return `Each row becomes weights that sum to 1: ${word} gives ${shares(numbers, query, keys, 'to')}.`;
    case 'z':
      return plan.detail === 'tile'
        ? `All tiles are seen: accumulator ÷ sum, for ${of(queries, frame.rows)}. The whole matrix was never needed.`
        : `The values are mixed by weight: ${word} becomes ${shares(numbers, query, keys, 'of')}.`;
    case 'tile_scores':
      return `A tile: the scores of ${of(queries, frame.rows)} with the keys of ${of(keys, frame.tile?.keys ?? [0, keys.length])}, and no others.`;
    case 'running_max':
      return 'The largest score of each row so far; exponents are taken relative to it, so that nothing overflows.';
    case 'rescale':
      return 'Where the largest grew, all that was summed before counts less, by this factor. 1: nothing changes.';
    case 'running_sum':
      return 'What the weights will be divided by, so far: the sum before, rescaled, plus this tile.';
    case 'accumulator':
      return 'The mixed values so far: those before, rescaled, plus the values of this tile.';
    case 'result':
      return 'The outputs of all heads, projected together.';
  }
}

/** Such as: 0.63 of “mat”, 0.18 of “on”, less of the others. */
function shares(numbers: Numbers, query: number, keys: readonly string[], to: 'of' | 'to'): string {
  const weights = numbers.row('pattern', query);
  if (weights === undefined) return '…';
  const seen = ranked(weights, MOST).filter((key) => weights[key] > 0);
  if (seen.length === 0) return 'nothing';
  const list = seen.map((key) => `${short(weights[key])} ${to} “${keys[key]}”`);
  const hasMore = weights.filter((weight) => weight > 0).length > seen.length;
  return `${list.join(', ')}${hasMore ? `, less ${to} the others` : ''}`;
}
