import { describe, expect, it } from 'vitest';
import { answerLoaded } from '../../../src/requests/tokens/loaded-answer.ts';
import { readTokenize } from '../../../src/requests/tokens/read-token-request.ts';
import { added, fileAt, jsonOf, load, madeFile, pathOf } from '../../text/hugging-face/files.ts';
import { randomNumbers, randomText } from '../../text/tokenize/random-text.ts';
import { answerOf, type TokenAnswer, tokenizeBy } from './tokenizing.ts';

const [wordPiece, byteLevel, unigram] = await Promise.all(
  ['word-piece', 'byte-level', 'unigram'].map((name) => load(fileAt(pathOf(name), name))),
);
const every = { wordPiece, byteLevel, unigram };
const places = (tokens: TokenAnswer[]) => tokens.map(({ text, start, end }) => [text, start, end]);

describe('the answer of a tokenizer of a file', () => {
  it('has no places for tokens that stand for no text', async () => {
    const { tokens } = await tokenizeBy(wordPiece, { text: 'the cat' });
    const nowhere = { start: null, end: null, byte_start: null, byte_end: null, special: true };
    expect(tokens[0]).toEqual({ id: tokens[0].id, text: '[CLS]', ...nowhere });
    expect(tokens.at(-1)).toMatchObject({ text: '[SEP]', ...nowhere });
    expect(places(tokens.slice(1, -1))).toEqual([
      ['the', 0, 3],
      ['cat', 4, 7],
    ]);
  });

  it('calls the tokens around a text special, also where one of them stands for unknown text', async () => {
    // As in CLIP, whose end of a text is its unknown token.
    const json = jsonOf('word-piece');
    const { tokens } = await tokenizeBy(
      await load(madeFile({ ...json, model: { ...json.model, unk_token: '[SEP]' } })),
      {
        text: 'the ☃',
      },
    );
    expect(tokens.map(({ text, special }) => [text, special])).toEqual([
      ['[CLS]', true],
      ['the', false],
      ['☃', false],
      ['[SEP]', true],
    ]);
  });

  it('counts places in code units and bytes', async () => {
    // é has two bytes, the emoji four and two code units.
    const { tokens } = await tokenizeBy(wordPiece, { text: 'é 😀 the', add_special_tokens: false });
    expect(tokens.at(-1)).toMatchObject({ text: 'the', start: 5, end: 8, byte_start: 8, byte_end: 11 });
  });

  it('counts as decoding that it reads the body', async () => {
    // Escaped letters: to read them takes many times as long as to lay the text out.
    const body = Buffer.from(`{"text":"${'\\u0061'.repeat(400_000)}"}`);
    const limits = { maxElements: 1e6, maxBodyBytes: 2 ** 26, maxOutputBytes: 1e7, maxTextBytes: 1e6 };
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      readTokenize(body, limits);
      return performance.now() - start;
    });
    const request = { kind: 'tokenize' as const, body, contentType: 'application/json', accept: undefined };
    const setting = { tokenizer: wordPiece, limits, sliceMs: 4, isStopped: () => true };
    const { decodeMs } = await answerLoaded(request, setting);
    expect(decodeMs).toBeGreaterThan(Math.min(...times) / 4);
  });

  it('has a text for each place', async () => {
    const random = randomNumbers(11);
    for (const tokenizer of Object.values(every)) {
      for (let i = 0; i < 60; i++) {
        const text = randomText(random);
        const bytes = Buffer.from(text);
        const { tokens } = await tokenizeBy(tokenizer, { text, add_special_tokens: false });
        for (const token of tokens) {
          expect(text.slice(Number(token.start), Number(token.end))).toBe(token.text);
          expect(bytes.subarray(Number(token.byte_start), Number(token.byte_end)).toString()).toBe(token.text);
        }
      }
    }
  });

  it('says which tokens share their characters', async () => {
    const { tokens } = await tokenizeBy(byteLevel, { text: 'a🙈b' });
    const inner = tokens.slice(1, -1);
    expect(inner).toHaveLength(4);
    for (const token of inner) expect(token).toMatchObject({ text: '🙈', start: 1, end: 3, partial: true });
    expect(tokens[0]).not.toHaveProperty('partial');
  });

  it('leaves room for the tokens around a text', async () => {
    const text = 'one two three four five';
    const { tokens, count, truncated } = await tokenizeBy(wordPiece, { text, max_length: 3 });
    expect({ count, truncated }).toEqual({ count: 3, truncated: true });
    expect(tokens.map((token) => token.text)).toEqual(['[CLS]', 'one', '[SEP]']);
    await expect(tokenizeBy(wordPiece, { text, max_length: 1 })).rejects.toMatchObject({ pointer: '/max_length' });
  });

  it('is the same in whatever slices it is written', async () => {
    const random = randomNumbers(17);
    const mixed = Array.from({ length: 40 }, () => randomText(random));
    for (const body of [
      { texts: mixed, chunk: { size: 50, overlap: 5 } },
      { inputs: mixed },
      { prompt: mixed.join() },
    ]) {
      const whole = await answerOf(wordPiece, body);
      expect((await answerOf(wordPiece, body, { sliceMs: 0 })).equals(whole)).toBe(true);
    }
  });

  it('that would be too large is refused', async () => {
    const body = { text: 'a b c d e f g h '.repeat(500) };
    const refusal = tokenizeBy(wordPiece, body, { limits: { maxOutputBytes: 100_000 } });
    await expect(refusal).rejects.toMatchObject({ code: 'output_too_large' });
  });

  it('takes the added tokens that are allowed, special or not, and points at others', async () => {
    const json = jsonOf('byte-level');
    const file = madeFile({ ...json, added_tokens: [...json.added_tokens, added(400, '</think>')] });
    const tokenizer = await load(file);
    const ids = async (allowed_special?: unknown) =>
      (await tokenizeBy(tokenizer, { text: '</think><|end|>', allowed_special })).tokens.map(({ id }) => id);
    expect(await ids('all')).toEqual([400, 0]);
    expect((await ids(['<|end|>'])).at(-1)).toBe(0);
    expect(await ids(['<|end|>'])).not.toContain(400);
    expect((await ids()).filter((id) => id === 0 || id === 400)).toEqual([400]);
    await expect(ids(['<|nothing|>'])).rejects.toMatchObject({ pointer: '/allowed_special/0' });
  });
});

describe('chunks', () => {
  const ofText = async (tokenizer: typeof unigram, text: string, chunk: { size: number; overlap?: number }) =>
    (await tokenizeBy(tokenizer, { text, chunk })).chunks ?? [];

  it('hold a text as it was, whatever its tokenizer drops or changes', async () => {
    const random = randomNumbers(13);
    for (const tokenizer of Object.values(every)) {
      for (let i = 0; i < 60; i++) {
        const text = randomText(random);
        const size = 12 + Math.floor(random() * 20);
        const chunks = await ofText(tokenizer, text, { size }).catch(() => undefined);
        // Some characters have more tokens than that.
        if (chunks === undefined) continue;
        expect(chunks.map((chunk) => chunk.text).join('')).toBe(text);
        expect(chunks.every((chunk) => chunk.text !== '' && chunk.count <= size)).toBe(true);
      }
    }
  });

  it('share as many tokens as asked for, and begin with one of them', async () => {
    const text = 'the cat sat on the mat';
    expect(await ofText(wordPiece, text, { size: 4, overlap: 1 })).toEqual([
      { start: 0, end: 14, count: 4, text: 'the cat sat on' },
      { start: 12, end: 22, count: 3, text: 'on the mat' },
    ]);
  });

  it('part no character that has several tokens', async () => {
    // Each ½ becomes three characters, and more tokens.
    const { tokens } = await tokenizeBy(unigram, { text: '½½½', add_special_tokens: false });
    const each = tokens.filter(({ start }) => start === 1).length;
    expect(each).toBeGreaterThan(1);
    const chunks = await ofText(unigram, '½½½', { size: each + 1 });
    expect(chunks.map(({ text }) => text)).toEqual(['½', '½', '½']);
    await expect(ofText(unigram, '½½½', { size: 1 })).rejects.toMatchObject({
      code: 'invalid_option',
      pointer: '/chunk/size',
    });
  });

  it('leave an accent with its letter, also where its tokenizer drops it', async () => {
    const chunks = await ofText(wordPiece, 'the e\u0301 cat', { size: 2 });
    expect(chunks.map(({ text }) => text)).toEqual(['the e\u0301', ' cat']);
  });

  it('of white space alone are one without tokens', async () => {
    expect(await ofText(wordPiece, ' \n', { size: 2 })).toEqual([{ start: 0, end: 2, count: 0, text: ' \n' }]);
    expect(await ofText(wordPiece, '', { size: 2 })).toEqual([]);
  });
});
