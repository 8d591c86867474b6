import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { type Splitter, splitCl100k, splitGpt2, splitO200k } from '../../../src/text/bpe/split.ts';

/** tiktoken's patterns in the syntax of JavaScript: \s is White_Space, and where case does not matter ſ is an s. */
const S = '\\p{White_Space}';
const contraction = "'(?:[sSſ]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])";
const head = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
const tail = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';
const spaces = `${S}+(?!\\P{White_Space})|${S}+`;
const patterns: [name: string, split: Splitter, pattern: string][] = [
  ['gpt2', splitGpt2, `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^${S}\\p{L}\\p{N}]+|${spaces}`],
  [
    'cl100k',
    splitCl100k,
    `${contraction}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^${S}\\p{L}\\p{N}]+[\\r\\n]*|${S}*[\\r\\n]+|${spaces}`,
  ],
  [
    'o200k',
    splitO200k,
    `[^\\r\\n\\p{L}\\p{N}]?${head}*${tail}+(?:${contraction})?|[^\\r\\n\\p{L}\\p{N}]?${head}+${tail}*(?:${contraction})?|\\p{N}{1,3}| ?[^${S}\\p{L}\\p{N}]+[\\r\\n/]*|${S}*[\\r\\n]+|${spaces}`,
  ],
];

function piecesOf(split: Splitter, text: string): string[] {
  const bytes = Buffer.from(text);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = split(bytes, at, bytes.length);
    pieces.push(bytes.subarray(at, end).toString());
    at = end;
  }
  return pieces;
}

/** Few characters of every class, so that their neighbors are of every kind. */
const characters = [...' \t\n\r\u0085\u00a0/!\'"aABsStTreRE1½٣ǅʰº天e\u0301\u0902ſK👍\u200d\ufeff'];
const texts = fc.array(fc.constantFrom(...characters), { maxLength: 24 }).map((list) => list.join(''));

describe.each(patterns)('the pattern of %s, read by hand', (_name, split, pattern) => {
  const regex = new RegExp(pattern, 'gu');

  test.prop([texts], { numRuns: 5000 })('cuts as the regular expression', (text) => {
    expect(piecesOf(split, text)).toEqual([...text.matchAll(regex)].map(([piece]) => piece));
  });

  it('leaves nothing out', () => {
    const text = characters.join('');
    expect(piecesOf(split, text).join('')).toBe(text);
  });
});
