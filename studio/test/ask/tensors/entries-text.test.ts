import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { readEntries, writeEntries } from '../../../src/ask/tensors/entries-text.ts';
import { type Entry, entryOf } from '../../../src/ask/tensors/entry.ts';
import { entriesOf, textOf } from '../../../src/ask/tensors/held.ts';

const entry = (shape: readonly number[], values: Float32Array | Float64Array, dtype = 'float32'): Entry =>
  entryOf({ name: 'x', dtype, shape, values }, 'query');

const small: fc.Arbitrary<Entry> = fc
  .record({
    name: fc.string({ maxLength: 12 }),
    role: fc.constantFrom(undefined, 'query', 'attn_mask', 'rotary.positions'),
    shape: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }),
    isWide: fc.boolean(),
  })
  .chain(({ name, role, shape, isWide }) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const numbers = isWide ? fc.double() : fc.float();
    return fc.array(numbers, { minLength: length, maxLength: length }).map((values) => {
      // JSON has no −0.
      const all = values.map((value) => value + 0);
      const tensor = isWide
        ? { dtype: 'float64', values: Float64Array.from(all) }
        : { dtype: 'float32', values: Float32Array.from(all) };
      return entryOf({ name, shape, ...tensor }, role);
    });
  });

describe('tensors in a link', () => {
  it('are lists that one can write by hand', () => {
    const text = '[["q","query","float32",[[1,0],["-Infinity",0.5]]]]';
    const [only] = readEntries(text) ?? [];
    expect(only).toMatchObject({ name: 'q', role: 'query', dtype: 'float32', shape: [2, 2] });
    expect([...(only.values ?? [])]).toEqual([1, 0, Number.NEGATIVE_INFINITY, 0.5]);
    expect(writeEntries([only])).toBe(text);
  });

  it.each([
    ['[', 9900],
    ['[1,', 4900],
  ])('are no lists in each other without end: %s', (open, depth) => {
    const deep = `${open.repeat(depth)}1${']'.repeat(depth)}`;
    expect(readEntries(`[["q","query","float32",${deep}]]`)).toBeUndefined();
  });

  test.prop([fc.array(small, { maxLength: 3 })])('are read back number for number', (entries) => {
    expect(readEntries(writeEntries(entries) ?? '')).toEqual(entries);
  });

  it('are few: of more, or of none, there is no text', () => {
    expect(writeEntries([entry([16, 16], new Float32Array(256))])).toBeDefined();
    expect(writeEntries([entry([257], new Float32Array(257))])).toBeUndefined();
    expect(writeEntries([entry([0, 4], new Float32Array(0))])).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['what is no JSON', '[[1,'],
    ['no list', '{}'],
    ['rows of different lengths', '[["q","query","float32",[[1,0],[1]]]]'],
    ['a number in place of a row', '[["q","query","float32",[[1,0],1]]]'],
    ['words in place of numbers', '[["q","query","float32",[["one"]]]]'],
    ['no name', '[[1,"query","float32",[[1]]]]'],
    ['lists in lists without end', `[["q","query","float32",${'['.repeat(99)}1${']'.repeat(99)}]]`],
    ['more than any link has', `[["${'q'.repeat(30_000)}","query","float32",[[1]]]]`],
  ])('are none where the link has %s', (_, text) => {
    expect(readEntries(text)).toBeUndefined();
  });

  it('are kept on the page where they are many, by a name that another page does not know', () => {
    const many = [entry([300], new Float32Array(300))];
    const text = textOf(many);
    expect(text).toMatch(/^held:/);
    expect(entriesOf(text)).toBe(many);
    expect(entriesOf('held:other.1')).toBeUndefined();
  });

  it('are let go, the oldest first, where they would fill the memory', () => {
    const large = () => [entry([2 ** 24], new Float32Array(2 ** 24))];
    const texts = [0, 1, 2, 3].map(() => textOf(large()));
    expect(texts.map((text) => entriesOf(text) !== undefined)).toEqual([false, false, true, true]);
  });
});
