import { describe, expect, it } from 'vitest';
import { ask, refusal } from '../asking.ts';

const manyTokens = 'a '.repeat(2049);

describe('a request for attention between words', () => {
  it.each([
    ['no body', '', 'invalid_json', undefined],
    ['a list', [], 'not_an_object', undefined],
    ['no text', {}, 'missing_field', '/text'],
    ['an empty text', { text: '' }, 'invalid_option', '/text'],
    ['a text without tokens', { text: ' \n ' }, 'invalid_option', '/text'],
    ['a context without tokens', { text: 'a', context: ' ' }, 'invalid_option', '/context'],
    ['a text that is a number', { text: 1 }, 'invalid_option', '/text'],
    ['a text that is too long', { text: 'a'.repeat(65_537) }, 'invalid_option', '/text'],
    ['too many tokens', { text: manyTokens }, 'text_too_long', '/text'],
    ['too many tokens in the context', { text: 'a', context: manyTokens }, 'text_too_long', '/context'],
    ['a field that is not there', { text: 'a', temprature: 1 }, 'unknown_field', '/temprature'],
    ['a tensor', { text: 'a', query: [[1]] }, 'unknown_field', '/query'],
    ['a tokenizer that is not there', { text: 'a', tokenizer: 'sounds' }, 'invalid_option', '/tokenizer'],
    ['a head that is not there', { text: 'a', heads: ['semantic', 'magic'] }, 'invalid_option', '/heads/1'],
    ['no heads', { text: 'a', heads: [] }, 'invalid_option', '/heads'],
    ['the same head twice', { text: 'a', heads: ['semantic', 'semantic'] }, 'invalid_option', '/heads'],
    ['a temperature of 0', { text: 'a', temperature: 0 }, 'invalid_option', '/temperature'],
    ['a temperature below 0', { text: 'a', temperature: -1 }, 'invalid_option', '/temperature'],
    ['a focus that is not in the text', { text: 'a b', focus: 'c' }, 'invalid_option', '/focus'],
    ['a focus beyond the text', { text: 'a b', focus: 2 }, 'invalid_option', '/focus'],
    ['a focus below 0', { text: 'a b', focus: -1 }, 'invalid_option', '/focus'],
    ['an output that is not there', { text: 'a', outputs: ['pictures'] }, 'invalid_option', '/outputs/0'],
    ['vectors that are not there', { text: 'a', vectors: 'word2vec' }, 'invalid_option', '/vectors'],
    ['no vectors', { text: 'a', vectors: {} }, 'invalid_option', '/vectors'],
    ['vectors of two widths', { text: 'a', vectors: { a: [1, 2], b: [1] } }, 'shape_mismatch', '/vectors/b'],
    ['an empty vector', { text: 'a', vectors: { a: [] } }, 'empty_tensor', '/vectors/a'],
    ['a vector that is no list', { text: 'a', vectors: { a: 1 } }, 'invalid_option', '/vectors/a'],
    ['a vector of texts', { text: 'a', vectors: { a: [1, 'x'] } }, 'invalid_option', '/vectors/a/1'],
    ['a vector that is not finite', '{"text":"a","vectors":{"a":[1e999]}}', 'invalid_option', '/vectors/a/0'],
    [
      'a vector that is too wide',
      { text: 'a', vectors: { a: new Array(2049).fill(1) } },
      'invalid_option',
      '/vectors/a/2048',
    ],
    ['cross without a context', { text: 'a', preset: 'cross' }, 'missing_field', '/context'],
    ['an encoder with a context', { text: 'a', context: 'b', preset: 'encoder' }, 'conflicting_options', '/preset'],
    ['a decoder with a context', { text: 'a', context: 'b', preset: 'decoder' }, 'conflicting_options', '/preset'],
    [
      'an encoder that is causal',
      { text: 'a', preset: 'encoder', is_causal: true },
      'conflicting_options',
      '/is_causal',
    ],
    ['a decoder that is not', { text: 'a', preset: 'decoder', is_causal: false }, 'conflicting_options', '/is_causal'],
    ['order between two texts', { text: 'a', context: 'b', is_causal: true }, 'conflicting_options', '/is_causal'],
    ['itself in another text', { text: 'a', context: 'b', exclude_self: true }, 'conflicting_options', '/exclude_self'],
    [
      'a head of one text for two',
      { text: 'a', context: 'b', heads: ['semantic', 'previous-token'] },
      'conflicting_options',
      '/heads/1',
    ],
    ['code of too many tokens', { text: 'a.'.repeat(1025), heads: ['syntax-code'] }, 'text_too_long', '/text'],
    [
      'code of too many tokens in the context',
      { text: 'a', context: 'a.'.repeat(1025), tokenizer: 'code', language: 'python' },
      'text_too_long',
      '/context',
    ],
    [
      'a language that is not there',
      { text: 'a', language: 'cobol', heads: ['syntax-code'] },
      'invalid_option',
      '/language',
    ],
    [
      'a language of texts that are not read as code',
      { text: 'a', language: 'python', tokenizer: 'words' },
      'conflicting_options',
      '/language',
    ],
    [
      'code of too many tokens for its head',
      { text: 'a.'.repeat(1025), heads: ['syntax-code'], tokenizer: 'words' },
      'text_too_long',
      '/text',
    ],
  ])('is refused for %s', (_, body, code, pointer) => {
    expect(refusal(body)).toEqual({ code, pointer });
  });

  it('is refused when its tensors hold more numbers than allowed', () => {
    expect(refusal({ text: 'a b c' }, { maxElements: 100 })).toEqual({ code: 'too_many_elements', pointer: '/text' });
    const vectors = { a: [1, 2, 3], b: [1, 2, 3] };
    expect(refusal({ text: 'a', vectors }, { maxElements: 5 })).toEqual({
      code: 'too_many_elements',
      pointer: '/vectors',
    });
  });

  it('is refused when its answer would be larger than allowed', () => {
    const text = 'the cat sat on the mat '.repeat(20);
    expect(refusal({ text }, { maxOutputBytes: 50_000 })).toEqual({ code: 'output_too_large', pointer: '/outputs' });
    expect(ask({ text, outputs: ['stats'] }, { maxOutputBytes: 250_000 }).stats.entropy).toHaveLength(120);
  });

  it('takes whatever a text may hold', () => {
    for (const text of [
      '\ud800',
      'a\u0000b',
      '\u202eabc',
      '🏠👩‍👩‍👧',
      'x\u0301'.repeat(500),
      '__proto__ constructor toString',
      'a\u2028b',
    ]) {
      const answer = ask({ text, heads: ['semantic', 'same-token', 'position'] });
      expect(answer.tokens.length, text).toBeGreaterThan(0);
      for (const { text: token, start, end } of answer.tokens)
        expect(text.toWellFormed().slice(start, end)).toBe(token);
    }
  });
});
