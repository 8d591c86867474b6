import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { singleFile } from '../../src/carry/single-file.ts';
import { fromJson, toJson, type Written } from '../../src/carry/single-page.ts';

const around = ['<title>', '</title><script type="application/json">', '</script><p>'] as const;
const written = (words: readonly string[], values: Float32Array, title = 'A title'): Written => ({
  title,
  description: 'What it shows',
  link: 'http://127.0.0.1:8080/#text=a',
  code: [{ language: 'curl', text: words.join(' ') }],
  rowWords: words,
  columnWords: words,
  matrices: [
    {
      title: 'a head',
      sheet: {
        rows: 1,
        columns: values.length,
        blocks: [{ row: 0, column: 0, rows: 1, columns: values.length, values }],
        isOfPairs: true,
        scale: 'weights',
        most: 1,
        paint: undefined,
      },
    },
  ],
  light: { isCross: false, direction: 'looks-at', rowIndents: [undefined, 2], columnIndents: undefined },
  lit: { row: 0, column: undefined },
});
const numbers = fc.float32Array({ noNaN: true }).map((values) => Float32Array.from(values));

describe('a page as one file', () => {
  test.prop([fc.array(fc.string({ unit: 'grapheme' })), numbers])('reads what was written', (words, values) => {
    const page = written(words, values);
    expect(fromJson(toJson(page))).toEqual(page);
  });

  const hostile = fc.constantFrom('</script>', '<!--', '<script>', '</title>', '&amp;', '"', "'", '\u2028', '\\u003c');
  test.prop([fc.array(fc.oneof(hostile, fc.string()))])('lets no word end what it stands in', (words) => {
    const title = words.join('');
    const file = singleFile(around, written(words, Float32Array.of(1), title));
    const [, inTitle, inScript] =
      /^<title>([^<]*)<\/title><script type="application\/json">([^<]*)<\/script><p>$/.exec(file) ?? [];
    expect(inTitle.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')).toBe(title);
    expect(fromJson(inScript).rowWords).toEqual(words);
  });

  it('keeps numbers that JSON has none for', () => {
    const values = Float32Array.of(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN, -0, 1e-45);
    const [{ sheet }] = fromJson(toJson(written(['a'], values))).matrices;
    expect([...sheet.blocks[0].values].map((value) => (Object.is(value, -0) ? '-0' : value))).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      '-0',
      Math.fround(1e-45),
    ]);
  });

  it('takes a part of a larger memory for that part', () => {
    const values = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const [{ sheet }] = fromJson(toJson(written(['a'], values))).matrices;
    expect([...sheet.blocks[0].values]).toEqual([1, 2]);
  });
});
