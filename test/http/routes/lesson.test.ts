/** The lesson that the service must be able to show, row by row, each with a request over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lesson } from '../../lesson.ts';
import type { Answer } from '../../requests/asking.ts';
import { JSON_TYPE, post, type Serving, serve } from '../serving.ts';

let serving: Serving;
beforeAll(async () => {
  serving = await serve({ logLevel: 'silent' });
});
afterAll(() => serving.app.close());

interface Attended {
  output: number[];
  weights: number[];
  scores: number[];
  stats: { entropy: number };
}

interface Reading {
  distance: number;
  attention: { reach: number; dependent_steps: number; ms: number };
  sequential: { reach: number; dependent_steps: number; ms: number };
}

async function ask<T>(path: string, body: object): Promise<T> {
  const answer = await post(serving.url + path, JSON.stringify(body));
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}
const attend = (body: object) => ask<Attended>('/attention', body);
const read = (body: object) => ask<Answer>('/attention/text', body);

interface Worked {
  comparisons: { says: string; holds: boolean }[];
  sequential: { readings: Reading[] };
}

async function example(name: string): Promise<Worked> {
  const answer = await fetch(`${serving.url}/examples/${name}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Worked;
}

const rounded = (numbers: readonly number[], digits = 4) => numbers.map((x) => Number(x.toFixed(digits)));
const softmax = (scores: readonly number[]) => {
  const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
  return scores.map((score) => Math.exp(score) / sum);
};
const MAT = 'The cat sat on the mat';
/** [d] for a sentence: its scores are what the keys of one number are. */
const scoring = (scores: readonly number[], more: object = {}) => ({
  query: [1],
  key: scores.map((score) => [score]),
  value: scores.map((_, i) => [i]),
  scale: 1,
  outputs: ['weights', 'scores', 'stats'],
  ...more,
});

describe('the lesson', () => {
  it('a library search: one query vector, keys and values', async () => {
    const { output } = await attend({ query: lesson.query, key: lesson.key, value: lesson.value });
    expect(rounded(output)).toEqual([6.6152, 13.2304, 19.8455]);
  });

  it('three steps: scores, softmax, weighted combination, worked out in print', async () => {
    const answer = await post(`${serving.url}/attention/text`, JSON.stringify({ text: MAT, focus: 'sat' }), {
      ...JSON_TYPE,
      accept: 'text/plain',
    });
    const text = await answer.text();
    const steps = [...text.matchAll(/^(\S+) +(\d\.\d{4}) +(\d\.\d{4}) +(\d\.\d{4}) +(\d\.\d{4})$/gm)].map((match) =>
      match.slice(2).map(Number),
    );
    expect(steps).toHaveLength(5);
    const sum = steps.reduce((total, [score]) => total + Math.exp(10 * (score - steps[0][0])), 0);
    for (const [score, scaled, exponential, weight] of steps) {
      // Each to the four digits that are printed, times ten where it is scaled.
      expect(Math.abs(scaled - 10 * score)).toBeLessThan(1e-3);
      expect(Math.abs(exponential - Math.exp(10 * (score - steps[0][0])))).toBeLessThan(2e-3);
      expect(Math.abs(weight - exponential / sum)).toBeLessThan(2e-3);
    }
  });

  it('three steps: each of them as an event of a stream', async () => {
    const request = { kind: 'attention', ...lesson };
    const started = await post(`${serving.url}/runs`, JSON.stringify({ request, detail: 'whole' }));
    expect(started.status).toBe(201);
    const events = await fetch(`${serving.url}${started.headers.get('location')}/events`);
    expect(events.headers.get('content-type')).toContain('text/event-stream');
    const steps = [...(await events.text()).matchAll(/^event: step\ndata: (.*)$/gm)].map(
      ([, data]): { name: string; data: number[] } => JSON.parse(data),
    );
    expect(steps.map(({ name }) => name)).toEqual(['q', 'k', 'v', 'attn_scores', 'scaled', 'pattern', 'z']);
    const [scores, scaled, weights, output] = steps.slice(3).map(({ data }) => data.flat());
    expect([scores, scaled].map((numbers) => rounded(numbers))).toEqual([
      [2, 0, 2],
      [2, 0, 2],
    ]);
    expect(rounded(weights)).toEqual(rounded(softmax(scaled)));
    const blend = [0, 1, 2].map((x) => weights.reduce((sum, weight, book) => sum + weight * lesson.value[book][x], 0));
    expect(rounded(output, 3)).toEqual(rounded(blend, 3));
    expect(rounded(output)).toEqual([7.088, 14.1761, 21.2641]);
  });

  it('its code: without scaling, and with the usual scale', async () => {
    const plain = await attend({ ...lesson, outputs: ['scores', 'weights'] });
    expect(rounded(plain.scores)).toEqual([2, 0, 2]);
    expect(rounded(plain.weights)).toEqual([0.4683, 0.0634, 0.4683]);
    expect(rounded(plain.output)).toEqual([7.088, 14.1761, 21.2641]);
    const scaled = await attend({ ...lesson, scale: undefined, outputs: ['weights'] });
    expect(rounded(scaled.weights)).toEqual([0.4319, 0.1361, 0.4319]);
    expect(rounded(scaled.output)).toEqual([6.6152, 13.2304, 19.8455]);
  });

  it('its illustrative scores: what softmax makes of them, and of ten times as much', async () => {
    const scores = [0.1, 0.9, 0.3, 0.2, 0.1];
    const even = await attend(scoring(scores));
    expect(rounded(even.weights)).toEqual([0.1526, 0.3397, 0.1864, 0.1687, 0.1526]);
    const sharp = await attend(scoring(scores, { scale: 10 }));
    expect(rounded(sharp.weights)).toEqual(rounded(softmax(scores.map((score) => 10 * score))));
    expect(sharp.weights[1]).toBeGreaterThan(0.99);
  });

  it('“sat” in the sentence: the mat high, the cat above the articles', async () => {
    const { focus } = await read({ text: MAT, focus: 'sat' });
    expect(focus.looks_at.map(({ text }) => text)).toEqual(['mat', 'on', 'cat', 'The', 'the']);
    expect(
      rounded(
        focus.looks_at.map(({ weight }) => weight),
        2,
      ),
    ).toEqual([0.63, 0.18, 0.09, 0.05, 0.05]);
  });

  it('self-attention: cat and sleeping find each other', async () => {
    const { stats } = await read({ text: 'The cat that I saw yesterday is sleeping' });
    expect([stats.max_key[7], stats.max_key[1]]).toEqual([1, 7]);
  });

  it('cross-attention: “Hello world” looks at “Bonjour monde”', async () => {
    const body = { text: 'Hello world', context: 'Bonjour monde' };
    expect((await read({ ...body, vectors: 'bilingual-example' })).stats.max_key).toEqual([0, 1]);
    // Vectors of the caller's own meet as well.
    const vectors = { hello: [1, 0], bonjour: [1, 0], world: [0, 1], monde: [0, 1] };
    const { weights } = await read({ ...body, vectors, temperature: 1 });
    expect(rounded(weights[0])).toEqual(rounded(softmax([1, 0])));
  });

  it('a telephone game and a conference call: what is left of the cat as the distance grows', async () => {
    const { readings } = (await example('two-ways-of-reading')).sequential;
    expect(readings.map(({ distance }) => distance)).toEqual([2, 7, 11]);
    for (const { distance, sequential, attention } of readings) {
      expect(sequential.reach).toBeCloseTo(0.2 * 0.8 ** distance, 6);
      expect(attention.reach).toBeGreaterThan(sequential.reach);
    }
  });

  it('all words at once: one step against one for each word, and the time of both', async () => {
    const { readings } = (await example('two-ways-of-reading')).sequential;
    expect(readings.map(({ sequential }) => sequential.dependent_steps)).toEqual([4, 9, 13]);
    expect(readings.map(({ attention }) => attention.dependent_steps)).toEqual([1, 1, 1]);
    for (const { attention, sequential } of readings) {
      expect(attention.ms).toBeGreaterThan(0);
      expect(sequential.ms).toBeGreaterThanOrEqual(0);
    }
  });

  it('interpretable: the pattern as a picture that says what it shows', async () => {
    const answer = await post(`${serving.url}/attention/text`, JSON.stringify({ text: MAT }), {
      ...JSON_TYPE,
      accept: 'image/svg+xml',
    });
    expect(answer.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
    expect(await answer.text()).toContain('<title>sat looks at mat: 0.6277</title>');
  });

  it('heads specialise: four of them, each said to be constructed', async () => {
    const names = ['semantic', 'position', 'previous-token', 'same-token'];
    const { heads } = await read({ text: MAT, heads: names });
    expect(heads.map(({ name }) => name)).toEqual(names);
    for (const { built_from } of heads) expect(built_from).toMatch(/^constructed: /);
    // "the" at 4: on is before it, and The is the same word.
    expect(heads.slice(2).map(({ stats }) => stats.max_key[4])).toEqual([3, 0]);
  });

  it('code: calls, declarations, scope and imports', async () => {
    const text = 'import { a } from "b"; function f(x) { return a(x) } f(1)';
    const { heads, tokens } = await read({ text, heads: ['syntax-code'] });
    const kinds = (heads[0].links ?? [])
      .filter(({ kind }) => kind !== 'bracket')
      .map(({ token, looks_at, kind }) => `${tokens[token].text} → ${tokens[looks_at].text}: ${kind}`);
    expect(kinds).toEqual(['a → "b": import', 'x → f: scope', 'a → a: import', 'x → x: declaration', 'f → f: call']);
  });

  it('search in both directions, conversation and completion from left to right, one text over another', async () => {
    const above = ({ weights }: Answer) => weights.flatMap((row, i) => row.slice(i + 1));
    expect(above(await read({ text: MAT, preset: 'encoder' })).some((weight) => weight > 0)).toBe(true);
    expect(above(await read({ text: MAT, preset: 'decoder' })).every((weight) => weight === 0)).toBe(true);
    const code = { text: 'const total = price + tax', preset: 'decoder', heads: ['syntax-code'] };
    expect(above(await read(code)).every((weight) => weight === 0)).toBe(true);
    const { weights } = await read({ text: 'Where is the cat ?', context: MAT, preset: 'cross' });
    expect([weights.length, weights[0].length]).toEqual([5, 6]);
    const causal = await attend({ ...lesson, query: lesson.key, is_causal: true });
    expect(causal.output[0]).toEqual(lesson.value[0]);
  });

  it.each(['myth-averaging', 'myth-largest-weight', 'myth-more-is-better'])(
    '%s is shown not to be so',
    async (name) => {
      const { comparisons } = await example(name);
      expect(comparisons.length).toBeGreaterThan(2);
      expect(comparisons.filter(({ holds }) => !holds)).toEqual([]);
    },
  );

  it('the pattern and not the intensity: a shift of all scores changes nothing, a factor sharpens', async () => {
    const scores = [0, 1, 2];
    const plain = await attend(scoring(scores));
    const shifted = await attend(scoring(scores.map((score) => score + 7)));
    const scaled = await attend(scoring(scores, { scale: 3 }));
    expect(rounded(shifted.weights, 5)).toEqual(rounded(plain.weights, 5));
    expect(scaled.stats.entropy).toBeLessThan(plain.stats.entropy);
  });

  it('multi-head attention: two heads of one number each', async () => {
    // All projections are 1, so each head attends with one number of the words. Row 0, head 0: scores 1·1 and 1·0.
    const one = [
      [1, 0],
      [0, 1],
    ];
    const { output, weights } = await ask<{ output: number[][]; weights: number[][][] }>('/attention/multi-head', {
      query: one,
      key: one,
      value: one,
      num_heads: 2,
      in_proj_weight: [...one, ...one, ...one],
      out_proj_weight: one,
      average_attn_weights: false,
    });
    expect(weights.map((head) => rounded(head[0]))).toEqual([rounded(softmax([1, 0])), [0.5, 0.5]]);
    expect(rounded(output[0])).toEqual([rounded(softmax([1, 0]))[0], 0.5]);
  });
});
