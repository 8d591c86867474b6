import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTableFile, SMALL_TABLE } from '../../../src/text/vectors/file.ts';
import { likenessOf } from '../../../src/text/vectors/relatives.ts';
import { VectorTable } from '../../../src/text/vectors/table.ts';

interface Sample {
  words: Record<string, { rank: number; vector: number[] }>;
}

const sample: Sample = JSON.parse(readFileSync(new URL('glove-sample.json', import.meta.url), 'utf8'));
const originals = Object.entries(sample.words);
const table = new VectorTable(readTableFile(SMALL_TABLE));

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (x, k) => x * b[k]).reduce((s, x) => s + x, 0);
const cosine = (a: ArrayLike<number>, b: ArrayLike<number>) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));

describe('the table of word vectors', () => {
  it('has the 30,000 most frequent words in 100 numbers each', () => {
    expect([table.words, table.dims]).toEqual([30_000, 100]);
    expect(originals.length).toBeGreaterThan(35);
  });

  it.each(originals)('has %j as GloVe has it, but for the rounding to int8', (word, { vector }) => {
    const row = table.find(word);
    expect(table.word(row)).toBe(word);
    expect(cosine(table.raw(row), vector)).toBeGreaterThanOrEqual(0.9999);
  });

  it('takes out the mean and two directions, and keeps what is left', () => {
    const { mean, directions } = table.common;
    const [first, second] = [directions.subarray(0, 100), directions.subarray(100, 200)];
    expect(dot(first, first)).toBeCloseTo(1, 5);
    expect(dot(second, second)).toBeCloseTo(1, 5);
    expect(dot(first, second)).toBeCloseTo(0, 5);
    for (const [word, { vector }] of originals) {
      const centered = vector.map((x, k) => x - mean[k]);
      const [a, b] = [dot(centered, first), dot(centered, second)];
      const left = centered.map((x, k) => x - a * first[k] - b * second[k]);
      expect(cosine(table.vector(table.find(word)), left), word).toBeGreaterThanOrEqual(0.9999);
    }
  });

  it('does not find what is not there', () => {
    for (const word of [
      '',
      'i',
      'Cat',
      'cats ',
      'quokkas',
      'yesterda',
      'thee!',
      '\u{10ffff}',
      'a'.repeat(300),
      '\ud800',
    ]) {
      expect(table.find(word), word).toBe(-1);
    }
  });

  it('finds every word at its own row', () => {
    for (let row = 0; row < table.words; row++) expect(table.find(table.word(row))).toBe(row);
  });
});

describe('an unknown word', () => {
  it('is like the known words that begin and end as it does', () => {
    expect(likenessOf('spotlights', table)?.words).toEqual(['spotlight', 'lights']);
    expect(likenessOf('untestable', table)?.words.at(-1)).toBe('stable');
  });

  it('stands between them', () => {
    const like = likenessOf('catlike', table);
    const [cat, alike, car] = ['cat', 'like', 'wednesday'].map((word) => table.vector(table.find(word)));
    expect(like).toBeDefined();
    const vector = like?.vector ?? [];
    expect(cosine(vector, cat)).toBeGreaterThan(0.5);
    expect(cosine(vector, alike)).toBeGreaterThan(0.5);
    expect(cosine(vector, car)).toBeLessThan(0.4);
  });

  it('is like none when it shares no three characters', () => {
    for (const word of ['i', 'zz', 'привет', '你好', '2000']) expect(likenessOf(word, table), word).toBeUndefined();
  });

  it('is always read the same', () => {
    expect(likenessOf('blorptastic', table)).toEqual(likenessOf('blorptastic', table));
  });
});
