import { describe, expect, it } from 'vitest';
import { bodyOf, tensorOf } from '../../../src/ask/tensors/body.ts';
import { entryOf, type Loaded } from '../../../src/ask/tensors/entry.ts';
import type { Role } from '../../../src/ask/tensors/schema.ts';

const role = (path: string, isTensor = true): Role => ({ path, description: '', isRequired: false, isTensor });
const roles = [role('query'), role('attn_mask'), role('key_lengths', false), role('rotary.positions', false)];
const of = (
  path: string | undefined,
  shape: readonly number[],
  numbers: readonly number[],
  dtype = 'float64',
): Loaded => entryOf({ name: '', dtype, shape, values: Float64Array.from(numbers) }, path);

describe('the body of a request', () => {
  it('has tensors as lists in lists, by their roles, and options beside them', () => {
    const entries = [of('query', [2, 2], [1, 0, 0, 1]), of(undefined, [1], [9])];
    expect(bodyOf(entries, { scale: 1 }, roles)).toEqual({
      query: [
        [1, 0],
        [0, 1],
      ],
      scale: 1,
    });
  });

  it('has lists of numbers as options, also inside one', () => {
    const entries = [of('key_lengths', [2], [3, 4]), of('rotary.positions', [2], [0, 1])];
    const options = { rotary: { base: 10000, dim: 2 } };
    expect(bodyOf(entries, options, roles)).toEqual({
      key_lengths: [3, 4],
      rotary: { base: 10000, dim: 2, positions: [0, 1] },
    });
  });

  it('has booleans as booleans, and −∞ as its text', () => {
    expect(bodyOf([of('attn_mask', [2], [1, 0], 'bool')], {}, roles)).toEqual({ attn_mask: [true, false] });
    expect(bodyOf([of('attn_mask', [2], [Number.NEGATIVE_INFINITY, 0])], {}, roles)).toEqual({
      attn_mask: ['-Infinity', 0],
    });
  });

  it('has no tensor whose role the service does not have', () => {
    expect(bodyOf([of('queries', [1], [1])], {}, roles)).toEqual({});
  });

  it('has what JSON has no number for as bytes, little-endian', () => {
    // RFC 4648 of 00 00 80 3f (1) and 00 00 c0 7f (NaN), as NumPy's tobytes gives them.
    const narrow = entryOf({ name: '', dtype: 'float32', shape: [2], values: Float32Array.of(1, Number.NaN) }, 'query');
    expect(tensorOf(narrow)).toEqual({ shape: [2], dtype: 'float32', data: 'AACAPwAAwH8=' });
    expect(tensorOf(of('query', [0, 4], []))).toEqual({ shape: [0, 4], dtype: 'float64', data: '' });
  });

  it('has many numbers as bytes, and many booleans a byte each', () => {
    expect(tensorOf(of('attn_mask', [5000], Array(5000).fill(1), 'bool'))).toMatchObject({
      dtype: 'bool',
      data: Buffer.alloc(5000, 1).toString('base64'),
    });
  });
});
