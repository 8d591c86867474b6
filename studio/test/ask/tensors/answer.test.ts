import { describe, expect, it } from 'vitest';
import { ofHead, readAnswer } from '../../../src/ask/tensors/answer.ts';

const base64 = (values: readonly number[]) => Buffer.from(Float32Array.from(values).buffer).toString('base64');
const tensor = (shape: readonly number[], values: readonly number[]) => ({
  shape,
  dtype: 'float32',
  data: base64(values),
});

/** Two heads of one query and two keys, with values of one number. */
const answer = {
  output: tensor([2, 1, 1], [5, 6]),
  weights: tensor([2, 1, 2], [0.25, 0.75, 1, 0]),
  lse: tensor([2, 1], [1, 2]),
  stats: { entropy: tensor([2, 1], [0.5, 0]), per_head: {} },
  meta: { kernel: 'reference', scale: 0.5, shape: [1, 2, 1, 1] },
};

describe('an answer', () => {
  it('is numbers by batch entry and head', () => {
    const read = readAnswer(answer);
    expect(read).toMatchObject({ batch: 1, heads: 2, rows: 1, keys: 2, width: 1, kernel: 'reference', scale: 0.5 });
    const second = { batch: 0, head: 1 };
    expect([...ofHead(read, read.weights ?? new Float32Array(), { ...second, count: 2 })]).toEqual([1, 0]);
    expect([...ofHead(read, read.output, { ...second, count: 1 })]).toEqual([6]);
    expect([...(read.statistics.entropy ?? [])]).toEqual([0.5, 0]);
  });

  it('has no weights where none were asked for', () => {
    const { weights: _, ...without } = answer;
    expect(readAnswer(without)).toMatchObject({ keys: undefined, weights: undefined });
  });

  it('is refused where it is none, or has other numbers than its shape says', () => {
    expect(() => readAnswer({})).toThrow(TypeError);
    expect(() => readAnswer({ ...answer, output: [[5], [6]] })).toThrow(TypeError);
    expect(() => readAnswer({ ...answer, weights: tensor([2, 1, 3], [1, 2, 3, 4]) })).toThrow(TypeError);
  });
});
