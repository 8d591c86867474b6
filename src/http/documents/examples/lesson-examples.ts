/** Examples of GET /examples and GET /examples/{name}. */

import { exampleWire } from '../../../requests/examples/example-json.ts';
import { compareAnswers } from '../../../text/comparison.ts';
import { librarySearch } from '../../../text/examples/library.ts';
import type { Example } from './example.ts';
import { exampleList } from './example-list.ts';

/** As the request names its rows and columns, so does the answer. */
const names = { query_labels: ['query'], key_labels: ['book 1', 'book 2', 'book 3'] };

const answers = new Map(
  Object.entries({
    unscaled: {
      output: [7.088036, 14.176072, 21.264109],
      weights: [0.4683105, 0.06337893, 0.4683105],
      scores: [2, 0, 2],
      stats: {
        entropy: 0.8853816,
        max_weight: 0.4683105,
        max_key: 0,
        effective_keys: 2.4239092,
        mean_distance: 1,
        per_head: { entropy: 0.8853816, max_weight: 0.4683105, effective_keys: 2.4239092, mean_distance: 1 },
      },
      ...names,
      meta: { kernel: 'wasm', scale: 1, shape: [1, 1, 1, 3] },
    },
    scaled: {
      output: [6.6151824, 13.230365, 19.845547],
      weights: [0.4319371, 0.13612579, 0.4319371],
      scores: [1.1547005, 0, 1.1547005],
      stats: {
        entropy: 0.9966598,
        max_weight: 0.4319371,
        max_key: 0,
        effective_keys: 2.7092175,
        mean_distance: 1,
        per_head: { entropy: 0.9966598, max_weight: 0.4319371, effective_keys: 2.7092175, mean_distance: 1 },
      },
      ...names,
      meta: { kernel: 'wasm', scale: 0.5773502691896258, shape: [1, 1, 1, 3] },
    },
  }),
);

export const lessonListExample: Example = {
  name: 'list',
  summary: 'All examples',
  status: 200,
  answer: exampleList(''),
};

export const lessonExample: Example = {
  name: 'library_search',
  summary: 'A search in a library, with and without scaling',
  status: 200,
  answer: exampleWire({
    example: librarySearch,
    answer: { prefix: '' },
    bodies: answers,
    readings: [],
    compared: compareAnswers(librarySearch.comparisons, answers),
  }),
};
