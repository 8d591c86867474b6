import { describe, expect, it } from 'vitest';
import { availableKernels } from '../kernels/available.ts';
import { answerOf, jsonRequest, refusalOf } from './tensor-asking.ts';

const FINFO_MIN = -3.4028234663852886e38;
const BFLOAT16_MIN = -3.3895313892515355e38;

/** Matrices that count, of any depth. */
function counting([length, ...inner]: number[], from = 1): unknown {
  const size = inner.reduce((product, dim) => product * dim, 1);
  return Array.from({ length }, (_, i) => (inner.length === 0 ? from + i : counting(inner, from + i * size)));
}
/** Two heads, three queries, three keys, a batch of two. */
const torch = {
  query: counting([2, 3, 2]),
  key: counting([2, 3, 2]),
  value: counting([2, 3, 2]),
  in_proj_weight: counting([6, 2], -3),
  out_proj_weight: [
    [1, 0],
    [0, 1],
  ],
  num_heads: 2,
  average_attn_weights: false,
};
const lesson = {
  query: [[1, 0]],
  key: [
    [1, 0],
    [0, 1],
  ],
  value: [[1], [2]],
  outputs: ['weights'],
};
const multiHead = (body: object) => jsonRequest('multi-head', { ...torch, ...body });
const attention = (body: object) => jsonRequest('attention', { ...lesson, ...body });

describe('attn_mask of multi-head', () => {
  const hide = (...shape: number[]) => {
    const mask = JSON.parse(JSON.stringify(counting(shape)), (_, x) => (typeof x === 'number' ? x % 3 === 0 : x));
    return answerOf(multiHead({ attn_mask: mask })).weights;
  };

  it('has three axes as [B·num_heads, L, S] only, and the same with four as [B, num_heads, L, S]', () => {
    // Every third number hides: the last key of each row.
    for (const shape of [
      [3, 3],
      [4, 3, 3],
      [2, 2, 3, 3],
      [2, 1, 3, 3],
      [1, 1, 3, 3],
    ]) {
      expect(hide(...shape), shape.join()).toEqual(hide(3, 3));
    }
  });

  it.each([[[2, 3, 3]], [[1, 3, 3]], [[3, 3, 3]], [[2, 2, 3]], [[1, 3]], [[3, 3, 3, 3]], [[2, 2, 2, 3]]])(
    'is refused as %j, in the words of what was sent',
    (shape) => {
      const refusal = refusalOf(multiHead({ attn_mask: counting(shape) }));
      expect(refusal).toMatchObject({ code: 'shape_mismatch', pointer: '/attn_mask' });
      expect(refusal.detail).toContain(`[${shape.join(', ')}]`);
      expect(refusal.detail).toContain(
        '[L, S] = [3, 3], [B·num_heads, L, S] = [4, 3, 3], [B, num_heads, L, S] = [2, 2, 3, 3]',
      );
    },
  );
});

describe('a mask of 0 and 1 in JSON', () => {
  it.each([
    ['/attn_mask', attention({ attn_mask: [[1, 0]] })],
    ['/attn_mask', attention({ attn_mask: { shape: [1, 2], data: [0, 1] } })],
    [
      '/attn_mask',
      multiHead({
        attn_mask: [
          [0, 0, 1],
          [0, 0, 1],
          [0, 0, 1],
        ],
      }),
    ],
    [
      '/key_padding_mask',
      multiHead({
        key_padding_mask: [
          [0, 0, 1],
          [0, 0, 1],
        ],
      }),
    ],
  ])('is ambiguous at %s, and the error says what settles it', (pointer, request) => {
    const refusal = refusalOf(request);
    expect(refusal).toMatchObject({ code: 'ambiguous_mask', pointer });
    expect(refusal.detail).toContain(`${pointer.slice(1)}_type`);
  });

  it('is what attn_mask_type and key_padding_mask_type say', () => {
    const weights = (body: object) => answerOf(attention(body)).weights;
    expect(weights({ attn_mask: [[1, 0]], attn_mask_type: 'boolean' })).toEqual(
      weights({ attn_mask: [[true, false]] }),
    );
    expect(weights({ attn_mask: [[1, 0]], attn_mask_type: 'additive' })).toEqual(weights({ attn_mask: [[2, 1]] }));
    const padded = (body: object) => answerOf(multiHead(body)).weights;
    const bits = [
      [0, 0, 1],
      [0, 1, 1],
    ];
    const truths = bits.map((row) => row.map((bit) => bit === 1));
    expect(padded({ key_padding_mask: bits, key_padding_mask_type: 'boolean' })).toEqual(
      padded({ key_padding_mask: truths }),
    );
  });

  it('is clear where there is one number only, or another', () => {
    const weights = (attn_mask: unknown) => answerOf(attention({ attn_mask })).weights;
    expect(weights([[0, 0]])).toEqual(weights([[1, 1]]));
    expect(weights([[1, 0.5]])).toEqual(weights([[0.5, 0]]));
    expect(weights([[1, '-Infinity']])).toEqual([[1, 0]]);
  });

  it('must be of the type that is said', () => {
    const mixed = refusalOf(attention({ attn_mask: [[1, 0.5]], attn_mask_type: 'boolean' }));
    expect(mixed).toMatchObject({ code: 'invalid_tensor', pointer: '/attn_mask' });
    const truths = refusalOf(attention({ attn_mask: [[true, false]], attn_mask_type: 'additive' }));
    expect(truths).toMatchObject({ code: 'conflicting_options', pointer: '/attn_mask_type' });
  });
});

describe.each(availableKernels().map((kernel) => ({ name: kernel.name, kernel })))(
  'what spells hidden, $name',
  ({ kernel }) => {
    it.each([FINFO_MIN, BFLOAT16_MIN, -3.38e38])('hides as −∞ does: %d', (hidden) => {
      for (const precision of ['float32', 'float64']) {
        const answer = (mask: unknown) =>
          answerOf(
            attention({ attn_mask: [mask], precision, outputs: ['weights', 'masked_scores', 'lse', 'stats'] }),
            kernel,
          );
        expect(answer([hidden, 0]), precision).toEqual(answer(['-Infinity', 0]));
        expect(answer([hidden, hidden]), precision).toMatchObject({
          output: [[0]],
          weights: [[0, 0]],
          lse: ['-Infinity'],
        });
      }
    });

    it('does not where it is above that', () => {
      const { weights } = answerOf(attention({ attn_mask: [[-3.37e38, -3.37e38]], precision: 'float64' }), kernel);
      expect(weights).toEqual([[0.5, 0.5]]);
    });

    it('is the sum of two masks as well, in both precisions', () => {
      const half = -1.7e38;
      for (const precision of ['float32', 'float64']) {
        const both = {
          attn_mask: Array(3).fill([half, 0, 0]),
          key_padding_mask: Array(2).fill([half, half, 0]),
          precision,
        };
        const alone = { attn_mask: Array(3).fill(['-Infinity', half, 0]), precision };
        expect(answerOf(multiHead(both), kernel), precision).toEqual(answerOf(multiHead(alone), kernel));
      }
    });

    it('is finfo.min in two masks at once', () => {
      const both = {
        attn_mask: Array(3).fill([FINFO_MIN, 0, 0]),
        key_padding_mask: Array(2).fill([FINFO_MIN, FINFO_MIN, 0]),
      };
      const alone = { attn_mask: Array(3).fill(['-Infinity', '-Infinity', 0]) };
      expect(answerOf(multiHead(both), kernel)).toEqual(answerOf(multiHead(alone), kernel));
    });
  },
);
