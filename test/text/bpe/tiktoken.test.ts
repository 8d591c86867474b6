import { readFileSync } from 'node:fs';
import { get_encoding, type Tiktoken } from 'tiktoken';
import { afterAll, describe, expect, it } from 'vitest';
import { ENCODINGS } from '../../../src/text/bpe/encodings.ts';
import { BpeTokenizer } from '../../../src/text/bpe/tokenizer.ts';
import { createTokenList } from '../../../src/text/tokenize/token-list.ts';
import { unhurried } from '../../../src/text/tokenize/tokenizer.ts';
import { randomNumbers, randomText } from '../tokenize/random-text.ts';

const NAMES = ['o200k_base', 'cl100k_base', 'p50k_base', 'r50k_base'] as const;
const naughty: string[] = JSON.parse(readFileSync(new URL('../../hostile/texts.json', import.meta.url), 'utf8'));

function idsOf(tokenizer: BpeTokenizer, text: string): number[] {
  const bytes = Buffer.from(text);
  const tokens = createTokenList();
  tokenizer.encode(bytes, 0, bytes.length, tokens, unhurried);
  return [...tokens.ids.subarray(0, tokens.count)];
}

describe.each(NAMES)('the encoding %s', (name) => {
  const about = ENCODINGS.find((encoding) => encoding.name === name);
  if (about === undefined) throw new Error(`${name} is not offered`);
  const ours = new BpeTokenizer(about);
  const reference: Tiktoken = get_encoding(name);
  afterAll(() => reference.free());

  const expectSame = (text: string) => {
    expect(idsOf(ours, text), JSON.stringify(text).slice(0, 200)).toEqual([...reference.encode_ordinary(text)]);
  };

  it('gives the ids of tiktoken for every naughty string', () => {
    expect(naughty.length).toBeGreaterThan(300);
    for (const text of naughty) expectSame(text);
  });

  it('gives the ids of tiktoken for a thousand random texts of mixed scripts', () => {
    const random = randomNumbers(5);
    for (let i = 0; i < 1000; i++) expectSame(randomText(random));
  });

  it('gives the ids of tiktoken for pieces of thousands of bytes', () => {
    const random = randomNumbers(7);
    const alphabets = [
      'a',
      'ab',
      'aeiounst',
      ' ',
      '"',
      '/',
      '天地玄黄宇宙洪荒',
      'éàü',
      '0123456789',
      'กขค',
      '\u0301\u0302',
    ];
    for (const alphabet of alphabets) {
      const characters = [...alphabet];
      for (const length of [40, 64, 65, 66, 500, 3000]) {
        expectSame(Array.from({ length }, () => characters[Math.floor(random() * characters.length)]).join(''));
      }
    }
  });

  it('has the special tokens of tiktoken', () => {
    for (const { id, text } of about.specialTokens) {
      expect([...reference.encode(text, 'all')]).toEqual([id]);
      expect(ours.isSpecial(id)).toBe(true);
      expect(ours.decode([id], 100)).toBe(text);
    }
  });

  it('has as many ids as tiktoken, and none beyond', () => {
    let count = 0;
    for (let id = 0; id < about.vocabularySize + 1000; id++) if (ours.has(id) && !ours.isSpecial(id)) count++;
    expect(count).toBe(reference.token_byte_values().length);
    expect(ours.has(about.vocabularySize)).toBe(false);
    expect(ours.has(about.vocabularySize - 1)).toBe(true);
  });

  it('takes 300,000 letters, spaces, quotes, slashes and marks as one piece, and gives them back', () => {
    for (const character of ['a', ' ', '"', '/', '\u0301', '天']) {
      const text = character.repeat(300_000 / Buffer.byteLength(character));
      expect(ours.decode(idsOf(ours, text), 300_000) === text, JSON.stringify(character)).toBe(true);
    }
  });
});

describe('the classes of characters', () => {
  it('are those of tiktoken for every character', () => {
    const [o200k] = ENCODINGS;
    const ours = new BpeTokenizer(o200k);
    const reference = get_encoding('o200k_base');
    const isSurrogate = (codePoint: number) => codePoint >= 0xd800 && codePoint < 0xe000;
    // Beyond the second plane there are long blocks of one kind; every sixteenth character stands for them.
    const codePoints = Array.from({ length: 0x20000 }, (_, i) => i)
      .concat(Array.from({ length: 0x1400 }, (_, i) => 0x20000 + 16 * i))
      .concat(0xe0001, 0xe0020, 0xe0100, 0xf0000, 0x10ffff)
      .filter((codePoint) => !isSurrogate(codePoint));
    for (let at = 0; at < codePoints.length; at += 256) {
      const text = codePoints
        .slice(at, at + 256)
        .map((codePoint) => String.fromCodePoint(codePoint))
        .map((c) => `a${c}b ${c}1${c}\n${c}A `)
        .join('');
      const [mine, theirs] = [idsOf(ours, text), [...reference.encode_ordinary(text)]];
      expect(mine, `from U+${codePoints[at].toString(16)}`).toEqual(theirs);
    }
    reference.free();
  });
});
