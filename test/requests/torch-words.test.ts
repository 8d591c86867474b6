import { describe, expect, it } from 'vitest';
import { availableKernels } from '../kernels/available.ts';
import { answerOf, jsonRequest, refusalOf } from './tensor-asking.ts';

const query = [
  [
    [
      [1, 0],
      [0.5, 2],
    ],
  ],
];
const keys = [
  [
    [
      [1, 0],
      [0, 1],
      [2, 1],
    ],
  ],
  [
    [
      [0, 1],
      [1, 1],
      [-1, 0],
    ],
  ],
];
const values = [[[[1], [2], [3]]], [[[4], [5], [6]]]];
const attention = (body: object) => jsonRequest('attention', body);
const lesson = {
  query: [
    [1, 0],
    [0, 1],
  ],
  key: [
    [1, 0],
    [0, 1],
  ],
  value: [[1], [2]],
};
const everything = ['weights', 'lse', 'scores', 'masked_scores', 'stats', 'present'];

describe.each(availableKernels().map((kernel) => ({ name: kernel.name, kernel })))(
  "PyTorch's words, $name",
  ({ kernel }) => {
    const answer = (body: object) => answerOf(attention(body), kernel);

    it('repeat a batch of 1, of the query as of key and value', () => {
      const options = { outputs: everything, is_causal: true, query_offset: [1, 0], alibi_slopes: [0.5] };
      const spread = { query: [query[0], query[0]], key: keys, value: values, ...options };
      expect(answer({ ...spread, query })).toEqual(answer(spread));
      const shared = {
        query: [
          query[0],
          [
            [
              [2, 1],
              [0, 1],
            ],
          ],
        ],
        ...options,
      };
      const both = { key: [keys[0], keys[0]], value: [values[0], values[0]] };
      expect(answer({ ...shared, key: [keys[0]], value: [values[0]] })).toEqual(answer({ ...shared, ...both }));
    });

    it('repeat it beside rotary embeddings, a past and lengths', () => {
      const rotary = {
        base: 10,
        dim: 2,
        positions: {
          query: [
            [0, 1],
            [5, 6],
          ],
          key: [
            [0, 1, 2],
            [3, 4, 5],
          ],
        },
      };
      const past = { past_key: [[[[1, 1]]], [[[0, 2]]]], past_value: [[[[7]]], [[[8]]]] };
      for (const options of [{ rotary }, past, { key_lengths: [1, 3] }, { rotary, ...past, key_lengths: [4, 2] }]) {
        const one = { query, key: [keys[0]], value: [values[0]], outputs: everything, ...options };
        const two = { ...one, query: [query[0], query[0]], key: [keys[0], keys[0]], value: [values[0], values[0]] };
        const repeated =
          'past_key' in options || 'key_lengths' in options
            ? { ...one, query: two.query }
            : { ...one, key: keys, value: values };
        const spread = 'past_key' in options || 'key_lengths' in options ? two : { ...two, key: keys, value: values };
        expect(answer(repeated), Object.keys(options).join()).toEqual(answer(spread));
      }
    });

    it('give each batch entry slopes of its own', () => {
      const slopes = [[0.5], [0.25]];
      const { weights } = answer({
        query: [query[0], query[0]],
        key: keys,
        value: values,
        alibi_slopes: slopes,
        outputs: ['weights'],
      });
      for (const [entry, alibi_slopes] of slopes.entries()) {
        const alone = answer({ query, key: [keys[entry]], value: [values[entry]], alibi_slopes, outputs: ['weights'] });
        expect(weights).toMatchObject({ [entry]: (alone.weights as unknown[])[0] as object });
      }
    });
  },
);

describe('words of other libraries', () => {
  const output = (body: object) => answerOf(attention({ ...lesson, ...body })).output;

  it('may be null, which is None: not given', () => {
    const nothing = Object.fromEntries(
      [
        'attn_mask',
        'attn_mask_type',
        'past_key',
        'past_value',
        'sinks',
        'scale',
        'softcap',
        'is_causal',
        'query_offset',
        'window',
        'alibi_slopes',
        'key_lengths',
        'query_lengths',
        'rotary',
        'outputs',
        'need_weights',
        'enable_gqa',
        'dropout_p',
        'precision',
        'tensor_format',
      ].map((name) => [name, null]),
    );
    expect(output(nothing)).toEqual(output({}));
    expect(output({ rotary: { base: 10, dim: 2, interleaved: null, positions: null } })).toEqual(
      output({ rotary: { base: 10, dim: 2 } }),
    );
    expect(refusalOf(attention({ ...lesson, value: null }))).toMatchObject({
      code: 'missing_field',
      pointer: '/value',
    });
    expect(refusalOf(attention({ ...lesson, scal: null }))).toMatchObject({ code: 'unknown_field', pointer: '/scal' });
    const typed = { window: { left: 2, rigth: null }, scale: null };
    expect(refusalOf(attention({ ...lesson, ...typed }))).toMatchObject({ pointer: '/window/rigth' });
  });

  it('are the open sides of a window', () => {
    expect(output({ window: { left: -1, right: 0 } })).toEqual(output({ is_causal: true }));
    expect(output({ window: { left: null, right: -1 } })).toEqual(output({}));
  });

  it('take enable_gqa, and hold it where it is false', () => {
    const heads = { query: [[[1, 0]], [[0, 1]]], key: [[[1, 0]]], value: [[[1]]] };
    expect(answerOf(attention({ ...heads, enable_gqa: true })).output).toEqual([[[1]], [[1]]]);
    expect(output({ enable_gqa: false })).toEqual(output({}));
    expect(refusalOf(attention({ ...heads, enable_gqa: false }))).toMatchObject({
      code: 'conflicting_options',
      pointer: '/enable_gqa',
    });
  });

  it.each([
    ['key_padding_mask', [[true, false]], 'key_lengths'],
    ['mask', [[0, 1]], 'attn_mask'],
    ['sm_scale', 1, 'scale'],
    ['q', [[1]], 'query'],
  ])('are answered with what serves instead: %s', (name, value, serves) => {
    const refusal = refusalOf(attention({ ...lesson, [name]: value }));
    expect(refusal).toMatchObject({ code: 'unknown_field', pointer: `/${name}` });
    expect(refusal.detail).toContain(serves);
  });

  it.each([
    [{ alibi_slopes: [[0.5], [0.25]] }, '/alibi_slopes'],
    [{ alibi_slopes: [[0.5, 0.25]] }, '/alibi_slopes'],
    [{ alibi_slopes: [0.5, 0.25] }, '/alibi_slopes'],
  ])('are refused where they do not fit: %j', (options, pointer) => {
    expect(refusalOf(attention({ ...lesson, ...options }))).toMatchObject({ code: 'shape_mismatch', pointer });
  });

  it('repeat nothing but a batch of 1', () => {
    const three = { query: [query[0], query[0], query[0]], key: keys, value: values };
    expect(refusalOf(attention(three))).toMatchObject({ code: 'shape_mismatch', pointer: '/key' });
  });
});
