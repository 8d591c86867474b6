import { describe, expect, it } from 'vitest';
import { attention, exampleRequest } from '../../../src/ask/diagnose/example.ts';

describe('the example', () => {
  it('lets the first of its three words see the first key only: what stands there is what it reads', () => {
    const { value, expected_output } = exampleRequest();
    for (const [head, rows] of expected_output.entries()) expect(rows[0]).toEqual(value[head][0]);
  });

  it('has keys that are more than its queries, or a causal corner would be no other', () => {
    const { query, key } = exampleRequest();
    expect([query.length, query[0].length, key[0].length]).toEqual([2, 3, 6]);
  });

  it('computes attention as it is done by hand', () => {
    // Scores 2/√4 = 1 and 0: weights e/(e+1) and 1/(e+1).
    const [query, key, value] = [
      [[2, 0, 0, 0]],
      [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
      ],
      [[1], [0]],
    ];
    const [[output]] = attention(query, key, value, () => true);
    expect(output).toBeCloseTo(Math.E / (Math.E + 1), 15);
  });
});
