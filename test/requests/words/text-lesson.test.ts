import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bilingualExample } from '../../../src/text/bilingual-example.ts';
import { lessonExamples } from '../../../src/text/examples.ts';
import { ask, table } from '../asking.ts';

const sample: { words: Record<string, { vector: number[] }> } = JSON.parse(
  readFileSync(new URL('../../text/vectors/glove-sample.json', import.meta.url), 'utf8'),
);

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, k) => sum + x * b[k], 0);
const toTwoDigits = (x: number) => Number(x.toFixed(2));

/** The cosine of two words by the original vectors of GloVe, without the mean and the two directions that the table has. */
function cosineOf(a: string, b: string): number {
  const { mean, directions } = table.common;
  const [x, y] = [a, b].map((word) => {
    const centered = sample.words[word].vector.map((number, k) => number - mean[k]);
    const parts = [directions.subarray(0, 100), directions.subarray(100)].map((direction) => {
      const along = dot(centered, [...direction]);
      return [...direction].map((d) => d * along);
    });
    return centered.map((number, k) => number - parts[0][k] - parts[1][k]);
  });
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

describe('the lesson', () => {
  it('has "sat" look at mat, then on, then cat, then the', () => {
    const { looks_at } = ask({ text: 'The cat sat on the mat', focus: 'sat' }).focus;
    expect(looks_at.map(({ text, weight }) => [text, toTwoDigits(weight)])).toEqual([
      ['mat', 0.63],
      ['on', 0.18],
      ['cat', 0.09],
      ['The', 0.05],
      ['the', 0.05],
    ]);
  });

  it('has "sleeping" look at cat, then saw', () => {
    const { looks_at } = ask({ text: 'the cat that I saw yesterday is sleeping', focus: 'sleeping' }).focus;
    expect(looks_at.slice(0, 2).map(({ text, weight }) => [text, toTwoDigits(weight)])).toEqual([
      ['cat', 0.56],
      ['saw', 0.29],
    ]);
  });

  it('scores by the cosines of the original vectors', () => {
    const [head] = ask({ text: 'The cat sat on the mat', focus: 2 }).focus.heads;
    for (const { text, score } of head.looks_at) {
      expect(Math.abs(score - cosineOf('sat', text.toLowerCase())), text).toBeLessThan(0.003);
    }
  });

  it('has "Hello world" find its words in "Bonjour monde", by the example table', () => {
    const answer = ask({ text: 'Hello world', context: 'Bonjour monde', vectors: 'bilingual-example' });
    expect(answer.context_tokens?.map(({ vector }) => vector)).toEqual(['dictionary', 'dictionary']);
    // Bonjour stands at hello and monde at world: cosines 1 and that of the two English words.
    const other = Math.exp(cosineOf('hello', 'world') / 0.1);
    const same = Math.exp(1 / 0.1);
    expect(answer.weights[0][0]).toBeCloseTo(same / (same + other), 4);
    expect(answer.weights[1][1]).toBeCloseTo(same / (same + other), 4);
  });

  it.each(
    lessonExamples.flatMap(({ name: example, requests }) =>
      requests.filter(({ route }) => route === '/attention/text').map(({ name, body }) => ({ example, name, body })),
    ),
  )('can be asked: $example, $name', ({ body }) => {
    const { tokens, context_tokens, weights } = ask(body);
    expect([weights.length, weights[0].length]).toEqual([tokens.length, (context_tokens ?? tokens).length]);
  });

  it('has "sleeping" find its cat however many words stand between', () => {
    for (const text of ['The cat is sleeping', 'The cat that lives in the big house on the hill is sleeping']) {
      expect(ask({ text, focus: 'sleeping' }).focus.looks_at[0].text).toBe('cat');
    }
  });

  it('has an example table whose words all stand somewhere', () => {
    for (const [french, english] of bilingualExample) expect(table.find(english), french).toBeGreaterThanOrEqual(0);
  });
});
