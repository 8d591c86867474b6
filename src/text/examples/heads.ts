/** Heads beside each other, and the one that reads code. */
import type { Comparison } from '../comparison.ts';
import { type LessonExample, MAT, textRequest } from './example.ts';

const HEADS = ['semantic', 'position', 'previous-token', 'same-token'];

/** What a token of the sentence looks at most, by one of the heads. */
const most = (says: string, head: string, [token, key]: readonly [number, number]): Comparison => ({
  says,
  left: { request: 'heads', pointer: `/heads/${HEADS.indexOf(head)}/stats/max_key/${token}` },
  relation: 'equals',
  right: key,
});

export const headsSideBySide: LessonExample = {
  name: 'heads-side-by-side',
  title: 'Heads that look for different things',
  lookAt:
    'One sentence, four heads, four patterns: meaning, nearness, the word just before, the same word again. In a trained model heads come to differ by learning; these are constructed, each by a rule that its name tells, so that you know what you see. No word looks at itself, so the diagonal is dark in all of them. Look for the two bright lines beside it in “position”, one line in “previous-token”, and the two articles that find each other in “same-token”. Where a rule has nothing to look for (no word comes before the first, “cat” stands there once) the light is spread evenly over all.',
  requests: [textRequest('heads', { text: MAT, heads: HEADS, temperature: 0.1 })],
  comparisons: [
    most('By meaning, “sat” looks most at “mat”.', 'semantic', [2, 5]),
    {
      says: 'By position, “sat” gives the words on its left and on its right the same,',
      left: { request: 'heads', pointer: '/heads/1/weights/2/1' },
      relation: 'equals',
      right: { request: 'heads', pointer: '/heads/1/weights/2/3' },
    },
    {
      says: 'and more than the word after the next.',
      left: { request: 'heads', pointer: '/heads/1/weights/2/3' },
      relation: 'is greater than',
      right: { request: 'heads', pointer: '/heads/1/weights/2/4' },
    },
    most('By the word before, “sat” looks most at “cat”.', 'previous-token', [2, 1]),
    most('By the same word, “the” looks most at “The”.', 'same-token', [4, 0]),
    {
      says: 'By the same word, “cat” has nothing to find, and spreads its light over the five others.',
      left: { request: 'heads', pointer: '/heads/3/stats/effective_keys/1' },
      relation: 'equals',
      right: 5,
    },
  ],
};

/** The lesson's function. Its tokens are counted from 0; the comparisons below name them. */
const CODE = `from math import exp

def softmax(scores):
    powers = [exp(score) for score in scores]
    return [power / sum(powers) for power in powers]

def attention(query, keys, values):
    scores = [sum(q * k for q, k in zip(query, key)) for key in keys]
    weights = softmax(scores)
    return [sum(w * v for w, v in zip(weights, column)) for column in zip(*values)]

weights = attention([1], [[2]], [[3]])
print(weights)
`;

const link = (says: string, token: number, looksAt: number): Comparison => ({
  says,
  left: { request: 'code', pointer: `/stats/max_key/${token}` },
  relation: 'equals',
  right: looksAt,
});

export const code: LessonExample = {
  name: 'code',
  title: 'A head that reads code',
  lookAt:
    'Attention in plain Python, read by a head that knows Python. Five kinds of links, all found by a parser. Call: “softmax”, where it is called, looks at its function. Import: “exp” looks at its import, and the import at its module. Declaration: “scores” is a parameter of one function and a variable of the other, and each use looks at its own; “score” looks ahead, as a comprehension names its variable last. Scope: what is declared inside a function looks at the function. And brackets look at their partners. Tokens without a link, such as “return”, look at all others alike.',
  requests: [textRequest('code', { text: CODE, heads: ['syntax-code'], temperature: 0.1 })],
  comparisons: [
    link('The call of “softmax” looks at its function,', 72, 5),
    link('“exp”, where it is called, at its import,', 13, 3),
    link('the import at its module,', 3, 1),
    link('“scores” in softmax at the parameter,', 20, 7),
    link('“scores” in attention at the variable,', 74, 45),
    link('the variable at the function around it,', 45, 36),
    link('“score” at the name that the comprehension gives,', 15, 18),
    link('“weights” in attention at the one there,', 90, 70),
    link('“weights” in the last line at the outer one,', 126, 104),
    link('and the bracket that opens the list of scores at the one that closes it.', 47, 69),
    {
      says: '“return” has no link, and looks at all 127 others alike.',
      left: { request: 'code', pointer: '/stats/effective_keys/76' },
      relation: 'equals',
      right: 127,
    },
  ],
};
