import { describe, expect, it } from 'vitest';
import { openFile } from '../../src/files/open.ts';
import { countOf } from '../../src/files/tensor.ts';
import { plainSafetensors } from './plain-encoders.ts';

const opened = (part: BlobPart, name: string) => openFile(new File([part], name));

describe('a .json', () => {
  it('has tensors and texts by name', async () => {
    const text =
      '{"query": [[1, 2.5], [3, -Infinity]], "tokens": ["The", "cat"], "is_causal": true, "none": [NaN, "NaN"]}';
    const { tensors, texts } = await opened(text, 'a.json');
    const read = await Promise.all(
      tensors.map(async (one) => [one.name, one.dtype, one.shape, ...(await one.read(0, countOf(one.shape)))]),
    );
    expect(read).toEqual([
      ['query', 'float64', [2, 2], 1, 2.5, 3, -Infinity],
      ['is_causal', 'bool', [], 1],
      ['none', 'float64', [2], Number.NaN, Number.NaN],
    ]);
    expect(texts).toEqual([{ name: 'tokens', shape: [2], texts: ['The', 'cat'] }]);
  });

  it('may be one array, of numbers or texts', async () => {
    expect((await opened('[[1, 2]]', 'a.json')).tensors).toMatchObject([{ name: '', shape: [1, 2], dtype: 'int64' }]);
    expect((await opened('["The", "cat"]', 'a.json')).texts).toEqual([{ name: '', shape: [2], texts: ['The', 'cat'] }]);
  });

  it('may have millions of short rows, or of texts in them', async () => {
    const rows = (row: string) => `[${`${row},`.repeat(2e6)}${row}]`;
    expect((await opened(rows('[1]'), 'a.json')).tensors).toMatchObject([{ shape: [2e6 + 1, 1], dtype: 'int64' }]);
    expect((await opened(rows('["a"]'), 'a.json')).texts).toMatchObject([{ shape: [2e6 + 1, 1] }]);
  });

  it('says of short rows, too, what is wrong as of all others', async () => {
    await expect(opened('[[1], [null]]', 'a.json')).rejects.toThrow('at [1, 0] is null, which is no number.');
  });

  it('may have a text as long as it likes beside what Python calls no number', async () => {
    // Letters, an escaped quote, an escaped backslash: the text goes on after the first, and not after the second.
    const text = `{"a": [NaN, -Infinity], "b": ["${'x'.repeat(1.6e7)}", "\\" NaN", "\\\\"], "c": NaN}`;
    const { tensors, texts } = await opened(text, 'a.json');
    expect(Array.from(await tensors[0].read(0, 2))).toEqual([Number.NaN, -Infinity]);
    expect(Array.from(await tensors[1].read(0, 1))).toEqual([Number.NaN]);
    expect(texts[0].texts.slice(1)).toEqual(['" NaN', '\\']);
  });

  it.each([
    ['{"query": [[1, 2], [3]]}', 'query: row 2 has 1 number, row 1 has 2.'],
    ['{"query": [[1, 2], 3]}', 'query: at [1] is no array, as others have it.'],
    ['{"query": [1, [2]]}', 'query: at [1] is an array where others have a number.'],
    ['{"query": [[1, null]]}', 'query: at [0, 1] is null, which is no number.'],
    ['{"query": [1, "two"]}', 'query: at [1] is "two", which is no number.'],
    ['{"a": {"shape": [2, 2], "data": [1, 2, 3]}}', 'a: the shape 2 × 2 has 4 numbers, the data 3.'],
    ['{"a": {"shape": [2], "dtype": "float32", "data": "AAAAPw=="}}', 'a: the shape 2 has 2 numbers, the data 1.'],
    ['{"a": {"shape": [1], "dtype": "float64", "data": "AAAAPw=="}}', 'a: the data has 4 bytes'],
    ['{"a": {"shape": [1], "dtype": "F32", "data": "AAAAPw=="}}', 'dtype "F32" is not known here'],
    ['{"a": {"shape": [1], "dtype": "float32", "data": "?"}}', 'a: the data is a text, and no base64.'],
  ])('says what is wrong: %s', async (text, message) => {
    await expect(opened(text, 'a.json')).rejects.toThrow(message);
  });
});

describe('a text of a spreadsheet', () => {
  it('is read in the encoding that it says', async () => {
    const letters = Uint16Array.from(Array.from('\uFEFF1\t2\r\n3\t4\r\n', (letter) => letter.charCodeAt(0)));
    const { tensors } = await opened(letters, 'table.txt');
    expect(tensors).toMatchObject([{ shape: [2, 2] }]);
    expect(Array.from(await tensors[0].read(0, 4))).toEqual([1, 2, 3, 4]);
  });
});

describe('a .safetensors', () => {
  it('has the texts of its metadata, and lists of texts as such', async () => {
    const bytes = plainSafetensors({ __metadata__: { format: 'pt', tokens: '["The", "cat"]', count: '[1]' } });
    expect((await opened(bytes, 'a.safetensors')).texts).toEqual([
      { name: 'format', shape: [], texts: ['pt'] },
      { name: 'tokens', shape: [2], texts: ['The', 'cat'] },
      { name: 'count', shape: [], texts: ['[1]'] },
    ]);
  });

  /** OCP 8-bit Floating Point Specification 1.0, table 1. */
  it.each([
    [
      'F8_E4M3',
      [0x00, 0x01, 0x07, 0x08, 0x38, 0x7e, 0x7f, 0xfe],
      [0, 2 ** -9, 0.875 * 2 ** -6, 2 ** -6, 1, 448, Number.NaN, -448],
    ],
    [
      'F8_E5M2',
      [0x00, 0x01, 0x03, 0x04, 0x3c, 0x7b, 0x7c, 0x7d],
      [0, 2 ** -16, 0.75 * 2 ** -14, 2 ** -14, 1, 57344, Infinity, Number.NaN],
    ],
  ])('has numbers of 8 bits: %s', async (dtype, bits, values) => {
    const bytes = plainSafetensors({ a: { dtype, shape: [8], data_offsets: [0, 8] } }, Uint8Array.from(bits));
    const { tensors } = await opened(bytes, 'a.safetensors');
    expect(Array.from(await tensors[0].read(0, 8))).toEqual(values);
  });
});
