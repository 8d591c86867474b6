import { describe, expect, it } from 'vitest';
import { optionsIn } from '../../../src/ask/tensors/options-in.ts';
import type { Field, Kind } from '../../../src/ask/tensors/schema.ts';
import type { FileTensor, OpenedFile } from '../../../src/files/tensor.ts';

const number: Kind = { is: 'number', isInteger: false, least: 0, most: undefined, multipleOf: 0 };
const field = (path: string, kinds: readonly Kind[], fallback?: unknown): Field => ({
  name: path,
  path,
  description: '',
  kinds,
  isRequired: false,
  fallback,
});
const fields = [
  field('is_causal', [{ is: 'boolean' }, { is: 'choice', values: ['lower_right'] }], false),
  field('scale', [number]),
  field('window', [{ is: 'object', fields: [] }]),
  field('key_labels', [{ is: 'list', item: { is: 'text', most: 256 }, least: 0, most: 4096 }]),
];
const scalar = (name: string, value: number, dtype = 'float64'): FileTensor => ({
  name,
  dtype,
  shape: [],
  read: async () => Float64Array.of(value),
});
const file = (tensors: FileTensor[], texts: OpenedFile['texts'] = []): OpenedFile[] => [{ name: 'a', tensors, texts }];

describe('the options of a file', () => {
  it('are numbers and booleans without dimensions, by their names', async () => {
    const tensors = [scalar('is_causal', 1, 'bool'), scalar('scale', 0.5)];
    expect(await optionsIn(file(tensors), fields)).toEqual({ is_causal: true, scale: 0.5 });
  });

  it('are texts, also in JSON, and lists of texts', async () => {
    const texts = [
      { name: 'is_causal', shape: [], texts: ['lower_right'] },
      { name: 'window', shape: [], texts: ['{"left": 2}'] },
      { name: 'key_labels', shape: [2], texts: ['the', 'mat'] },
    ];
    expect(await optionsIn(file([], texts), fields)).toEqual({
      is_causal: 'lower_right',
      window: { left: 2 },
      key_labels: ['the', 'mat'],
    });
  });

  it('are not what the service would not take, nor what it takes anyway', async () => {
    const tensors = [scalar('is_causal', 0, 'bool'), scalar('scale', -1), scalar('epoch', 3)];
    expect(await optionsIn(file(tensors), fields)).toEqual({});
  });

  it('are no tensors, which have dimensions', async () => {
    expect(await optionsIn(file([{ ...scalar('scale', 1), shape: [1] }]), fields)).toEqual({});
  });
});
