import { describe, expect, it } from 'vitest';
import { type Entry, entryOf } from '../../../src/ask/tensors/entry.ts';
import { guessed } from '../../../src/ask/tensors/guess.ts';
import { inOrder, takenIn } from '../../../src/ask/tensors/taken-in.ts';

const of = (name: string, shape: number[] = [2, 3, 4], dtype = 'float32') => ({ name, dtype, shape });
const entry = (name: string, role?: string, shape?: number[]): Entry => ({
  ...entryOf({ ...of(name, shape), values: new Float32Array(24) }, role),
});

describe('what a tensor is', () => {
  it.each([
    [
      ['q', 'k', 'v'],
      ['query', 'key', 'value'],
    ],
    [
      ['value', 'query', 'key'],
      ['value', 'query', 'key'],
    ],
    [
      ['arr_0', 'arr_1', 'arr_2', 'arr_3'],
      ['query', 'key', 'value', 'attn_mask'],
    ],
    [
      ['model.layers.0.self_attn.q_proj', 'model.layers.0.self_attn.k_proj'],
      ['query', 'key'],
    ],
    [
      ['Q.npy', 'K.npy', 'mask.npy'],
      ['query', 'key', 'attn_mask'],
    ],
    [
      ['past_key', 'v_cache', 'sinks', 'alibi_slopes'],
      ['past_key', 'past_value', 'sinks', 'alibi_slopes'],
    ],
  ])('is told by its name: %j', (names, roles) => {
    expect(guessed(names.map((name) => of(name)))).toEqual(roles);
  });

  it('is told by its place where it has no name', () => {
    expect(guessed([of(''), of(''), of(''), of('')])).toEqual(['query', 'key', 'value', undefined]);
  });

  it('is a mask where it is of booleans, or as queries by keys', () => {
    expect(guessed([of('q', [3, 4]), of('k', [5, 4]), of('v', [5, 4]), of('', [3, 5])])).toEqual([
      'query',
      'key',
      'value',
      'attn_mask',
    ]);
    expect(guessed([of('allowed', [3, 3], 'bool')])).toEqual(['attn_mask']);
  });

  it('is not known where its name means something else', () => {
    expect(guessed([of('output'), of('weights'), of('scale', [])])).toEqual([undefined, undefined, undefined]);
  });

  it('is nothing that another is already', () => {
    expect(guessed([of('q'), of('query')])).toEqual(['query', undefined]);
  });
});

describe('a file that is opened', () => {
  const before = [entry('a', 'query'), entry('b', 'key'), entry('c', 'value')];
  const roles = (entries: readonly Entry[]) => entries.map(({ name, role }) => [name, role]);

  it('is another request where it has two of query, key and value', () => {
    expect(roles(takenIn(before, [entry('q'), entry('k')]))).toEqual([
      ['q', 'query'],
      ['k', 'key'],
    ]);
  });

  it('takes the place of the one that it is called as', () => {
    expect(roles(inOrder(takenIn(before, [entry('query.npy')])))).toEqual([
      ['query.npy', 'query'],
      ['b', 'key'],
      ['c', 'value'],
    ]);
  });

  it('takes no other’s place by its shape alone', () => {
    expect(roles(takenIn(before, [entry('x')])).at(-1)).toEqual(['x', undefined]);
    expect(roles(takenIn(before.slice(0, 2), [entry('x')])).at(-1)).toEqual(['x', 'value']);
  });
});
