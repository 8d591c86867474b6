import { describe, expect, it } from 'vitest';
import { segmentWords } from '../../src/text/words.ts';

const wordsOf = (text: string) => segmentWords(text).map((token) => token.text);

describe('words', () => {
  it('are what a reader sees, punctuation apart', () => {
    expect(wordsOf('The cat sat on the mat.')).toEqual(['The', 'cat', 'sat', 'on', 'the', 'mat', '.']);
  });

  it('are found where no spaces are', () => {
    expect(wordsOf('你好世界')).toEqual(['你好', '世界']);
  });

  it('say where they stand, in code units and in bytes', () => {
    const [, house] = segmentWords('größe 🏠 x');
    expect(house).toMatchObject({ text: '🏠', start: 6, end: 8, byteStart: 8, byteEnd: 12 });
  });
});
