import type { LessonExample } from './example.ts';

/** The query, the keys and the values of the lesson. */
export const library = {
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
};
const body = {
  ...library,
  query_labels: ['query'],
  key_labels: ['book 1', 'book 2', 'book 3'],
  outputs: ['scores', 'weights', 'stats'],
};

export const librarySearch: LessonExample = {
  name: 'library-search',
  title: 'A search in a library of three books',
  lookAt:
    'One query is compared with the keys of three books, and what comes back is a blend of their values. Without scaling the scores are 2, 0 and 2: books 1 and 3 fit equally well, so each gets the weight e²/(2e² + 1) = 0.4683, and book 2, which has nothing in common with the query, still gets 0.0634. With the usual scale, 1/√3, the same scores are smaller and the weights closer together.',
  requests: [
    { name: 'unscaled', route: '/attention', body: { ...body, scale: 1 } },
    { name: 'scaled', route: '/attention', body },
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
      says: 'What comes back is a blend of the values: e²·(10 + 5) + 1·1 for the first number, divided by the same sum.',
      left: { request: 'unscaled', pointer: '/output/0' },
      relation: 'equals',
      right: (Math.E ** 2 * 15 + 1) / (2 * Math.E ** 2 + 1),
    },
    {
      says: 'Smaller scores leave the weights more even: more entropy.',
      left: { request: 'scaled', pointer: '/stats/entropy' },
      relation: 'is greater than',
      right: { request: 'unscaled', pointer: '/stats/entropy' },
    },
  ],
};
