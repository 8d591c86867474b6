import { describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../src/codec/safetensors.ts';
import type { TensorsRequest } from '../../src/requests/request.ts';
import { randomNumbers } from '../attention/problems.ts';
import { availableKernels } from '../kernels/available.ts';
import { answerOf, refusalOf } from './tensor-asking.ts';

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
