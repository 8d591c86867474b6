import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Kind } from '../../../src/ask/tensors/schema.ts';
import { readTyped, writeTyped } from '../../../src/ask/tensors/typed-in.ts';

const number: Kind = { is: 'number', isInteger: false, least: undefined, most: undefined, multipleOf: 0 };
const integer: Kind = { ...number, isInteger: true };
const text: Kind = { is: 'text', most: 256 };
const listOf = (item: Kind): Kind => ({ is: 'list', item, least: 0, most: 4096 });
const numbers = listOf(number);
const rows = listOf(numbers);

describe('what is typed into a field', () => {
  it('is a number, as JSON has it or with a minus sign of print', () => {
    for (const [typed, value] of [
      ['0.5', 0.5],
      [' 1e-3 ', 0.001],
      ['−2', -2],
      ['.5', 0.5],
      ['+3', 3],
    ] as const)
      expect(readTyped([number], typed)).toEqual({ value });
  });

  it.each(['abc', '1,5', '1 2', '0x10', '--1', 'NaN', 'Infinity', 'true', '"1"'])('is no number: %s', (typed) => {
    expect(readTyped([number], typed)).toEqual({ fault: 'must be a number' });
  });

  it('is nothing where nothing is typed', () => {
    expect(readTyped([number], ' ')).toEqual({ value: undefined });
  });

  it('is held to its bounds, which are said', () => {
    const side: Kind = { ...integer, least: -1, most: 2 ** 31 - 1 };
    expect(readTyped([side], '-1')).toEqual({ value: -1 });
    expect(readTyped([side], '-2')).toEqual({ fault: 'must be an integer of at least -1' });
    expect(readTyped([side], '1.5')).toEqual({ fault: 'must be an integer of at least -1' });
    expect(readTyped([{ ...integer, least: 2, most: 8, multipleOf: 2 }], '3')).toEqual({
      fault: 'must be an even number from 2 to 8',
    });
  });

  it('is a list with spaces, commas or semicolons between, or as JSON', () => {
    for (const typed of ['1 2 3', '1,2,3', '1; 2; 3', '[1, 2, 3]'])
      expect(readTyped([numbers], typed)).toEqual({ value: [1, 2, 3] });
    expect(readTyped([numbers], '1 two')).toHaveProperty('fault');
    expect(readTyped([listOf(integer)], '[1, 2.5]')).toEqual({ fault: 'number 2 must be an integer' });
  });

  it('is the first of a union that it fits: one number, a list, rows', () => {
    expect(readTyped([integer, listOf(integer)], '3')).toEqual({ value: 3 });
    expect(readTyped([integer, listOf(integer)], '[3]')).toEqual({ value: [3] });
    expect(readTyped([integer, listOf(integer)], '3 4')).toEqual({ value: [3, 4] });
    expect(readTyped([numbers, rows], '1 2\n3 4')).toEqual({
      value: [
        [1, 2],
        [3, 4],
      ],
    });
    expect(readTyped([integer, text], 'mat')).toEqual({ value: 'mat' });
    expect(readTyped([integer, text], '2')).toEqual({ value: 2 });
  });

  it('is a list of texts, one a line, also of such as look like JSON', () => {
    expect(readTyped([listOf(text)], '[CLS]\nThe cat\n[SEP]')).toEqual({ value: ['[CLS]', 'The cat', '[SEP]'] });
    expect(readTyped([listOf(text)], '["a b", "c"]')).toEqual({ value: ['a b', 'c'] });
  });

  const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
  const label = fc.string().filter((one) => one === one.trim());
  test.prop([fc.oneof(finite, fc.array(finite), fc.array(fc.array(finite)))])(
    'reads back whatever a field shows of numbers',
    (value) => {
      const kinds = [number, numbers, rows];
      expect(readTyped(kinds, writeTyped(kinds, value))).toEqual({ value });
    },
  );
  test.prop([fc.array(label)])('reads back whatever a field shows of texts', (value) => {
    const kinds = [listOf(text)];
    expect(readTyped(kinds, writeTyped(kinds, value))).toEqual({ value });
  });
});
