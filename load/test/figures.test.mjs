import { describe, expect, it } from 'vitest';
import { median, quantile } from '../figures.mjs';
import { promises } from '../promises.mjs';
import { bytesOf } from '../roofline.mjs';

describe('quantile', () => {
  it('is the value at the nearest rank, whatever the order', () => {
    expect([0, 0.5, 0.99, 1].map((p) => quantile([3, 1, 2, 5, 4], p))).toEqual([1, 3, 5, 5]);
  });

  it('is NaN of nothing', () => {
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect([median([9, 1, 3]), median([4, 1, 2, 9]), median([7])]).toEqual([3, 3, 7]);
  });
});

describe('the bytes of a case of the benchmark', () => {
  it('are query, key, value and output in float32', () => {
    expect(bytesOf('8×512×64 causal')).toBe(4 * 4 * 8 * 512 * 64);
    expect(bytesOf('8×(1→4096)×64')).toBe(2 * 4 * 8 * 64 * (1 + 4096));
    expect(bytesOf('product 2×3×5')).toBe(4 * (2 * 5 + 3 * 5 + 2 * 3));
  });

  it('are unknown of a name that says no shape', () => {
    expect(bytesOf('all of them')).toBeUndefined();
  });
});

describe('promises', () => {
  const closedLoop = (ratio, errors = 0) => [
    {
      scenario: 'large',
      title: '512×64 JSON',
      contenders: [
        { who: 'spotlight wasm', dialect: 'spotlight', ratio: 1, errors },
        { who: 'fastify + zod + onnxruntime', dialect: 'peer', ratio, errors: 0 },
      ],
    },
  ];
  const large = (figures) => promises(figures).find(({ what }) => what.startsWith('512×64 JSON'));

  it('are kept at the promised ratio and broken below it', () => {
    expect(large({ closedLoop: closedLoop(5) }).kept).toBe(true);
    expect(large({ closedLoop: closedLoop(4.999) }).kept).toBe(false);
  });

  it('are broken by a ratio to a peer that did not answer', () => {
    const keptWith = (ratio) => large({ closedLoop: closedLoop(ratio) }).kept;
    expect([keptWith(Number.NaN), keptWith(Number.POSITIVE_INFINITY)]).toEqual([false, false]);
  });

  it('are open when nothing was measured', () => {
    expect(promises({}).map(({ kept }) => kept)).toEqual(Array(8).fill(undefined));
  });

  it('are broken by a single wrong status of ours', () => {
    const [found] = promises({ closedLoop: closedLoop(5, 1) }).filter(({ what }) => what.startsWith('answers'));
    expect(found.kept).toBe(false);
  });
});
