/** Three things that are said of attention and are not so, each with requests whose answers show it. */
import type { Comparison } from './comparison.ts';

/** The body of a request to POST /attention. */
export type AttentionBody = Readonly<Record<string, unknown>>;

export interface Myth {
  name: string;
  /** What is said. */
  claim: string;
  /** What is so, and what in the answers shows it. */
  fact: string;
  /** By name. */
  requests: Readonly<Record<string, AttentionBody>>;
  comparisons: readonly Comparison[];
}

/** Weights that add up to 1, as keys of a single number: with query 1 and scale 1, softmax(ln w) = w. */
const keysFor = (weights: readonly number[]) => weights.map((weight) => [Math.log(weight)]);

/** Three queries over the same two keys and values; only the one that is like neither key gets the average. */
export function notAveraging(): Myth {
  const at = (row: number) => ({ request: 'three_queries', pointer: `/output/${row}` });
  const toSecond = 1 / (1 + Math.exp(4));
  return {
    name: 'averaging',
    claim: 'Attention is just averaging.',
    fact: 'It is a weighted average, and each query chooses the weights. Three queries read the same values, 10 and 20: one that is like the first key takes nearly all of the first value, one that is like the second key nearly all of the second. The plain average, 15, comes out only for a query that tells the keys nothing, so that all scores are equal.',
    requests: {
      three_queries: {
        query: [
          [4, 0],
          [0, 4],
          [0, 0],
        ],
        key: [
          [1, 0],
          [0, 1],
        ],
        value: [[10], [20]],
        scale: 1,
        query_labels: ['like key 1', 'like key 2', 'like neither'],
        key_labels: ['key 1', 'key 2'],
        outputs: ['weights', 'stats'],
      },
    },
    comparisons: [
      {
        says: 'The first query takes 10 · (1 − p) + 20 · p with p = 1/(1 + e⁴), nearly the first value.',
        left: at(0),
        relation: 'equals',
        right: 10 + 10 * toSecond,
      },
      {
        says: 'The second query takes nearly the second value.',
        left: at(1),
        relation: 'equals',
        right: 20 - 10 * toSecond,
      },
      { says: 'The first is not the average,', left: at(0), relation: 'differs from', right: 15 },
      { says: 'nor is the second.', left: at(1), relation: 'differs from', right: 15 },
      { says: 'A query without a preference gets the average.', left: at(2), relation: 'equals', right: 15 },
    ],
  };
}

/** Two heads with the same largest weight, one on two keys, the other on five; the value of their first key is 0. */
export function largestWeightIsNotImportance(): Myth {
  const of = (head: number, what: string) => ({ request: 'two_heads', pointer: `/stats/${what}/${head}` });
  const output = (head: number) => ({ request: 'two_heads', pointer: `/output/${head}/0` });
  const value = [[0], [2], [4], [6], [8]];
  // e^−100 is 0 beside 1 in any precision that a kernel has.
  const two = [[0], [0], [-100], [-100], [-100]];
  const five = keysFor([1 / 2, 1 / 8, 1 / 8, 1 / 8, 1 / 8]);
  return {
    name: 'largest-weight',
    claim: 'The largest weight shows the important word.',
    fact: 'Both heads give their first key the weight 0.5. The first head gives the other half to one more key, the second spreads it over four: entropy ln 2 and ln 4, so they look at 2 and at 4 keys in effect (e to the entropy). And the value of that first key is 0: it has half of all weight and adds nothing to the output, which comes from the others.',
    requests: {
      two_heads: {
        query: [[[1]], [[1]]],
        key: [two, five],
        value: [value, value],
        scale: 1,
        query_labels: ['query'],
        key_labels: ['key 1', 'key 2', 'key 3', 'key 4', 'key 5'],
        outputs: ['weights', 'stats'],
      },
    },
    comparisons: [
      {
        says: 'The largest weights of the two heads are the same.',
        left: { request: 'two_heads', pointer: '/stats/max_weight/0' },
        relation: 'equals',
        right: { request: 'two_heads', pointer: '/stats/max_weight/1' },
      },
      {
        says: 'The first head looks at 2 keys in effect.',
        left: of(0, 'effective_keys'),
        relation: 'equals',
        right: 2,
      },
      { says: 'The second looks at 4.', left: of(1, 'effective_keys'), relation: 'equals', right: 4 },
      {
        says: 'The entropy of the second is greater: ln 4 against ln 2.',
        left: of(1, 'entropy'),
        relation: 'is greater than',
        right: of(0, 'entropy'),
      },
      { says: 'The first output is ½·0 + ½·2.', left: output(0), relation: 'equals', right: 1 },
      { says: 'The second is ½·0 + ⅛·(2 + 4 + 6 + 8).', left: output(1), relation: 'equals', right: 2.5 },
    ],
  };
}

/** The same scores as they are, with 5 added to each, and three times as large. */
export function moreIsNotBetter(): Myth {
  // Weights 1/7, 2/7, 4/7.
  const plain = {
    query: [[1]],
    key: keysFor([1 / 7, 2 / 7, 4 / 7]),
    value: [[0], [7], [14]],
    scale: 1,
    query_labels: ['query'],
    key_labels: ['key 1', 'key 2', 'key 3'],
    outputs: ['scores', 'masked_scores', 'weights', 'stats'],
  };
  const weights = (request: string) => ({ request, pointer: '/weights/0' });
  const entropy = (request: string) => ({ request, pointer: '/stats/entropy/0' });
  return {
    name: 'more-is-better',
    claim: 'More attention is better.',
    fact: 'Weights add up to 1, so there is no more of it to give: what one key gets, the others lose. Adding 5 to all scores changes no weight, as e⁵ stands above and below the fraction. Making all scores three times as large makes differences larger: the same order, but sharper, 1 : 2 : 4 becomes 1 : 8 : 64. What matters is the pattern, not how large scores are.',
    requests: {
      plain,
      shifted: { ...plain, attn_mask: [[5, 5, 5]] },
      scaled: { ...plain, scale: 3 },
    },
    comparisons: [
      { says: 'The plain weights.', left: weights('plain'), relation: 'equals', right: [1 / 7, 2 / 7, 4 / 7] },
      {
        says: 'A constant added to all scores changes no weight.',
        left: weights('shifted'),
        relation: 'equals',
        right: weights('plain'),
      },
      {
        says: 'Scores three times as large sharpen the weights.',
        left: weights('scaled'),
        relation: 'equals',
        right: [1 / 73, 8 / 73, 64 / 73],
      },
      {
        says: 'Sharper weights have less entropy.',
        left: entropy('plain'),
        relation: 'is greater than',
        right: entropy('scaled'),
      },
    ],
  };
}
