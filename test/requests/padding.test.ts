import { describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../src/codec/safetensors.ts';
import type { TensorsRequest } from '../../src/requests/request.ts';
import { randomNumbers } from '../attention/problems.ts';
import { availableKernels } from '../kernels/available.ts';
import { answerOf, jsonRequest, refusalOf } from './tensor-asking.ts';

const shapes = { query: [2, 2, 3, 4], key: [2, 1, 5, 4], value: [2, 1, 5, 4] };
type Name = keyof typeof shapes;

/** A request whose rows from these lengths on hold `garbage`. */
function request(
  garbage: number,
  options: Record<string, unknown>,
  lengths: Record<Name, readonly number[]>,
): TensorsRequest {
  const tensors = (['query', 'key', 'value'] as const).map((name, seed) => {
    const shape = shapes[name];
    const [batch, heads, rows, dim] = shape;
    const data = randomNumbers(seed + 1, batch * heads * rows * dim);
    for (let i = 0; i < data.length; i++) {
      const row = Math.floor(i / dim) % rows;
      if (row >= lengths[name][Math.floor(i / (heads * rows * dim))]) data[i] = garbage;
    }
    return { name, tensor: { dtype: 'float32', shape, data } as const };
  });
  const metadata = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, JSON.stringify(value)]));
  return {
    kind: 'attention',
    body: writeSafetensors(tensors, metadata),
    contentType: 'application/vnd.safetensors',
    accept: undefined,
  };
}

const options = {
  key_lengths: [2, 4],
  query_lengths: [3, 1],
  outputs: ['weights', 'lse', 'scores', 'masked_scores', 'stats'],
};
const lengths = { query: [3, 1], key: [2, 4], value: [2, 4] };
const garbages = [Number.NaN, Number.POSITIVE_INFINITY, 3e38, -3e38];

describe.each(availableKernels().map((kernel) => ({ name: kernel.name, kernel })))('padding, $name', ({ kernel }) => {
  it.each(garbages)('may hold %d: it is never looked at and never reaches an answer', (garbage) => {
    const clean = answerOf(request(0, options, lengths), kernel);
    expect(answerOf(request(garbage, options, lengths), kernel)).toEqual(clean);
  });

  it('may hold anything beside rotary embeddings, and in float64', () => {
    for (const more of [{ rotary: { base: 100, dim: 4 } }, { precision: 'float64' }]) {
      const asked = { ...options, ...more };
      const clean = answerOf(request(0, asked, lengths), kernel);
      for (const garbage of garbages) expect(answerOf(request(garbage, asked, lengths), kernel)).toEqual(clean);
    }
  });

  it('shows in nothing but the present that asks for it, as zeros where it is no number', () => {
    const asked = { key_lengths: [2, 4], outputs: ['present'] };
    const whole = { ...lengths, query: [3, 3] };
    const turned = { ...asked, rotary: { base: 100, dim: 4 } };
    expect(answerOf(request(3e38, turned, whole), kernel)).toHaveProperty('present_key');
    expect(answerOf(request(Number.NaN, asked, whole), kernel)).toEqual(answerOf(request(0, asked, whole), kernel));
  });
});

describe('a number that is read', () => {
  it('must be finite, and the error points at the first that is not', () => {
    const longer = { ...lengths, key: [2, 3] };
    expect(refusalOf(request(Number.NaN, options, longer))).toMatchObject({
      code: 'not_finite',
      pointer: '/key/1/0/3/0',
    });
    const { key_lengths, query_lengths, ...none } = options;
    expect(refusalOf(request(Number.NaN, none, lengths))).toMatchObject({
      code: 'not_finite',
      pointer: '/query/1/0/1/0',
    });
    expect(refusalOf(request(Number.NaN, { ...none, query_lengths }, lengths))).toMatchObject({
      pointer: '/key/0/0/2/0',
    });
  });
});

/** Keys from 2 and 4 on are not read, nor are queries from 3 and 1 on. */
const isRead = (b: number, i: number, j: number) => j < lengths.key[b] && i < lengths.query[b];
const maskShapes: [string, number[], (index: number[]) => boolean][] = [
  ['[Lq, Lk]', [3, 5], ([i, j]) => isRead(0, i, j) || isRead(1, i, j)],
  ['[B, 1, 1, Lk]', [2, 1, 1, 5], ([b, , , j]) => isRead(b, 0, j)],
  ['[B, 1, Lq, 1]', [2, 1, 3, 1], ([b, , i]) => isRead(b, i, 0)],
  ['[B, H, Lq, Lk]', [2, 2, 3, 5], ([b, , i, j]) => isRead(b, i, j)],
];

/** A mask that is `garbage` where it is not read, and otherwise what `entry` says of its index. */
function maskOf(
  shape: number[],
  read: (index: number[]) => boolean,
  garbage: number,
  entry = (i: number) => (i % 3) - 1,
) {
  const data = Float32Array.from({ length: shape.reduce((count, dim) => count * dim) }, (_, i) => {
    const index = shape.map((dim, axis) => Math.floor(i / shape.slice(axis + 1).reduce((n, d) => n * d, 1)) % dim);
    return read(index) ? entry(i) : garbage;
  });
  return { shape, data };
}

function masked(
  mask: { shape: number[]; data: Float32Array },
  as: 'safetensors' | 'base64' | 'list',
  more: object = {},
): TensorsRequest {
  const asked = { ...options, tensor_format: 'nested', ...more };
  const tensors = (['query', 'key', 'value'] as const).map((name, seed) => {
    const shape = shapes[name];
    const data = randomNumbers(
      seed + 1,
      shape.reduce((count, dim) => count * dim),
    );
    return { name, tensor: { dtype: 'float32', shape, data } as const };
  });
  if (as === 'safetensors') {
    const metadata = Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, JSON.stringify(value)]));
    const all = [...tensors, { name: 'attn_mask', tensor: { dtype: 'float32', ...mask } as const }];
    const body = writeSafetensors(all, metadata);
    return { kind: 'attention', body, contentType: 'application/vnd.safetensors', accept: undefined };
  }
  const others = tensors.map(({ name, tensor: { shape, data } }) => [name, { shape, data: [...data] }]);
  const data =
    as === 'list'
      ? [...mask.data].map((x) => (x === Number.NEGATIVE_INFINITY ? '-Infinity' : x))
      : Buffer.from(mask.data.buffer).toString('base64');
  return jsonRequest('attention', {
    ...Object.fromEntries(others),
    attn_mask: { shape: mask.shape, dtype: 'float32', data },
    ...asked,
  });
}

describe.each(availableKernels().map((kernel) => ({ name: kernel.name, kernel })))(
  'a mask of padding, $name',
  ({ kernel }) => {
    it.each(maskShapes)('%s may hold anything where it is not read', (_name, shape, read) => {
      const clean = answerOf(masked(maskOf(shape, read, 0), 'safetensors'), kernel);
      for (const garbage of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38, -3.4e38]) {
        for (const as of ['safetensors', 'base64'] as const) {
          expect(answerOf(masked(maskOf(shape, read, garbage), as), kernel), `${garbage} ${as}`).toEqual({ ...clean });
        }
      }
      expect(answerOf(masked(maskOf(shape, read, Number.NEGATIVE_INFINITY), 'list'), kernel)).toEqual(clean);
    });
  },
);

describe('a mask of padding', () => {
  it.each(maskShapes)('%s must be one where it is read, and the error points there', (_name, shape, read) => {
    const mask = maskOf(shape, read, Number.NaN);
    const at = mask.data.findLastIndex((entry) => !Number.isNaN(entry));
    mask.data[at] = Number.POSITIVE_INFINITY;
    const index = shape.map((dim, axis) => Math.floor(at / shape.slice(axis + 1).reduce((n, d) => n * d, 1)) % dim);
    const fault = { code: 'not_finite', pointer: `/attn_mask/${index.join('/')}` };
    expect(refusalOf(masked(mask, 'safetensors'))).toMatchObject(fault);
    expect(refusalOf(masked(mask, 'safetensors', { query_lengths: undefined, key_lengths: undefined })).code).toBe(
      'not_finite',
    );
  });

  it('is taken for booleans, or not, by what is read of it', () => {
    const bits = (garbage: number) => maskOf([3, 5], maskShapes[0][2], garbage, (i) => i % 2);
    const said = { attn_mask_type: 'boolean' };
    expect(answerOf(masked(bits(7), 'list', said))).toEqual(answerOf(masked(bits(0), 'list', said)));
    expect(refusalOf(masked(bits(7), 'list')).code).toBe('ambiguous_mask');
    const ones = maskOf([3, 5], maskShapes[0][2], 0, () => 1);
    expect(answerOf(masked(ones, 'list'))).toHaveProperty('output');
  });

  it('of bytes must be of booleans only where it is read', () => {
    const bytes = (...data: number[]) => ({ shape: [5], dtype: 'bool', data: Buffer.from(data).toString('base64') });
    const answer = (mask: object) =>
      answerOf(
        masked(
          maskOf([5], () => true, 0),
          'list',
          { attn_mask: mask },
        ),
      );
    expect(answer(bytes(1, 0, 1, 1, 255))).toEqual(answer(bytes(1, 0, 1, 1, 0)));
    expect(() => answer(bytes(1, 0, 1, 255, 0))).toThrow('element 3');
  });
});
