import { type LessonExample, meaning, SEQUENTIAL, textRequest } from './example.ts';

const score = (request: string) => ({ request, pointer: '/focus/heads/0/looks_at/0/score' });
const most = (request: string) => ({ request, pointer: '/focus/looks_at/0/index' });
const read = (index: number, what: string) => ({ request: SEQUENTIAL, pointer: `/readings/${index}/${what}` });

export const twoWaysOfReading: LessonExample = {
  name: 'two-ways-of-reading',
  title: 'Two ways of reading: one by one, or all at once',
  lookAt:
    'In all three sentences the cat is sleeping, but more and more words stand between the two. A reader that goes word by word and lets its state fade (state = 0.8 · state + 0.2 · word, the plainest of recurrent models; better ones have gates and hold on for longer) still has 0.2 · 0.8² = 0.128 of the cat after 2 words, and 0.2 · 0.8¹¹ = 0.0172 after 11. For attention distance is no cost: the score of the two words is the same in all three sentences, and the cat comes first in each; its weight falls only because there is more else to look at. The sequential reader takes as many steps as there are words, and each must wait for the one before; attention takes one step, though with more arithmetic in it. Steps are not time: both times are measured as this answer is made, on one thread, where nothing of that one step is done side by side.',
  requests: [
    textRequest('near', { text: 'The cat is sleeping', focus: 'sleeping', ...meaning }),
    textRequest('farther', { text: 'The cat that lives in the house is sleeping', focus: 'sleeping', ...meaning }),
    textRequest('far', {
      text: 'The cat that lives in the big house on the hill is sleeping',
      focus: 'sleeping',
      ...meaning,
    }),
  ],
  comparisons: [
    { says: '“sleeping” looks most at “cat”, 2 words away,', left: most('near'), relation: 'equals', right: 1 },
    { says: '7 words away,', left: most('farther'), relation: 'equals', right: 1 },
    { says: 'and 11 words away.', left: most('far'), relation: 'equals', right: 1 },
    {
      says: 'Their score does not know the distance.',
      left: score('far'),
      relation: 'equals',
      right: score('near'),
    },
    {
      says: 'The sequential reader has 0.2 · 0.8² of the cat after 2 words,',
      left: read(0, 'sequential/reach'),
      relation: 'equals',
      right: 0.2 * 0.8 ** 2,
    },
    {
      says: 'and 0.2 · 0.8¹¹ after 11.',
      left: read(2, 'sequential/reach'),
      relation: 'equals',
      right: 0.2 * 0.8 ** 11,
    },
    {
      says: 'From afar more of the cat arrives by attention.',
      left: read(2, 'attention/reach'),
      relation: 'is greater than',
      right: read(2, 'sequential/reach'),
    },
    {
      says: '13 words are 13 steps that wait for one another,',
      left: read(2, 'sequential/dependent_steps'),
      relation: 'equals',
      right: 13,
    },
    { says: 'or one.', left: read(2, 'attention/dependent_steps'), relation: 'equals', right: 1 },
    {
      says: 'The one step has more arithmetic in it.',
      left: read(2, 'attention/multiplications'),
      relation: 'is greater than',
      right: read(2, 'sequential/multiplications'),
    },
  ],
  sequential: {
    decay: 0.8,
    words: [
      { request: 'near', from: 1, to: 3 },
      { request: 'farther', from: 1, to: 8 },
      { request: 'far', from: 1, to: 12 },
    ],
  },
};
