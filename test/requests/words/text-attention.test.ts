import { readFileSync } from 'node:fs';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { HEAD_NAMES } from '../../../src/text/heads/heads.ts';
import { ask } from '../asking.ts';

const sample: { words: Record<string, { vector: number[] }> } = JSON.parse(
  readFileSync(new URL('../../text/vectors/glove-sample.json', import.meta.url), 'utf8'),
);

const sumOf = (row: readonly number[]) => row.reduce((sum, x) => sum + x, 0);

describe('attention between words of given vectors', () => {
  // Unit vectors (1, 0) and (0.6, 0.8): their cosine is 0.6.
  const request = { text: 'red car', vectors: { red: [5, 0], car: [3, 4] }, temperature: 1, exclude_self: false };

  it('is the softmax of their cosines', () => {
    const { weights } = ask(request);
    const own = Math.exp(1) / (Math.exp(1) + Math.exp(0.6));
    expect(weights[0][0]).toBeCloseTo(own, 6);
    expect(weights[0][1]).toBeCloseTo(1 - own, 6);
    expect(weights[1][1]).toBeCloseTo(own, 6);
  });

  it('divides the scores by the temperature', () => {
    const { weights } = ask({ ...request, temperature: 0.5 });
    expect(weights[0][0]).toBeCloseTo(Math.exp(2) / (Math.exp(2) + Math.exp(1.2)), 6);
  });

  it('gives all to the best when the temperature goes to 0, and the same to all when it grows', () => {
    expect(ask({ ...request, temperature: 1e-4 }).weights).toEqual([
      [1, 0],
      [0, 1],
    ]);
    for (const row of ask({ ...request, temperature: 1e6 }).weights) {
      for (const weight of row) expect(weight).toBeCloseTo(0.5, 6);
    }
  });

  it('answers the mean of the word vectors as output', () => {
    const { heads, weights } = ask({ ...request, outputs: ['weights', 'output'] });
    const [a, b] = weights[0];
    expect(heads[0].output[0][0]).toBeCloseTo(a + 0.6 * b, 6);
    expect(heads[0].output[0][1]).toBeCloseTo(0.8 * b, 6);
  });

  it('answers scores before and after masks', () => {
    const [head] = ask({ ...request, exclude_self: true, outputs: ['scores', 'masked_scores'] }).heads;
    expect(head.scores[0][1]).toBeCloseTo(0.6, 6);
    expect(head.masked_scores[0]).toEqual(['-Infinity', head.scores[0][1]]);
    expect(head).not.toHaveProperty('weights');
  });

  it('reads half a surrogate pair as U+FFFD, and the places after it stay right', () => {
    const halves = ask({ text: 'a \ud83d b', context: '\udc00 c', vectors: { a: [1, 0], b: [0, 1] }, focus: 'b' });
    const whole = ask({ text: 'a \ufffd b', context: '\ufffd c', vectors: { a: [1, 0], b: [0, 1] }, focus: 'b' });
    expect(halves).toEqual(whole);
    expect(halves.tokens.at(-1)).toMatchObject({ text: 'b', start: 4 });
  });

  it('looks words up as they are written, then in lower case', () => {
    const vectors = { Polish: [1, 0], polish: [0, 1] };
    const { focus } = ask({ text: 'Polish polish POLISH', vectors, focus: 2 });
    expect(focus.heads[0].looks_at.map(({ text, score }) => [text, score])).toEqual([
      ['polish', 1],
      ['Polish', 0],
    ]);
  });

  it('leaves the table aside for vectors of another width', () => {
    const { tokens } = ask({ text: 'cat dog', vectors: { cat: [1, 2, 3] } });
    expect(tokens.map(({ vector, known }) => [vector, known])).toEqual([
      ['given', true],
      ['none', false],
    ]);
  });

  it('puts vectors of the width of the table beside its own, in its space', () => {
    const vectors = { blorptastic: sample.words.cat.vector };
    const { tokens, focus } = ask({ text: 'blorptastic cat dog', vectors, focus: 0, temperature: 1 });
    expect(tokens.map(({ vector }) => vector)).toEqual(['given', 'table', 'table']);
    const [cat] = focus.heads[0].looks_at;
    expect(cat.text).toBe('cat');
    expect(cat.score).toBeGreaterThan(0.9999);
  });

  it('takes vectors of zeros as like nothing', () => {
    const { weights } = ask({ text: 'a b c', vectors: { a: [0, 0], b: [1, 0], c: [0, 1] } });
    expect(weights[0]).toEqual([0, 0.5, 0.5]);
  });

  it('takes vectors of very large and very small numbers', () => {
    const vectors = { a: [1e18, 0], b: [1e-300, 0], c: [3e-40, 4e-40] };
    const { focus } = ask({ text: 'a b c', vectors, focus: 'a' });
    expect(focus.heads[0].looks_at.find(({ text }) => text === 'c')?.score).toBeCloseTo(0.6, 3);
  });
});

describe('unknown words', () => {
  it('are read by words that begin and end as they do', () => {
    const { tokens } = ask({ text: 'spotlights shine' });
    expect(tokens[0]).toMatchObject({ known: false, vector: 'relatives', relatives: ['spotlight', 'lights'] });
    expect(tokens[1]).toMatchObject({ known: true, vector: 'table' });
  });

  it('of which nothing is known look at all known words alike, and are looked at last', () => {
    const { tokens, weights } = ask({ text: 'cat zz dog', exclude_self: false });
    expect(tokens[1]).toMatchObject({ known: false, vector: 'none' });
    const itself = Math.exp(10) / (Math.exp(10) + 2);
    expect(weights[1][0]).toBeCloseTo((1 - itself) / 2, 6);
    expect(weights[1][1]).toBeCloseTo(itself, 6);
    expect(weights[0][1]).toBeLessThan(1e-8);
  });

  it('look at themselves elsewhere in the text', () => {
    const { focus } = ask({ text: 'zz cat ZZ', focus: 0 });
    expect(focus.heads[0].looks_at.map(({ text, score }) => [text, score])).toEqual([
      ['ZZ', 1],
      ['cat', 0],
    ]);
  });

  it('look at each other alike when a text has no others', () => {
    const { weights } = ask({ text: 'привет мир тут' });
    for (const row of weights) for (const weight of row) expect([0, 0.5]).toContain(Number(weight.toFixed(6)));
  });

  it('may be many', () => {
    const text = Array.from(
      { length: 300 },
      (_, i) => `я${'абвгдежзик'[i % 10]}${'лмнопрстуф'[Math.floor(i / 10) % 10]}${'хцчшщ'[i % 5]}${i}`,
    );
    const { weights } = ask({ text: [...text, text[0]].join(' '), outputs: ['weights'], exclude_self: true });
    // Codes of more than 256 things are not quite orthogonal, but the same word still stands out.
    expect(weights[0].indexOf(Math.max(...weights[0]))).toBe(weights[0].length - 1);
  });
});

describe('what tokens may see', () => {
  const text = 'the quick brown fox jumps over the lazy dog';

  it('leaves out the token itself in self-attention, unless it is asked for', () => {
    for (const [i, row] of ask({ text }).weights.entries()) expect(row[i]).toBe(0);
    for (const [i, row] of ask({ text, exclude_self: false }).weights.entries()) expect(row[i]).toBe(Math.max(...row));
  });

  it('is what came before, for a decoder', () => {
    const { weights, meta, stats } = ask({ text, preset: 'decoder', exclude_self: false });
    expect(meta).toMatchObject({ preset: 'decoder', is_causal: true });
    for (const [i, row] of weights.entries()) {
      expect(row.slice(i + 1).every((weight) => weight === 0)).toBe(true);
      expect(sumOf(row)).toBeCloseTo(1, 5);
    }
    expect(stats.max_key[0]).toBe(0);
  });

  it('is nothing for the first token of a decoder that leaves itself out', () => {
    const { weights, stats, focus } = ask({ text, is_causal: true, focus: 0 });
    expect(sumOf(weights[0])).toBe(0);
    expect(stats).toMatchObject({ max_key: expect.arrayContaining([-1]) });
    expect([stats.entropy[0], stats.effective_keys[0], stats.max_weight[0]]).toEqual([0, 0, 0]);
    expect(focus.heads[0]).toEqual({ name: 'semantic', max: 0, sum: 0, looks_at: [] });
  });

  const words = fc.array(fc.constantFrom('cat', 'dog', 'sat', 'zz', 'the', ',', 'spotlights', 'on'), {
    minLength: 2,
    maxLength: 12,
  });
  const setting = fc.record({
    heads: fc.uniqueArray(fc.constantFrom(...HEAD_NAMES), { minLength: 1 }),
    is_causal: fc.boolean(),
    exclude_self: fc.boolean(),
    temperature: fc.constantFrom(0.001, 0.1, 1, 1000),
    positions: fc.constantFrom('none', 'sinusoidal', 'alibi'),
    tokenizer: fc.constantFrom('words', 'code'),
  });
  test.prop([words, setting], { numRuns: 60 })(
    'is shared out: weights of each row sum to 1, or to 0 where nothing is seen',
    (list, options) => {
      const answer = ask({ text: list.join(' '), ...options });
      for (const weights of [answer.weights, ...answer.heads.map((head) => head.weights)]) {
        for (const [i, row] of weights.entries()) {
          const seesNothing = options.exclude_self && options.is_causal && i === 0;
          expect(sumOf(row)).toBeCloseTo(seesNothing ? 0 : 1, 5);
          if (options.exclude_self) expect(row[i]).toBe(0);
          if (options.is_causal) expect(row.slice(i + 1).every((weight) => weight === 0)).toBe(true);
        }
      }
      const mean = answer.weights.map((row, i) =>
        row.map((_, j) => sumOf(answer.heads.map((head) => head.weights[i][j])) / answer.heads.length),
      );
      for (const [i, row] of mean.entries())
        for (const [j, x] of row.entries()) expect(answer.weights[i][j]).toBeCloseTo(x, 5);
    },
  );
});

describe('a focus', () => {
  it('is worked out so that each step follows from the one before', () => {
    const { focus } = ask({
      text: 'The cat sat on the mat',
      focus: 'SAT',
      temperature: 0.2,
      heads: ['semantic', 'position'],
      positions: 'alibi',
    });
    expect(focus).toMatchObject({ index: 2, text: 'sat' });
    for (const { looks_at, max, sum } of focus.heads) {
      expect(looks_at).toHaveLength(5);
      expect(sumOf(looks_at.map(({ weight }) => weight))).toBeCloseTo(1, 5);
      expect(sumOf(looks_at.map(({ scaled }) => Math.exp(scaled - max)))).toBeCloseTo(sum, 4);
      for (const { score, scaled, weight } of looks_at) {
        expect(scaled).toBeCloseTo(score / 0.2, 5);
        expect(weight).toBeCloseTo(Math.exp(scaled - max) / sum, 5);
      }
      expect(looks_at).toEqual([...looks_at].sort((a, b) => b.weight - a.weight));
    }
    const [first] = focus.looks_at;
    const shares = focus.heads.map(({ looks_at }) => looks_at.find(({ index }) => index === first.index)?.weight ?? 0);
    expect(first.weight).toBeCloseTo(sumOf(shares) / 2, 6);
  });

  it('is the first token that is the word, as it is written before all others', () => {
    expect(ask({ text: 'the The', focus: 'The' }).focus.index).toBe(1);
    expect(ask({ text: 'the The', focus: 'THE' }).focus.index).toBe(0);
    expect(ask({ text: 'the The', focus: 1 }).focus.text).toBe('The');
  });
});

describe('statistics of tokens', () => {
  it('are those of the weights', () => {
    // Four words at right angles to each other: three others with a third each.
    const vectors = { a: [1, 0, 0, 0], b: [0, 1, 0, 0], c: [0, 0, 1, 0], d: [0, 0, 0, 1] };
    const { stats, heads } = ask({ text: 'a b c d', vectors });
    for (const { entropy, effective_keys, max_weight, mean_distance } of [stats, heads[0].stats]) {
      for (let i = 0; i < 4; i++) {
        expect(entropy[i]).toBeCloseTo(Math.log(3), 5);
        expect(effective_keys[i]).toBeCloseTo(3, 5);
        expect(max_weight[i]).toBeCloseTo(1 / 3, 5);
      }
      expect(mean_distance[0]).toBeCloseTo((1 + 2 + 3) / 3, 5);
      expect(mean_distance[1]).toBeCloseTo((1 + 1 + 2) / 3, 5);
    }
  });

  it('tell two patterns apart that have the same largest weight', () => {
    // One head puts 1/2 on one of two tokens; the mean of two heads that disagree does too, and spreads as far.
    const answer = ask({
      text: 'a b a',
      vectors: { a: [1, 0], b: [0, 1] },
      heads: ['same-token', 'previous-token'],
      temperature: 0.001,
    });
    expect(answer.weights[2]).toEqual([0.5, 0.5, 0]);
    expect(answer.stats.entropy[2]).toBeCloseTo(Math.LN2, 6);
    expect(answer.heads.map(({ stats }) => stats.entropy[2])).toEqual([0, 0]);
    expect(answer.heads.map(({ stats }) => stats.max_key[2])).toEqual([0, 1]);
  });
});
