import { describe, expect, it } from 'vitest';
import { wordOf } from '../../src/views/sentence/pair/word-of.ts';

const words = ['The', 'cat', 'sat', 'on', 'the', 'mat', '3'];

describe('a word that is named', () => {
  it('is the word itself, as it is written', () =>
    expect([wordOf('the', words), wordOf('The', words)]).toEqual([4, 0]));
  it('is the first in other letters, where none is written so', () => expect(wordOf(' CAT ', words)).toBe(1));
  it('is the one with a number, from 1', () => expect([wordOf('1', words), wordOf('7', words)]).toEqual([0, 6]));
  it('is a number of the text before it is the number of a word', () => expect(wordOf('3', words)).toBe(6));
  it('may not be there', () => {
    expect(['dog', '0', '8', '', '1.5'].map((name) => wordOf(name, words))).toEqual(Array(5).fill(undefined));
  });
});
