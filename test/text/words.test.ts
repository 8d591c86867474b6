import { describe, expect, it } from 'vitest';
import { segmentWords } from '../../src/text/words.ts';
import { randomNumbers } from './tokenize/random-text.ts';

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

  /** Sentences with words, names and signs of many kinds, each ended by a space or a mark of its script. */
  const sentences = [
    'The quick ("brown") fox can\'t jump 32.3 feet, right? ',
    'Größe, naïveté et l’été… ',
    '今天天气很好，我们去公园玩吧。',
    'すもももももももものうち。東京都に住んでいます、',
    '나는 학교에 갑니다. ',
    'สวัสดีครับ ผมชื่อสมชาย ',
    'Привет, мир! ',
    '👩‍💻🇩🇪👍🏽 e\u0301\u0302 ',
    'snake_case camelCase 3.14159 a.b.c ',
    '\r\n\t  ',
  ];

  it('of a long text are those of the whole, in whatever windows they are looked for', () => {
    const random = randomNumbers(3);
    const whole = new Intl.Segmenter(undefined, { granularity: 'word' });
    for (let i = 0; i < 20; i++) {
      const picked = Array.from({ length: 300 }, () => sentences[Math.floor(random() * sentences.length)]);
      const text = picked.join('');
      const expected = [...whole.segment(text)].filter(({ segment }) => segment.trim() !== '');
      const found = segmentWords(text);
      expect(found.map(({ text: word, start }) => [word, start])).toEqual(
        expected.map(({ segment, index }) => [segment, index]),
      );
      const last = found.at(-1);
      expect(last?.byteEnd).toBe(Buffer.byteLength(text.slice(0, last?.end ?? 0)));
    }
  });

  it('may be as long as the text', () => {
    for (const text of ['a'.repeat(100_000), `e${'\u0301'.repeat(50_000)}`, '_'.repeat(3000)]) {
      expect(segmentWords(text)).toMatchObject([{ start: 0, end: text.length, byteEnd: Buffer.byteLength(text) }]);
    }
  });
});
