import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { equalRanges } from '../../src/spread/chain-costs.ts';

/** The same step by step. */
function stepByStep(end: number, step: number, count: number, costTo: (to: number) => number): [number, number][] {
  const ranges: [number, number][] = [];
  let from = 0;
  for (let to = step; to < end; to += step) {
    if (costTo(to) < (costTo(end) / count) * (ranges.length + 1) || ranges.length + 1 >= count) continue;
    ranges.push([from, to]);
    from = to;
  }
  return [...ranges, [from, end]];
}

describe('ranges of equal cost', () => {
  test.prop([
    fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 60 }),
    fc.integer({ min: 1, max: 7 }),
    fc.integer({ min: 1, max: 12 }),
  ])('are where going step by step would cut', (costs, step, count) => {
    const costTo = (to: number) => costs.slice(0, to).reduce((sum, cost) => sum + cost, 0);
    const end = costs.length;
    expect(equalRanges([0, end], { step, count, costTo })).toEqual(stepByStep(end, step, count, costTo));
  });

  it('are found by few questions, however long the range', () => {
    let questions = 0;
    const costTo = (to: number) => {
      questions++;
      return to;
    };
    const ranges = equalRanges([0, 1_000_000], { step: 1, count: 12, costTo });
    expect(ranges).toHaveLength(12);
    expect(questions).toBeLessThan(12 * 25);
  });
});
