import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JSON_TYPE, post, type Serving, serve } from '../http/serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
});
afterAll(() => serving.app.close());

/** Weights are printed with two or four decimals; their last digit may differ from kernel to kernel. */
const WEIGHT = /\d\.\d\d(?:\d\d)?(?!\d)/g;

describe('the picture of the README', () => {
  it('is what the service draws', async () => {
    const committed = readFileSync(new URL('../../docs/images/sat.svg', import.meta.url), 'utf8');
    const body = JSON.stringify({ text: 'The cat sat on the mat', focus: 'sat' });
    const headers = { ...JSON_TYPE, accept: 'image/svg+xml' };
    const drawn = await (await post(`${serving.url}/attention/text`, body, headers)).text();
    expect(drawn.replace(WEIGHT, '#')).toBe(committed.replace(WEIGHT, '#'));
    const [served, shown] = [drawn, committed].map((svg) => svg.match(WEIGHT) ?? []);
    // Titles of 30 cells and the numbers in them, at least.
    expect(shown.length).toBeGreaterThan(60);
    for (const [i, weight] of shown.entries()) {
      const digit = 10 ** -(weight.length - 2);
      expect(Math.abs(Number(served[i]) - Number(weight))).toBeLessThan(1.01 * digit);
    }
  });
});
