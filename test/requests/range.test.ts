import { describe, expect, it } from 'vitest';
import { availableKernels } from '../kernels/available.ts';
import { answerOf, jsonRequest, refusalOf } from './tensor-asking.ts';

const FINFO_MIN = -3.4028234663852886e38;
const attention = (body: object) => jsonRequest('attention', body);

describe.each(availableKernels().map((kernel) => ({ name: kernel.name, kernel })))(
  'numbers beyond float32, $name',
  ({ kernel }) => {
    const answer = (body: object) => answerOf(attention(body), kernel);

    it.each([
      [
        'a score and a mask together',
        { query: [[1e19]], key: [[1e19], [1]], value: [[1], [2]], attn_mask: [[3.4e38, 0]], scale: 3 },
      ],
      ['a slope', { query: [[0]], key: [[0], [0]], value: [[1], [3]], alibi_slopes: [-3e38], query_offset: 10 }],
      ['scores far below', { query: [[-1e20]], key: [[1e20], [2e20]], value: [[1], [2]], scale: 1 }],
      [
        'a mask at the end of the range',
        { query: [[1e18]], key: [[1e18], [2e18]], value: [[1], [3]], attn_mask: [[-FINFO_MIN, 0]] },
      ],
    ])('on the way give the weights and statistics of float64: %s', (_name, body) => {
      // By hand: the first key is ahead by 1e37 at least, and has all the weight.
      const { output, weights, stats } = answer({ ...body, outputs: ['weights', 'stats'] });
      expect({ output, weights }).toEqual({ output: [[1]], weights: [[1, 0]] });
      expect(stats).toMatchObject({ max_weight: [1], max_key: [0], entropy: [0], effective_keys: [1] });
    });

    it.each([
      ['lse', { query: [[1e20]], key: [[1e20], [1e20]], value: [[1], [3]], scale: 1 }],
      ['scores', { query: [[1e20]], key: [[1e20], [1e20]], value: [[1], [3]], scale: 1 }],
      ['scores', { query: [[-1e20]], key: [[1e20], [0]], value: [[1], [3]], scale: 1 }],
      ['masked_scores', { query: [[1e19]], key: [[-1e19], [0]], value: [[1], [3]], scale: 3, attn_mask: [[-3e38, 0]] }],
    ])('are refused where they are asked for: %s', (name, body) => {
      expect(answer(body)).toHaveProperty('output');
      const refusal = refusalOf(attention({ ...body, outputs: [name] }), kernel);
      expect(refusal.code).toBe('overflow');
      expect(refusal.detail).toContain(name);
      expect(refusal.detail).toContain('float64');
      expect(answer({ ...body, outputs: [name], precision: 'float64' })).toHaveProperty(name);
    });

    it('come back when rotary turns them', () => {
      const turned = {
        query: [[3e38, 3e38]],
        key: [[1, 0]],
        value: [[1]],
        query_offset: 1,
        rotary: { base: 10000, dim: 2 },
      };
      expect(answer({ ...turned, outputs: ['weights'] })).toMatchObject({ output: [[1]], weights: [[1]] });
      expect(refusalOf(attention({ ...turned, outputs: ['scores'] }), kernel).code).toBe('overflow');
      const cached = { query: [[1, 0]], key: [[3e38, 3e38]], value: [[7]], past_key: [[1, 1]], past_value: [[7]] };
      const present = { ...cached, rotary: { base: 10000, dim: 2 } };
      expect(answer({ ...present, outputs: ['weights'] })).toMatchObject({ output: [[7]] });
      expect(refusalOf(attention({ ...present, outputs: ['present'] }), kernel).code).toBe('overflow');
    });

    it('are no NaN in any answer, whatever hides what', () => {
      const numbers = [1e19, -1e19, 3e38, -3e38, 0, 1, FINFO_MIN, -FINFO_MIN];
      for (const mask of numbers) {
        for (const size of [1, 1e10, 1e19]) {
          const body = {
            query: [[size], [-size]],
            key: [[size], [1]],
            value: [[3e38], [-3e38]],
            is_causal: true,
            attn_mask: [[mask, -mask]],
          };
          const text = JSON.stringify(answer({ ...body, outputs: ['weights', 'stats'] }));
          expect(text, `${mask} ${size}`).not.toMatch(/NaN|null|Infinity/);
        }
      }
    });
  },
);

describe('numbers near the end of float64', () => {
  const wide = (body: object) => attention({ ...body, precision: 'float64' });

  it('give the answer where it is in range', () => {
    const equal = { query: [[0]], key: [[1], [1]], value: [[1.7e308], [1.7e308]] };
    expect(answerOf(wide(equal)).output).toEqual([[1.7e308]]);
    const capped = { query: [[1e308]], key: [[1e308], [-1e308]], value: [[1], [2]], softcap: 50 };
    expect(answerOf(wide(capped)).output).toEqual([[1]]);
  });

  it('are refused where a score leaves it, and not where that score is hidden', () => {
    const huge = { query: [[1e308]], key: [[1e308], [1]], value: [[1], [2]] };
    expect(refusalOf(wide(huge)).code).toBe('overflow');
    expect(refusalOf(wide({ ...huge, key: [[-1e308], [1]] })).code).toBe('overflow');
    expect(answerOf(wide({ ...huge, attn_mask: [[false, true]] })).output).toEqual([[2]]);
  });
});
