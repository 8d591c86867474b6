import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { entryOf } from '../../../src/ask/tensors/entry.ts';
import { placeOfFault, unraveled } from '../../../src/views/tensors/places.ts';

const of = (role: string, shape: number[]) =>
  entryOf({ name: '', dtype: 'float32', shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)) }, role);
const entries = [of('query', [2, 3, 4]), of('key_lengths', [2]), of('rotary.positions', [3])];
const at = (pointer: string, detail = '') => placeOfFault({ pointer, detail }, entries);

describe('the place of a fault', () => {
  it('is a cell of a tensor', () => {
    expect(at('/query/1/2/3')).toEqual({ is: 'cell', role: 'query', index: [1, 2, 3] });
    expect(at('/key_lengths/1')).toEqual({ is: 'cell', role: 'key_lengths', index: [1] });
    expect(at('/rotary/positions/2')).toEqual({ is: 'cell', role: 'rotary.positions', index: [2] });
  });

  it('is a cell of a tensor that was sent as bytes, by the number of its element', () => {
    expect(at('/query/data', 'query holds a number that is not finite in float32: element 17')).toEqual({
      is: 'cell',
      role: 'query',
      index: [1, 1, 1],
    });
  });

  it('is the tensor where it is about all of it, or what is beyond its ends', () => {
    for (const pointer of ['/query', '/query/1', '/query/9/9/9', '/query/data'])
      expect(at(pointer)).toEqual({ is: 'tensor', role: 'query' });
  });

  it('is an option, or what is in it', () => {
    expect(at('/scale')).toEqual({ is: 'option', path: 'scale' });
    expect(at('/rotary/base')).toEqual({ is: 'option', path: 'rotary.base' });
    expect(at('/alibi_slopes/3')).toEqual({ is: 'option', path: 'alibi_slopes' });
  });

  it('is nowhere of a problem without a pointer', () => {
    expect(placeOfFault({ detail: '' }, entries)).toBeUndefined();
    expect(at('')).toBeUndefined();
  });

  test.prop([fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), fc.nat()])(
    'is found from the number of an element, row by row',
    (shape, any) => {
      const element = any % shape.reduce((product, size) => product * size, 1);
      const index = unraveled(element, shape);
      expect(index.every((one, axis) => one < shape[axis])).toBe(true);
      expect(index.reduce((sum, one, axis) => sum * shape[axis] + one, 0)).toBe(element);
    },
  );
});
