/** Sentences that look at themselves and at each other, by the meaning of their words. */
import type { Comparison } from '../comparison.ts';
import { type LessonExample, MAT, meaning, textRequest } from './example.ts';

const at = (request: string, row: number, column: number) => ({ request, pointer: `/weights/${row}/${column}` });

/** That a token gives one token more weight than another. */
const more = (says: string, request: string, [row, column, other]: readonly [number, number, number]): Comparison => ({
  says,
  left: at(request, row, column),
  relation: 'is greater than',
  right: at(request, row, other),
});

/** The token that the focus looks at most. */
const first = (says: string, request: string, token: number): Comparison => ({
  says,
  left: { request, pointer: '/focus/looks_at/0/index' },
  relation: 'equals',
  right: token,
});

export const satOnTheMat: LessonExample = {
  name: 'sat-on-the-mat',
  title: 'What “sat” looks at, in three steps',
  lookAt:
    '“sat” compares itself with every other word, and what is most like it gets the most light: the mat. Follow one line of the worked steps. First the score: the query of “sat” times the key of the other word, here the cosine of two word vectors. Then the scaled score: divided by the temperature 0.1. Then the weight: e to the scaled score, divided by the sum over all words. After the mat comes “on”, then the cat, and the articles get least. A reader of English would give the cat more: it is who sat. Vectors of words know which words are used alike, and no grammar; a trained model learns its queries and keys to find what they do not. The second request has temperature 1: the same scores and the same order, but the light is spread nearly evenly.',
  requests: [
    textRequest('sharp', { text: MAT, focus: 'sat', ...meaning }),
    textRequest('even', { text: MAT, focus: 'sat', ...meaning, temperature: 1 }),
  ],
  comparisons: [
    first('“sat” looks most at “mat”.', 'sharp', 5),
    more('It gives “on” more than the cat,', 'sharp', [2, 3, 1]),
    more('and the cat more than “the”.', 'sharp', [2, 1, 4]),
    {
      says: 'The two articles get the same: to the vectors they are one word.',
      left: at('sharp', 2, 0),
      relation: 'equals',
      right: at('sharp', 2, 4),
    },
    { says: '“sat” gives itself nothing.', left: at('sharp', 2, 2), relation: 'equals', right: 0 },
    {
      says: 'The first step is the same at both temperatures: the score of “mat”.',
      left: { request: 'even', pointer: '/focus/heads/0/looks_at/0/score' },
      relation: 'equals',
      right: { request: 'sharp', pointer: '/focus/heads/0/looks_at/0/score' },
    },
    first('The order too: “mat” comes first.', 'even', 5),
    {
      says: 'A higher temperature spreads the light over more words.',
      left: { request: 'even', pointer: '/stats/effective_keys/2' },
      relation: 'is greater than',
      right: { request: 'sharp', pointer: '/stats/effective_keys/2' },
    },
  ],
};

export const sleepingCat: LessonExample = {
  name: 'sleeping-cat',
  title: 'Self-attention: who is sleeping?',
  lookAt:
    'Five words stand between “cat” and “sleeping”. Attention compares the two directly, so those words are not in the way: look at the row of “sleeping”, and find the cat in it. It works both ways: “cat” looks most at “sleeping”. The table has no vector for “I”, so nothing is known of it: it looks at all other words alike, and they look at it last.',
  requests: [
    textRequest('sleeping', { text: 'The cat that I saw yesterday is sleeping', focus: 'sleeping', ...meaning }),
  ],
  comparisons: [
    first('“sleeping” looks most at “cat”,', 'sleeping', 1),
    more('more than at “saw”, which comes next.', 'sleeping', [7, 1, 4]),
    {
      says: '“cat” looks most at “sleeping”.',
      left: { request: 'sleeping', pointer: '/stats/max_key/1' },
      relation: 'equals',
      right: 7,
    },
    {
      says: '“I” looks at all seven others alike.',
      left: { request: 'sleeping', pointer: '/stats/effective_keys/3' },
      relation: 'equals',
      right: 7,
    },
    {
      says: '“sleeping” looks at “I” last.',
      left: { request: 'sleeping', pointer: '/focus/looks_at/6/index' },
      relation: 'equals',
      right: 3,
    },
  ],
};

export const helloMonde: LessonExample = {
  name: 'hello-monde',
  title: 'Cross-attention: two languages',
  lookAt:
    'The queries come from one text, keys and values from another: each English word looks for its French partner. That needs vectors in which the two languages meet. Here it is a small word list that is shipped as an example: a French word stands where its English translation stands. No translation is computed, it is in the list; what attention does is to find it.',
  requests: [
    textRequest('hello', {
      text: 'Hello world',
      context: 'Bonjour monde',
      focus: 'Hello',
      vectors: 'bilingual-example',
      heads: ['semantic'],
      temperature: 0.1,
    }),
  ],
  comparisons: [
    {
      says: '“Hello” and “Bonjour” stand at one place: their cosine is 1.',
      left: { request: 'hello', pointer: '/focus/heads/0/looks_at/0/score' },
      relation: 'equals',
      right: 1,
    },
    more('“Hello” looks at “Bonjour” more than at “monde”.', 'hello', [0, 0, 1]),
    more('“world” looks at “monde” more than at “Bonjour”.', 'hello', [1, 1, 0]),
  ],
};

export const encoder: LessonExample = {
  name: 'encoder',
  title: 'Reading in both directions, as BERT does',
  lookAt:
    'Every word sees every other word, those before it and those after it: both halves of the picture, above and below the diagonal, have light in them. A model that has the whole text before it, as for search, reads like this. “sat” finds its mat although the mat comes later.',
  requests: [textRequest('both_directions', { text: MAT, preset: 'encoder', ...meaning })],
  comparisons: [
    {
      says: '“sat” looks most at “mat”, which comes after it.',
      left: { request: 'both_directions', pointer: '/stats/max_key/2' },
      relation: 'equals',
      right: 5,
    },
    {
      says: '“mat” looks most at “sat”, which comes before it.',
      left: { request: 'both_directions', pointer: '/stats/max_key/5' },
      relation: 'equals',
      right: 2,
    },
  ],
};

export const decoder: LessonExample = {
  name: 'decoder',
  title: 'Reading from left to right, as GPT does',
  lookAt:
    'A word sees only what came before it: all weights above the diagonal are exactly 0. A model that writes the next word, in a conversation or in a line of code, has to read like this, as the rest is not there yet. Words do not look at themselves here, so the first word sees nothing, and its row is 0; the second has one word to look at, and gives it all. “sat” cannot see the mat that is to come, and looks at the cat.',
  requests: [
    textRequest('sentence', { text: MAT, preset: 'decoder', ...meaning }),
    textRequest('code', { text: 'const total = price + tax', preset: 'decoder', ...meaning }),
  ],
  comparisons: [
    {
      says: 'The first word sees nothing.',
      left: { request: 'sentence', pointer: '/weights/0' },
      relation: 'equals',
      right: [0, 0, 0, 0, 0, 0],
    },
    {
      says: 'The second sees the first.',
      left: { request: 'sentence', pointer: '/weights/1' },
      relation: 'equals',
      right: [1, 0, 0, 0, 0, 0],
    },
    { says: '“sat” sees no mat,', left: at('sentence', 2, 5), relation: 'equals', right: 0 },
    {
      says: 'and looks most at the cat.',
      left: { request: 'sentence', pointer: '/stats/max_key/2' },
      relation: 'equals',
      right: 1,
    },
    {
      says: 'In the line of code “tax” looks most at “price”.',
      left: { request: 'code', pointer: '/stats/max_key/5' },
      relation: 'equals',
      right: 3,
    },
  ],
};

export const cross: LessonExample = {
  name: 'cross',
  title: 'One text looks at another',
  lookAt:
    'A question looks at a sentence. Rows are the words that ask, columns the words that may answer; the two texts have different lengths, so the picture need not be square, and there is no diagonal. “cat” finds the cat.',
  requests: [
    textRequest('question', {
      text: 'Where is the cat ?',
      context: MAT,
      preset: 'cross',
      focus: 'cat',
      heads: ['semantic'],
      temperature: 0.1,
    }),
  ],
  comparisons: [
    first('“cat” looks most at the cat of the other text.', 'question', 1),
    {
      says: 'The picture is 5 words high and 6 wide.',
      left: { request: 'question', pointer: '/meta/shape' },
      relation: 'equals',
      right: [1, 5, 6],
    },
  ],
};
