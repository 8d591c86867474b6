/** Examples of POST /attention/diagnose. */
import type { Example } from './example.ts';

const identity = [
  [1, 0],
  [0, 1],
];

export const diagnoseExamples: readonly Example[] = [
  {
    name: 'scale_missing',
    summary: 'What code gives that does not scale the scores: e¹ and e⁰ over their sum',
    request: {
      query: identity,
      key: identity,
      value: [
        [1, 2],
        [3, 4],
      ],
      expected_output: [
        [1.53788284, 2.53788284],
        [2.46211716, 3.46211716],
      ],
    },
    status: 200,
    answer: {
      verdict: 'different',
      summary: 'Different: 100 % of the numbers are beyond the tolerance (all). Cause: scale_missing.',
      rounding: null,
      tolerance: { dtype: 'float32', rtol: 1.3e-6, atol: 1e-5 },
      errors: {
        output: {
          compared: 4,
          beyond_tolerance: 1,
          max_absolute: 0.122594,
          mean_absolute: 0.122594,
          max_relative: 0.0738307,
          mean_relative: 0.0522554,
          root_mean_square: 0.122594,
          correlation: 0.988843,
          cosine: { min: 0.999913, mean: 0.999944 },
          nan: 0,
          infinite: 0,
        },
      },
      where: {
        pattern: 'all',
        kind: 'all',
        worst: [
          { index: [0, 0, 0, 0], expected: 1.5378828048706055, right: 1.6604769013466862 },
          { index: [0, 0, 0, 1], expected: 2.5378828048706055, right: 2.6604769013466862 },
          { index: [0, 0, 1, 0], expected: 2.4621171951293945, right: 2.3395230986533138 },
          { index: [0, 0, 1, 1], expected: 3.4621171951293945, right: 3.3395230986533138 },
        ],
        by_batch: [{ from: 0, to: 1, root_mean_square: 0.122594, max_absolute: 0.122594, beyond_tolerance: 1 }],
        by_head: [{ from: 0, to: 1, root_mean_square: 0.122594, max_absolute: 0.122594, beyond_tolerance: 1 }],
        by_rows: [
          { from: 0, to: 1, root_mean_square: 0.122594, max_absolute: 0.122594, beyond_tolerance: 1 },
          { from: 1, to: 2, root_mean_square: 0.122594, max_absolute: 0.122594, beyond_tolerance: 1 },
        ],
        by_columns: [
          { from: 0, to: 1, root_mean_square: 0.122594, max_absolute: 0.122594, beyond_tolerance: 1 },
          { from: 1, to: 2, root_mean_square: 0.122594, max_absolute: 0.122594, beyond_tolerance: 1 },
        ],
        map: [[0.122594, 0.122594]],
      },
      causes: [
        {
          names: ['scale_missing'],
          sentence: 'Your code does not scale the scores: query·key goes into the softmax as it is.',
          advice: 'Multiply query·key by the scale, 1/√head_dim by default.',
          remaining: { root_mean_square: 3.78694e-8, ratio: 3.08901e-7 },
          request: { scale: 1 },
          same_as: [],
        },
      ],
      closest: [],
      partly: null,
      meta: {
        kernel: 'wasm',
        reference: 'float64',
        rows: 2,
        rows_sampled: 2,
        rows_confirmed: 2,
        tried: 67,
        is_search_complete: true,
        shape: [2, 2],
      },
    },
  },
];
