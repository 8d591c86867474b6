import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { randomNumbers, randomText } from '../../text/tokenize/random-text.ts';
import { answerTo, faultOf, type Result, type TokenAnswer, tokenize } from './tokenizing.ts';

const naughty: string[] = JSON.parse(readFileSync(new URL('../../hostile/texts.json', import.meta.url), 'utf8'));
const places = (tokens: TokenAnswer[]) => tokens.map(({ text, start, end }) => [text, start, end]);

describe('places', () => {
  it('are code units and bytes', () => {
    // h is one byte, é two, the emoji four bytes and two code units.
    const { tokens } = tokenize({ text: 'hé 😀!', tokenizer: 'words' });
    expect(tokens.map(({ start, end, byte_start, byte_end }) => [start, end, byte_start, byte_end])).toEqual([
      [0, 2, 0, 3],
      [3, 5, 4, 8],
      [5, 6, 8, 9],
    ]);
  });

  it('are those of the whole character for tokens that hold a part of it', () => {
    const { tokens } = tokenize({ text: 'a🙈b', tokenizer: 'gpt2' });
    const inner = tokens.slice(1, -1);
    expect(inner.length).toBeGreaterThan(1);
    for (const token of inner) {
      expect(token).toMatchObject({ text: '🙈', start: 1, end: 3, byte_start: 1, byte_end: 5, partial: true });
    }
    expect(tokens[0]).not.toHaveProperty('partial');
    expect(tokens.at(-1)).toMatchObject({ text: 'b', start: 3, end: 4, byte_start: 5, byte_end: 6 });
  });

  it.each(['o200k_base', 'gpt2', 'words'])('cut the text of %s where they say', (tokenizer) => {
    const random = randomNumbers(11);
    for (let i = 0; i < 200; i++) {
      const text = randomText(random);
      const bytes = Buffer.from(text);
      const { tokens } = tokenize({ text, tokenizer });
      for (const token of tokens) {
        expect(text.slice(Number(token.start), Number(token.end))).toBe(token.text);
        expect(bytes.subarray(Number(token.byte_start), Number(token.byte_end)).toString()).toBe(token.text);
      }
    }
  });

  it('of an encoding leave nothing out', () => {
    for (const text of naughty) {
      let end = 0;
      for (const token of tokenize({ text }).tokens) {
        expect(Number(token.start)).toBeLessThanOrEqual(end);
        end = Math.max(end, Number(token.end));
      }
      expect(end).toBe(text.length);
    }
  });
});

describe('lone surrogates', () => {
  it('are read as U+FFFD, and the places after them stay right', () => {
    // tiktoken replaces them in the same way; U+FFFD has one code unit and three bytes.
    const { tokens } = tokenize({ text: 'a\ud83d b', tokenizer: 'words' });
    const replaced = tokenize({ text: 'a\ufffd b', tokenizer: 'words' });
    expect(tokens).toEqual(replaced.tokens);
    expect(tokens.at(-1)).toMatchObject({ text: 'b', start: 3, byte_start: 5 });
    expect(tokenize({ text: '\udc00\ud800x' }).tokens).toEqual(tokenize({ text: '\ufffd\ufffdx' }).tokens);
  });
});

describe('special tokens', () => {
  it('are plain text unless they are allowed', () => {
    const text = 'a<|endoftext|>b<|endofprompt|>';
    const plain = tokenize({ text });
    expect(plain.tokens.some(({ special }) => special)).toBe(false);
    const one = tokenize({ text, allowed_special: ['<|endoftext|>'] }).tokens.filter(({ special }) => special);
    expect(one.map(({ id, start, end }) => [id, start, end])).toEqual([[199999, 1, 14]]);
    const all = tokenize({ text, allowed_special: 'all' }).tokens;
    expect(all.map(({ id }) => id)).toEqual([64, 199999, 65, 200018]);
  });

  it('are found again in each of several texts', () => {
    const body = { texts: ['x<|endoftext|>', '<|endoftext|>', 'y', 'zz<|endoftext|>'], allowed_special: 'all' };
    const { results }: { results: Result[] } = JSON.parse(answerTo(body).bytes.toString());
    expect(results.map(({ tokens }) => tokens.map(({ id }) => id === 199999))).toEqual([
      [false, true],
      [true],
      [false],
      [false, true],
    ]);
    expect(results[3].tokens.at(-1)).toMatchObject({ start: 2, end: 15, byte_start: 2, byte_end: 15 });
  });

  it('that there are not are pointed at', () => {
    expect(faultOf({ text: 'a', allowed_special: ['<|endoftext|>', '<|nothing|>'] })).toEqual({
      code: 'invalid_option',
      pointer: '/allowed_special/1',
    });
  });
});

describe('max_length', () => {
  const text = 'one two three four five';

  it('cuts on the right or on the left', () => {
    const right = tokenize({ text, tokenizer: 'words', max_length: 2 });
    expect(places(right.tokens)).toEqual([
      ['one', 0, 3],
      ['two', 4, 7],
    ]);
    const left = tokenize({ text, tokenizer: 'words', max_length: 2, truncation: 'left' });
    expect(places(left.tokens)).toEqual([
      ['four', 14, 18],
      ['five', 19, 23],
    ]);
    for (const { count, truncated } of [left, right])
      expect({ count, truncated }).toEqual({ count: 2, truncated: true });
  });

  it('says nothing of cutting where nothing is cut', () => {
    for (const truncation of ['left', 'right']) {
      expect(tokenize({ text, tokenizer: 'words', max_length: 5, truncation })).not.toHaveProperty('truncated');
    }
  });

  it('is that of each text', () => {
    const body = { texts: [text, 'six', text], tokenizer: 'words', max_length: 1, truncation: 'left' };
    const { results }: { results: Result[] } = JSON.parse(answerTo(body).bytes.toString());
    expect(results.map(({ tokens, truncated }) => [tokens.map((t) => t.text), truncated])).toEqual([
      [['five'], true],
      [['six'], undefined],
      [['five'], true],
    ]);
  });
});

describe('chunks', () => {
  it('overlap by as many tokens as asked for', () => {
    const text = 'a b c d e f g';
    const { chunks } = tokenize({ text, tokenizer: 'words', chunk: { size: 3, overlap: 1 } });
    expect(chunks).toEqual([
      { start: 0, end: 5, count: 3, text: 'a b c' },
      { start: 4, end: 9, count: 3, text: 'c d e' },
      { start: 8, end: 13, count: 3, text: 'e f g' },
    ]);
  });

  it('end with the text, whatever is left', () => {
    const { chunks } = tokenize({ text: 'a b c d', tokenizer: 'words', chunk: { size: 3 } });
    expect(chunks?.map(({ text }) => text)).toEqual(['a b c', ' d']);
  });

  it('cut no character, cover the text and are no larger than asked for', () => {
    const random = randomNumbers(13);
    for (let i = 0; i < 100; i++) {
      const text = randomText(random);
      const size = 4 + Math.floor(random() * 8);
      const overlap = Math.floor(random() * size);
      const { chunks = [], tokens } = tokenize({ text, tokenizer: 'gpt2', chunk: { size, overlap } });
      let end = 0;
      for (const chunk of chunks) {
        expect(chunk.count).toBeLessThanOrEqual(size);
        expect(chunk.text).toBe(text.slice(chunk.start, chunk.end));
        expect(chunk.text).not.toMatch(/\p{Surrogate}/u);
        expect(chunk.start).toBeLessThanOrEqual(end);
        expect(chunk.end).toBeGreaterThan(end);
        // Tokens that begin in the part that two chunks share.
        const shared = tokens.filter((token) => Number(token.start) >= chunk.start && Number(token.end) <= end).length;
        expect(shared).toBeLessThanOrEqual(overlap);
        end = chunk.end;
      }
      expect(end).toBe(text.length);
    }
  });

  it('that would have to cut a character are refused', () => {
    // Three tokens of GPT-2.
    expect(faultOf({ text: 'a🙈', tokenizer: 'gpt2', chunk: { size: 1 } })).toEqual({
      code: 'invalid_option',
      pointer: '/chunk/size',
    });
    expect(faultOf({ text: 'a', chunk: { size: 2, overlap: 2 } }).pointer).toBe('/chunk/overlap');
  });
});

describe('slices', () => {
  const random = randomNumbers(17);
  const mixed = Array.from({ length: 60 }, () => randomText(random));

  it.each([
    { texts: mixed },
    { texts: mixed, allowed_special: 'all', chunk: { size: 50, overlap: 5 } },
    { texts: mixed, max_length: 20, truncation: 'left' },
    { texts: mixed, tokenizer: 'words' },
    { text: 'a'.repeat(40_000) },
    { text: `${mixed.join(' ')} ${'天'.repeat(10_000)}${mixed.join()}` },
    { inputs: mixed, tokenizer: 'words' },
    { prompt: mixed.join(), return_token_strs: true },
  ])('however short give the same bytes ($#)', (body) => {
    const whole = answerTo(body);
    const sliced = answerTo(body, { isOver: true });
    expect(sliced.slices).toBeGreaterThan(whole.slices);
    expect(sliced.bytes.equals(whole.bytes)).toBe(true);
  });
});

describe('limits', () => {
  it('are those of all texts together', () => {
    const limits = { maxTextBytes: 10 };
    expect(faultOf({ text: 'é'.repeat(6) }, { limits })).toEqual({ code: 'text_too_long', pointer: '/text' });
    expect(faultOf({ texts: ['12345', '123', '123'] }, { limits })).toEqual({
      code: 'text_too_long',
      pointer: '/texts/2',
    });
    expect(tokenize({ text: 'é'.repeat(5) }, { limits }).count).toBeGreaterThan(0);
  });

  it('refuse an answer that would be too large, chunks counted', () => {
    const text = 'a b c d e f g h '.repeat(50);
    const limits = { maxOutputBytes: 100_000 };
    expect(faultOf({ text }, { limits: { maxOutputBytes: 10_000 } }).code).toBe('output_too_large');
    expect(tokenize({ text }, { limits }).count).toBeGreaterThan(300);
    expect(faultOf({ text, chunk: { size: 200, overlap: 199 } }, { limits }).code).toBe('output_too_large');
  });
});
