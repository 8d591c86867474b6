import { describe, expect, it } from 'vitest';
import { createReferenceKernel } from '../../src/kernels/reference.ts';
import { RequestRunner } from '../../src/requests/request-runner.ts';
import { availableKernels } from '../kernels/available.ts';
import { table } from './asking.ts';
import { answerOf, jsonRequest, refusalOf } from './tensor-asking.ts';

/** A tensor of this shape that counts from 1. */
function counting(...shape: number[]) {
  const length = shape.reduce((product, dim) => product * dim, 1);
  return { shape, data: Array.from({ length }, (_, i) => i + 1) };
}
const all = ['weights', 'lse', 'scores', 'masked_scores', 'stats'];
const weightsOfTorch = { in_proj_weight: counting(6, 2), out_proj_weight: counting(2, 2), num_heads: 2 };

describe.each(availableKernels().map((kernel) => ({ name: kernel.name, kernel })))(
  'lengths of zero, $name',
  ({ kernel }) => {
    const attend = (body: object) => answerOf(jsonRequest('attention', body), kernel);

    it('are a past without keys, which is no past', () => {
      const [query, key, value] = [counting(1, 2, 3, 4), counting(1, 2, 3, 4), counting(1, 2, 3, 5)];
      const past = { past_key: { shape: [1, 2, 0, 4], data: [] }, past_value: { shape: [1, 2, 0, 5], data: [] } };
      const options = { is_causal: true, outputs: [...all, 'present'] };
      expect(attend({ query, key, value, ...past, ...options })).toEqual(attend({ query, key, value, ...options }));
    });

    it('are new keys of length 0 beside a past', () => {
      const [query, key, value] = [counting(1, 1, 2, 4), counting(1, 1, 3, 4), counting(1, 1, 3, 5)];
      const fresh = { key: { shape: [1, 1, 0, 4], data: [] }, value: { shape: [1, 1, 0, 5], data: [] } };
      const asked = { query, outputs: all };
      expect(attend({ ...asked, ...fresh, past_key: key, past_value: value })).toEqual(
        attend({ ...asked, key, value, query_offset: 3 }),
      );
    });

    it('are no keys at all: output 0, lse −∞, no weights', () => {
      const answer = attend({
        query: counting(1, 1, 2, 4),
        key: { shape: [1, 1, 0, 4], data: [] },
        value: { shape: [1, 1, 0, 3], data: [] },
        outputs: all,
        tensor_format: 'nested',
      });
      expect(answer.output).toEqual([
        [
          [
            [0, 0, 0],
            [0, 0, 0],
          ],
        ],
      ]);
      expect(answer.lse).toEqual([[['-Infinity', '-Infinity']]]);
      for (const name of ['weights', 'scores', 'masked_scores']) expect(answer[name], name).toEqual([[[[], []]]]);
      expect(answer.stats).toMatchObject({ entropy: [[[0, 0]]], max_weight: [[[0, 0]]], max_key: [[[-1, -1]]] });
    });

    it('are an empty batch and no queries, with answers of their shapes', () => {
      const none = (...shape: number[]) => ({ shape, data: [] });
      const batch = attend({ query: none(0, 2, 3, 4), key: none(0, 2, 3, 4), value: none(0, 2, 3, 4), outputs: all });
      expect(batch).toMatchObject({ output: { shape: [0, 2, 3, 4], data: [] }, weights: { shape: [0, 2, 3, 3] } });
      const queries = attend({
        query: none(1, 2, 0, 4),
        key: counting(1, 2, 3, 4),
        value: counting(1, 2, 3, 5),
        outputs: all,
      });
      expect(queries).toMatchObject({ output: { shape: [1, 2, 0, 5], data: [] }, lse: { shape: [1, 2, 0] } });
      expect(queries).toMatchObject({ stats: { per_head: { entropy: { shape: [1, 2], data: [0, 0] } } } });
    });

    it('keep the length of a past beside an empty batch', () => {
      const none = (...shape: number[]) => ({ shape, data: [] });
      const [query, past] = [none(0, 1, 2, 4), none(0, 1, 3, 4)];
      const body = { query, key: query, value: query, past_key: past, past_value: past, outputs: ['present'] };
      expect(attend(body)).toMatchObject({ output: { shape: [0, 1, 2, 4] }, present_key: { shape: [0, 1, 5, 4] } });
    });

    it('are the same in multi-head: no keys give the bias of the output projection', () => {
      const mha = (body: object) => answerOf(jsonRequest('multi-head', { ...weightsOfTorch, ...body }), kernel);
      const keys = { key: { shape: [1, 0, 2], data: [] }, value: { shape: [1, 0, 2], data: [] } };
      const bias = { out_proj_bias: [5, 7] };
      expect(mha({ query: counting(1, 2, 2), ...keys, ...bias, tensor_format: 'nested' })).toMatchObject({
        output: [
          [
            [5, 7],
            [5, 7],
          ],
        ],
        weights: [[[], []]],
      });
      const none = { shape: [0, 3, 2], data: [] };
      expect(mha({ query: none, key: none, value: none })).toMatchObject({ output: { shape: [0, 3, 2], data: [] } });
      const queries = { query: { shape: [2, 0, 2], data: [] }, key: counting(2, 3, 2), value: counting(2, 3, 2) };
      expect(mha(queries)).toMatchObject({ output: { shape: [2, 0, 2] }, weights: { shape: [2, 0, 3] } });
    });

    it('let a key that bias_k appends be the only one', () => {
      const body = {
        query: counting(1, 1, 2),
        key: { shape: [1, 0, 2], data: [] },
        value: { shape: [1, 0, 2], data: [] },
      };
      const appended = {
        bias_k: [1, 1],
        bias_v: [3, 4],
        out_proj_weight: [
          [1, 0],
          [0, 1],
        ],
        tensor_format: 'nested',
      };
      const answer = answerOf(jsonRequest('multi-head', { ...weightsOfTorch, ...body, ...appended }), kernel);
      expect(answer).toMatchObject({ output: [[[3, 4]]], weights: [[[1]]] });
    });
  },
);

describe('sizes of zero', () => {
  it('are refused where nothing could be computed: heads, and numbers of a head', () => {
    for (const shape of [
      [1, 0, 3, 4],
      [1, 2, 3, 0],
    ]) {
      const none = { shape, data: [] };
      expect(refusalOf(jsonRequest('attention', { query: none, key: none, value: none }))).toMatchObject({
        code: 'empty_tensor',
        pointer: '/query',
      });
    }
    const none = { shape: [2, 3, 0], data: [] };
    const body = { query: none, key: none, value: none, ...weightsOfTorch };
    expect(refusalOf(jsonRequest('multi-head', body))).toMatchObject({ code: 'empty_tensor', pointer: '/query' });
  });

  it('are refused for a single query matrix without a row, which asks nothing', () => {
    const body = { query: { shape: [0, 2], data: [] }, key: [[1, 2]], value: [[1]] };
    expect(refusalOf(jsonRequest('attention', body))).toMatchObject({ code: 'empty_tensor', pointer: '/query' });
  });

  it.each(['whole', 'head', 'row', 'tile'] as const)('have no steps to watch, with detail %s', (detail) => {
    for (const [shape, keys] of [
      [
        [0, 1, 2, 4],
        [0, 1, 2, 4],
      ],
      [
        [1, 1, 0, 4],
        [1, 1, 2, 4],
      ],
      [
        [1, 1, 2, 4],
        [1, 1, 0, 4],
      ],
    ]) {
      const tensor = (dims: number[]) => ({ shape: dims, data: Array(dims.reduce((a, b) => a * b)).fill(1) });
      const request = jsonRequest('attention', { query: tensor(shape), key: tensor(keys), value: tensor(keys) });
      const settings = { detail, tileRows: undefined, tileKeys: undefined, maxSteps: 100, maxStepNumbers: 1000 };
      const runner = new RequestRunner({
        kernel: createReferenceKernel(),
        limits: { maxElements: 1e6, maxBodyBytes: 2 ** 26, maxOutputBytes: 1e6 },
        vectors: table,
      });
      expect(() => runner.openRun({ request, settings, offered: [] })).toThrow(
        expect.objectContaining({ code: 'empty_tensor' }),
      );
    }
  });

  it('cannot be told from nested arrays, and the error says which form can', () => {
    const refusal = refusalOf(jsonRequest('attention', { query: [[1]], key: [], value: [] }));
    expect(refusal).toMatchObject({ code: 'empty_tensor', pointer: '/key' });
    expect(refusal.detail).toContain('"shape"');
  });

  it('do not let other sizes be beyond the limit', () => {
    const huge = { shape: [2 ** 40, 1, 0, 4], data: [] };
    const body = { query: huge, key: huge, value: huge };
    expect(refusalOf(jsonRequest('attention', body))).toMatchObject({ code: 'too_many_elements', pointer: '/query' });
  });
});
