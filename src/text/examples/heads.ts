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

/** Its tokens are counted from 0; the comparisons below name them. */
const CODE = `import { sum } from './sum.js';
const rate = 2;
function price(items) {
  const rate = 3;
  return rate * sum(items);
}
price([rate]);
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
    'Five kinds of links, all found by a parser. Call: “price” in the last line looks at its function. Import: “sum”, where it is called, looks at its import, and the import at its module. Declaration: “rate” is declared twice; inside the function it looks at the inner declaration, in the last line at the outer one. Scope: what is declared inside the function looks at the function. And brackets look at their partners. Tokens without a link, such as “return”, look at all others alike.',
  requests: [textRequest('code', { text: CODE, heads: ['syntax-code'], temperature: 0.1 })],
  comparisons: [
    link('The call of “price” looks at its function,', 32, 13),
    link('“sum”, where it is called, at its import,', 26, 2),
    link('the import at its module,', 2, 5),
    link('“rate” inside the function at the inner declaration,', 24, 19),
    link('“rate” in the last line at the outer one,', 35, 8),
    link('the inner declaration at the function around it,', 19, 13),
    link('and the brace that opens the function at the one that closes it.', 17, 31),
    {
      says: '“return” has no link, and looks at all 38 others alike.',
      left: { request: 'code', pointer: '/stats/effective_keys/23' },
      relation: 'equals',
      right: 38,
    },
  ],
};
