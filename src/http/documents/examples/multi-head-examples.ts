/** Examples of POST /attention/multi-head. */
import type { Example } from './example.ts';

const identity = [
  [1, 0],
  [0, 1],
];
const ROOT_HALF = Math.SQRT1_2;

export const multiHeadExamples: readonly Example[] = [
  {
    name: 'one_head',
    summary: 'One head; the values are doubled, the output is shifted',
    request: {
      query: identity,
      key: identity,
      value: identity,
      num_heads: 1,
      in_proj_weight: [...identity, ...identity, [2, 0], [0, 2]],
      out_proj_weight: identity,
      out_proj_bias: [0.5, -0.5],
    },
    status: 200,
    answer: {
      output: [
        [1.8395231, 0.16047692],
        [1.1604769, 0.8395231],
      ],
      weights: [
        [0.66976154, 0.33023846],
        [0.33023846, 0.66976154],
      ],
      meta: { kernel: 'wasm', scale: ROOT_HALF, shape: [1, 1, 2, 2] },
    },
  },
  {
    name: 'padding',
    summary: 'Two heads, a padded key (true = ignore), the weights of each head',
    request: {
      query: identity,
      key: [...identity, [1, 1]],
      value: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      num_heads: 2,
      q_proj_weight: identity,
      k_proj_weight: identity,
      v_proj_weight: identity,
      out_proj_weight: identity,
      key_padding_mask: [false, false, true],
      average_attn_weights: false,
    },
    status: 200,
    answer: {
      output: [
        [1.5378828, 3],
        [2, 3.4621172],
      ],
      weights: [
        [
          [0.7310586, 0.26894143, 0],
          [0.5, 0.5, 0],
        ],
        [
          [0.5, 0.5, 0],
          [0.26894143, 0.7310586, 0],
        ],
      ],
      meta: { kernel: 'wasm', scale: 1, shape: [1, 2, 2, 1] },
    },
  },
];
