import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../src/kernels/kernel.ts';
import { type Comparison, compareAnswers } from '../../src/text/comparison.ts';
import { lessonExamples } from '../../src/text/examples.ts';
import { largestWeightIsNotImportance, moreIsNotBetter, notAveraging } from '../../src/text/myths.ts';
import { segmentWords } from '../../src/text/words.ts';
import { availableKernels } from '../kernels/available.ts';
import { answerOf as answerTo, jsonRequest } from '../requests/tensor-asking.ts';

const answerOf = (body: object, kernel: Kernel) => answerTo(jsonRequest('attention', body), kernel);

const byNumbers = lessonExamples.filter(({ requests }) => requests.every(({ route }) => route === '/attention'));
const numbersFail = (comparisons: readonly Comparison[], answers: ReadonlyMap<string, unknown>) =>
  compareAnswers(comparisons, answers).filter(({ holds }) => !holds);

describe('the examples of the lesson', () => {
  it('have names for a path and requests with names of their own', () => {
    const names = lessonExamples.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, requests } of lessonExamples) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(new Set(requests.map((request) => request.name)).size).toBe(requests.length);
    }
  });

  it('focus on words that their texts have', () => {
    const focused = lessonExamples.flatMap(({ requests }) => requests.filter(({ body }) => 'focus' in body));
    expect(focused.length).toBeGreaterThan(0);
    const wordsOf = (text: unknown) => (typeof text === 'string' ? segmentWords(text).map((token) => token.text) : []);
    for (const { name, body } of focused) {
      expect([...wordsOf(body.text), ...wordsOf(body.context)], name).toContain(body.focus);
    }
  });

  it('place the cat and its sleep where the words stand', () => {
    const example = lessonExamples.find(({ sequential }) => sequential !== undefined);
    for (const { request, from, to } of example?.sequential?.words ?? []) {
      const body = example?.requests.find(({ name }) => name === request)?.body;
      const words = segmentWords(String(body?.text)).map(({ text }) => text);
      expect([words[from], words[to]]).toEqual(['cat', 'sleeping']);
    }
    expect(example?.sequential?.words.map(({ from, to }) => to - from)).toEqual([2, 7, 11]);
  });

  it('name as many rows and columns as their matrices have', () => {
    for (const { body } of byNumbers.flatMap(({ requests }) => requests)) {
      const { query_labels, key_labels } = body as { query_labels: string[]; key_labels: string[] };
      const { weights } = answerOf(body, availableKernels()[0]) as { weights: unknown[] };
      // [Lq, Lk], [Lk] for a single query, or [H, Lq, Lk].
      const matrix = typeof weights[0] === 'number' ? [weights] : (weights as unknown[][]);
      const first = Array.isArray(matrix[0][0]) ? (matrix[0] as unknown[][]) : matrix;
      expect([first.length, first[0].length]).toEqual([query_labels.length, key_labels.length]);
    }
  });
});

describe.each(availableKernels())('on the $name kernel', (kernel) => {
  it.each(byNumbers)('the numbers of $name say what the example says', ({ requests, comparisons }) => {
    const answers = new Map(requests.map(({ name, body }) => [name, answerOf(body, kernel)]));
    expect(comparisons.length).toBeGreaterThan(0);
    expect(numbersFail(comparisons, answers)).toEqual([]);
  });

  const answerToMyth = (myth: ReturnType<typeof notAveraging>) => {
    const answers = Object.fromEntries(
      Object.entries(myth.requests).map(([name, body]) => [name, answerOf(body, kernel)]),
    );
    return answers as Record<string, { output: number[][]; weights: number[][]; stats: Record<string, number[][]> }>;
  };

  it('three queries take what they look for from 10 and 20, and the average only without a preference', () => {
    const { three_queries } = answerToMyth(notAveraging());
    // e⁴ = 54.59815: weights 54.59815/55.59815 = 0.9820138 and 0.0179862.
    expect(three_queries.output.flat()[0]).toBeCloseTo(10 * 0.9820138 + 20 * 0.0179862, 5);
    expect(three_queries.output.flat()[1]).toBeCloseTo(10 * 0.0179862 + 20 * 0.9820138, 5);
    expect(three_queries.output.flat()[2]).toBeCloseTo(15, 5);
  });

  it('two heads with the same largest weight look at 2 and at 4 keys', () => {
    const { two_heads } = answerToMyth(largestWeightIsNotImportance());
    expect(two_heads.stats.max_weight.flat().map((w) => Number(w.toFixed(6)))).toEqual([0.5, 0.5]);
    // ½ ln 2 + ½ ln 2 = ln 2; ½ ln 2 + 4·⅛ ln 8 = 2 ln 2 = ln 4.
    expect(two_heads.stats.entropy.flat()[0]).toBeCloseTo(Math.LN2, 5);
    expect(two_heads.stats.entropy.flat()[1]).toBeCloseTo(2 * Math.LN2, 5);
    expect(two_heads.stats.effective_keys.flat()[0]).toBeCloseTo(2, 5);
    expect(two_heads.stats.effective_keys.flat()[1]).toBeCloseTo(4, 5);
  });

  it('a shift of all scores changes no weight, a factor sharpens them', () => {
    const { plain, shifted, scaled } = answerToMyth(moreIsNotBetter());
    const rounded = (weights: number[][]) => weights.flat().map((w) => Number(w.toFixed(5)));
    expect(rounded(plain.weights)).toEqual([0.14286, 0.28571, 0.57143]);
    expect(rounded(shifted.weights)).toEqual([0.14286, 0.28571, 0.57143]);
    expect(rounded(scaled.weights)).toEqual([0.0137, 0.10959, 0.87671]);
  });
});

describe('a comparison', () => {
  const answers = new Map([
    ['one', { a: { 'b/c~d': [1, 2] }, x: 3 }],
    ['two', { x: 3.1 }],
  ]);
  const reading = (request: string, pointer: string) => ({ request, pointer });
  const holds = (comparison: Omit<Comparison, 'says'>) =>
    compareAnswers([{ says: '', ...comparison }], answers)[0].holds;

  it('finds numbers by JSON pointer, with its escapes', () => {
    expect(holds({ left: reading('one', '/a/b~1c~0d'), relation: 'equals', right: [1, 2] })).toBe(true);
    expect(holds({ left: reading('one', '/a/b~1c~0d/1'), relation: 'equals', right: 2 })).toBe(true);
  });

  it('fails when the numbers say something else', () => {
    expect(holds({ left: reading('one', '/x'), relation: 'equals', right: reading('two', '/x') })).toBe(false);
    expect(holds({ left: reading('one', '/x'), relation: 'differs from', right: 3 })).toBe(false);
    expect(holds({ left: reading('one', '/x'), relation: 'is greater than', right: reading('two', '/x') })).toBe(false);
    expect(holds({ left: reading('two', '/x'), relation: 'is greater than', right: reading('one', '/x') })).toBe(true);
    expect(holds({ left: reading('one', '/a/b~1c~0d'), relation: 'equals', right: 1 })).toBe(false);
  });

  it('does not take what is missing for a number', () => {
    expect(() => holds({ left: reading('one', '/y'), relation: 'differs from', right: 3 })).toThrow('/y of one');
    expect(() => holds({ left: reading('three', '/x'), relation: 'differs from', right: 3 })).toThrow('/x of three');
  });
});
