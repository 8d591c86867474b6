/** The lesson on attention as requests that can be sent, each with a few sentences on what to look at in the answer. */
import type { Comparison } from './comparison.ts';
import { largestWeightIsNotImportance, type Myth, moreIsNotBetter, notAveraging } from './myths.ts';

/** The route that answers a request of an example. */
export type ExampleRoute = '/attention' | '/attention/text';

export interface ExampleRequest {
  /** Unique in its example. */
  name: string;
  route: ExampleRoute;
  body: Readonly<Record<string, unknown>>;
  /** Names of the queries and keys of POST /attention, for tables and pictures; texts bring their own. */
  rows?: readonly string[];
  columns?: readonly string[];
}

export interface LessonExample {
  /** Kebab case, as in GET /examples/{name}. */
  name: string;
  title: string;
  /** What to look at in the answers. */
  lookAt: string;
  requests: readonly ExampleRequest[];
  /** What the numbers in the answers must say. */
  comparisons: readonly Comparison[];
  /** Two words of each request, to be read by a sequential reader too. */
  sequential?: SequentialReading;
}

/** What reaches the word `to` from the word `from`, as more and more words stand between them. */
export interface SequentialReading {
  decay: number;
  /** By request: the two words' places among the tokens, from 0. */
  words: readonly { request: string; from: number; to: number }[];
}

const MAT = 'The cat sat on the mat';
const SLEEPING = 'The cat that I saw yesterday is sleeping';

/** As in all texts here: the meaning of words, sharp enough to see, and no word looking at itself. */
const meaning = { heads: ['semantic'], temperature: 0.1, exclude_self: true };

const CODE = `import { sum } from './sum.js';
const rate = 2;
function price(items) {
  const rate = 3;
  return rate * sum(items);
}
price([rate]);
`;

const text = (name: string, body: Readonly<Record<string, unknown>>): ExampleRequest => ({
  name,
  route: '/attention/text',
  body,
});

const mythExample = (myth: Myth, labels: { rows: readonly string[]; columns: readonly string[] }): LessonExample => ({
  name: `myth-${myth.name}`,
  title: `“${myth.claim}”`,
  lookAt: myth.fact,
  requests: Object.entries(myth.requests).map(([name, body]) => ({ name, route: '/attention', body, ...labels })),
  comparisons: myth.comparisons,
});

const library = {
  query: [1, 0, 1],
  key: [
    [1, 0, 1],
    [0, 1, 0],
    [1, 1, 1],
  ],
  value: [
    [10, 20, 30],
    [1, 2, 3],
    [5, 10, 15],
  ],
  outputs: ['scores', 'weights', 'stats'],
};
const books = { rows: ['query'], columns: ['book 1', 'book 2', 'book 3'] };

export const lessonExamples: readonly LessonExample[] = [
  {
    name: 'library-search',
    title: 'A search in a library of three books',
    lookAt:
      'One query is compared with the keys of three books, and what comes back is a blend of their values. Without scaling the scores are 2, 0 and 2: books 1 and 3 fit equally well, so each gets the weight e²/(2e² + 1) = 0.4683, and book 2, which has nothing in common with the query, still gets 0.0634. With the usual scale, 1/√3, the same scores are smaller and the weights closer together.',
    requests: [
      { name: 'unscaled', route: '/attention', body: { ...library, scale: 1 }, ...books },
      { name: 'scaled', route: '/attention', body: library, ...books },
    ],
    comparisons: [
      {
        says: 'Scores are dot products of the query with each key.',
        left: { request: 'unscaled', pointer: '/scores' },
        relation: 'equals',
        right: [2, 0, 2],
      },
      {
        says: 'Weights are e² : 1 : e², divided by their sum.',
        left: { request: 'unscaled', pointer: '/weights' },
        relation: 'equals',
        right: [Math.E ** 2, 1, Math.E ** 2].map((e) => e / (2 * Math.E ** 2 + 1)),
      },
      {
        says: 'Smaller scores leave the weights more even: more entropy.',
        left: { request: 'scaled', pointer: '/stats/entropy' },
        relation: 'is greater than',
        right: { request: 'unscaled', pointer: '/stats/entropy' },
      },
    ],
  },
  {
    name: 'sat-on-the-mat',
    title: 'What “sat” looks at, in three steps',
    lookAt:
      'Follow one line of the worked steps. First the score: the query of “sat” times the key of the other word, here the cosine of two word vectors. Then the scaled score: divided by the temperature 0.1. Then the weight: e to the scaled score, divided by the sum over all words. The mat gets the most light, the articles little. The second request has temperature 1: the same scores and the same order, but the light is spread nearly evenly.',
    requests: [
      text('sharp', { text: MAT, focus: 'sat', ...meaning }),
      text('even', { text: MAT, focus: 'sat', ...meaning, temperature: 1 }),
    ],
    comparisons: [],
  },
  {
    name: 'sleeping-cat',
    title: 'Self-attention: who is sleeping?',
    lookAt:
      'Five words stand between “cat” and “sleeping”. Attention compares the two directly, so those words are not in the way: look at the row of “sleeping”, and find the cat in it.',
    requests: [text('sleeping', { text: SLEEPING, focus: 'sleeping', ...meaning })],
    comparisons: [],
  },
  {
    name: 'hello-monde',
    title: 'Cross-attention: two languages',
    lookAt:
      'The queries come from one text, keys and values from another: each English word looks for its French partner. That needs vectors in which the two languages meet. Here it is a small word list that is shipped as an example: a French word stands where its English translation stands. No translation is computed, it is in the list; what attention does is to find it.',
    requests: [
      text('hello', {
        text: 'Hello world',
        context: 'Bonjour monde',
        focus: 'Hello',
        vectors: 'bilingual-example',
        heads: ['semantic'],
        temperature: 0.1,
      }),
    ],
    comparisons: [],
  },
  {
    name: 'encoder',
    title: 'Reading in both directions, as BERT does',
    lookAt:
      'Every word sees every other word, those before it and those after it: both halves of the picture, above and below the diagonal, have light in them. A model that has the whole text before it, as for search, reads like this.',
    requests: [text('both_directions', { text: MAT, preset: 'encoder', ...meaning })],
    comparisons: [],
  },
  {
    name: 'decoder',
    title: 'Reading from left to right, as GPT does',
    lookAt:
      'A word sees only what came before it: all weights above the diagonal are exactly 0. A model that writes the next word, in a conversation or in a line of code, has to read like this, as the rest is not there yet. Words do not look at themselves here, so the first word sees nothing, and its row is 0.',
    requests: [
      text('sentence', { text: MAT, preset: 'decoder', ...meaning }),
      text('code', { text: 'const total = price + tax', preset: 'decoder', ...meaning }),
    ],
    comparisons: [],
  },
  {
    name: 'cross',
    title: 'One text looks at another',
    lookAt:
      'A question looks at a sentence. Rows are the words that ask, columns the words that may answer; the two texts have different lengths, so the picture need not be square, and there is no diagonal.',
    requests: [
      text('question', {
        text: 'Where is the cat ?',
        context: MAT,
        preset: 'cross',
        focus: 'cat',
        heads: ['semantic'],
        temperature: 0.1,
      }),
    ],
    comparisons: [],
  },
  {
    name: 'heads-side-by-side',
    title: 'Heads that look for different things',
    lookAt:
      'One sentence, four heads, four patterns: meaning, nearness, the word just before, the same word again. In a trained model heads come to differ by learning; these are constructed, each by a rule that its name tells, so that you know what you see. Look for the diagonal of “position”, the line beside it of “previous-token”, and the two articles that find each other in “same-token”.',
    requests: [
      text('heads', {
        text: MAT,
        heads: ['semantic', 'position', 'previous-token', 'same-token'],
        temperature: 0.1,
      }),
    ],
    comparisons: [],
  },
  {
    name: 'code',
    title: 'A head that reads code',
    lookAt:
      'Four kinds of links, all found by a parser. The call of “price” in the last line looks at its function. “sum”, where it is called, looks at its import. “rate” is declared twice: inside the function it looks at the inner declaration, in the last line at the outer one, as the scope says. And brackets look at their partners.',
    requests: [text('code', { text: CODE, heads: ['syntax-code'], temperature: 0.1 })],
    comparisons: [],
  },
  {
    name: 'two-ways-of-reading',
    title: 'Two ways of reading: one by one, or all at once',
    lookAt:
      'In all three sentences the cat is sleeping, but more and more words stand between the two. A reader that goes word by word and lets its state fade (state = 0.8 · state + 0.2 · word, the plainest of recurrent models; better ones have gates and hold on for longer) still has 0.2 · 0.8² = 0.128 of the cat after 2 words, and 0.2 · 0.8¹¹ = 0.0172 after 11. For attention distance is no cost: the weight depends on how well the two words fit, and on what else there is to look at. The sequential reader takes as many steps as there are words, and each must wait for the one before; attention takes one step, though with more arithmetic in it.',
    requests: [
      text('near', { text: 'The cat is sleeping', focus: 'sleeping', ...meaning }),
      text('farther', { text: 'The cat that lives in the house is sleeping', focus: 'sleeping', ...meaning }),
      text('far', {
        text: 'The cat that lives in the big house on the hill is sleeping',
        focus: 'sleeping',
        ...meaning,
      }),
    ],
    comparisons: [],
    sequential: {
      decay: 0.8,
      words: [
        { request: 'near', from: 1, to: 3 },
        { request: 'farther', from: 1, to: 8 },
        { request: 'far', from: 1, to: 12 },
      ],
    },
  },
  mythExample(notAveraging(), {
    rows: ['like key 1', 'like key 2', 'like neither'],
    columns: ['key 1', 'key 2'],
  }),
  mythExample(largestWeightIsNotImportance(), {
    rows: ['query'],
    columns: ['key 1', 'key 2', 'key 3', 'key 4', 'key 5'],
  }),
  mythExample(moreIsNotBetter(), { rows: ['query'], columns: ['key 1', 'key 2', 'key 3'] }),
];
