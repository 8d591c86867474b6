import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/ask/tensors/answer.ts';
import { differenceOf, outputOf, patternOf } from '../../../src/views/tensors/head-matrices.ts';
import { exact, numberIn } from '../../../src/views/tensors/number-text.ts';
import { pictured } from '../../../src/views/tensors/pictured.ts';
import { titleOfSecond } from '../../../src/views/tensors/told.ts';

const HIDDEN = Number.NEGATIVE_INFINITY;
const answer: Answer = {
  batch: 1,
  heads: 2,
  rows: 1,
  width: 1,
  keys: 2,
  output: Float32Array.of(5, -6),
  weights: Float32Array.of(0.25, 0.75, 1, 0),
  scores: undefined,
  masked: Float32Array.of(1, 2, 3, HIDDEN),
  lse: undefined,
  statistics: {},
  kernel: 'reference',
  scale: 1,
};

describe('the numbers of a head', () => {
  it('are its weights, hidden where the softmax reads −∞', () => {
    expect(patternOf(answer, { batch: 0, head: 0 })?.values).toEqual(Float32Array.of(0.25, 0.75));
    expect(patternOf(answer, { batch: 0, head: 1 })).toMatchObject({
      values: Float32Array.of(1, HIDDEN),
      hasHidden: true,
    });
  });

  it('are none of a head that there is not', () => {
    expect(patternOf(answer, { batch: 0, head: 2 })).toBeUndefined();
    expect(outputOf(answer, { batch: 1, head: 0 })).toBeUndefined();
  });

  const of = (values: readonly number[], columns = values.length) => ({
    rows: 1,
    columns,
    values: Float32Array.from(values),
    hasHidden: false,
  });

  it('have a difference, in which what is hidden counts as nothing', () => {
    expect(differenceOf(of([0.25, 0.75]), of([1, HIDDEN]))?.values).toEqual(Float32Array.of(0.75, -0.75));
    expect(differenceOf(of([1]), of([1, 0]))).toBeUndefined();
  });

  it('are one picture of one request, three of two, with one scale for both and one of both signs between', () => {
    const first = of([1, -2]);
    const second = of([4, -2]);
    const difference = differenceOf(first, second);
    expect(pictured('output', { first, second: undefined, against: undefined, difference: undefined })).toHaveLength(1);
    const three = pictured('output', { first, second, against: { option: 'scale', value: 2 }, difference });
    expect(three.map(({ title, sheet }) => [title, sheet.scale, sheet.most])).toEqual([
      ['as it is', 'signed', 4],
      ['scale: 2', 'signed', 4],
      ['second − first', 'signed', 3],
    ]);
  });
});

describe('a number', () => {
  it('is written with all digits that tell it from its neighbors', () => {
    expect(exact(Math.fround(0.1))).toBe('0.1');
    expect(exact(0.1)).toBe('0.1');
    expect(exact(-1 / 3)).toBe('−0.3333333333333333');
    expect(exact(HIDDEN)).toBe('−∞');
    expect(exact(0)).toBe('0');
  });

  it('is typed as JSON, NumPy and people write it', () => {
    const texts = ['1', '-.5', '−2', '1e-3', '-inf', '∞', '+Infinity'];
    expect(texts.map(numberIn)).toEqual([
      1,
      -0.5,
      -2,
      0.001,
      HIDDEN,
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
    expect(['', 'one', '1,5', '1 2', 'nan', '0x1'].map(numberIn)).toEqual(Array(6).fill(undefined));
  });
});

it('what differs in the second request is said in short', () => {
  expect(titleOfSecond({ option: 'is_causal', value: true })).toBe('is_causal: true');
  expect(titleOfSecond({ option: 'scale', value: null })).toBe('scale: as by default');
  expect(titleOfSecond({ role: 'key', tensor: '' })).toBe('another key');
  expect(titleOfSecond({ option: 'key_labels', value: Array(99).fill('word') })).toHaveLength(
    'key_labels: '.length + 40,
  );
});
