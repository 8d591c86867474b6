/** Examples of POST /attention, the lesson first. */
import { library } from '../../../text/examples/library.ts';
import type { Example } from './example.ts';

const identity = [
  [1, 0],
  [0, 1],
];
const ROOT_HALF = Math.SQRT1_2;
const REQUEST_ID = '313e715e-880b-4646-af8e-b75370c27713';

export const attentionExamples: readonly Example[] = [
  {
    name: 'lesson',
    summary: 'The lesson: one query over three keys, not scaled, with its weights',
    request: { ...library, scale: 1, need_weights: true },
    status: 200,
    answer: {
      output: [7.088037, 14.176074, 21.26411],
      weights: [0.46831053, 0.06337894, 0.46831053],
      meta: { kernel: 'wasm', scale: 1, shape: [1, 1, 1, 3] },
    },
  },
  {
    name: 'causal',
    summary: 'Two heads, causal, with weights and log-sum-exp',
    request: {
      query: [
        identity,
        [
          [1, 1],
          [1, -1],
        ],
      ],
      key: [
        identity,
        [
          [0, 2],
          [2, 0],
        ],
      ],
      value: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
      is_causal: true,
      outputs: ['weights', 'lse'],
    },
    status: 200,
    answer: {
      output: [
        [
          [1, 2],
          [2.339523, 3.339523],
        ],
        [
          [5, 6],
          [6.888386, 7.888386],
        ],
      ],
      weights: [
        [
          [1, 0],
          [0.33023846, 0.66976154],
        ],
        [
          [1, 0],
          [0.055807218, 0.94419277],
        ],
      ],
      lse: [
        [0.70710677, 1.1079403],
        // biome-ignore lint/suspicious/noApproximativeNumericConstant: √2 as float32 answers it
        [1.4142135, 1.4716384],
      ],
      meta: { kernel: 'wasm', scale: ROOT_HALF, shape: [1, 2, 2, 2] },
    },
  },
  {
    name: 'labels',
    summary: 'Names for rows and columns, and a row to look at; Accept: image/svg+xml draws it',
    request: {
      query: identity,
      key: identity,
      value: [[1], [2]],
      scale: 0,
      query_labels: ['Hello', 'world'],
      key_labels: ['Bonjour', 'monde'],
      focus: 'world',
    },
    status: 200,
    answer: {
      output: [[1.5], [1.5]],
      query_labels: ['Hello', 'world'],
      key_labels: ['Bonjour', 'monde'],
      focus: { text: 'world', index: 1 },
      meta: { kernel: 'wasm', scale: 0, shape: [1, 1, 2, 1] },
    },
  },
  {
    name: 'mask',
    summary: 'A boolean mask (true = may attend), with statistics',
    request: {
      query: identity,
      key: [...identity, [1, 1]],
      value: [[1], [2], [4]],
      attn_mask: [
        [true, true, false],
        [true, false, true],
      ],
      outputs: ['stats'],
    },
    status: 200,
    answer: {
      output: [[1.3302385], [3.0092847]],
      stats: {
        entropy: [0.6343474, 0.6343474],
        max_weight: [0.66976154, 0.66976154],
        max_key: [0, 2],
        effective_keys: [1.8857911, 1.8857911],
        mean_distance: [0.33023846, 1],
        per_head: { entropy: 0.6343474, max_weight: 0.66976154, effective_keys: 1.8857911, mean_distance: 0.66511923 },
      },
      meta: { kernel: 'wasm', scale: ROOT_HALF, shape: [1, 1, 2, 1] },
    },
  },
  {
    name: 'base64',
    summary: 'Tensors as shape and data, in base64 or flat',
    request: {
      query: { shape: [1, 2], dtype: 'float16', data: 'ADwAAA==' },
      key: { shape: [2, 2], dtype: 'float16', data: 'ADwAAAAAADw=' },
      value: { shape: [2, 2], data: [1, 2, 3, 4] },
      scale: 1,
      tensor_format: 'flat',
    },
    status: 200,
    answer: {
      output: { shape: [1, 2], dtype: 'float32', data: [1.5378828, 2.5378828] },
      meta: { kernel: 'wasm', scale: 1, shape: [1, 1, 1, 2] },
    },
  },
  {
    name: 'wrong_shape',
    summary: 'Shapes that do not fit are 422, with the field that is wrong',
    request: { query: [[1, 0, 1]], key: identity, value: [[1], [2]] },
    status: 422,
    answer: {
      type: '/docs/errors#shape_mismatch',
      title: 'The shapes of two tensors do not fit together.',
      status: 422,
      detail: 'key has head_dim 2, but query has 3',
      instance: REQUEST_ID,
      code: 'shape_mismatch',
      pointer: '/key',
    },
  },
];
