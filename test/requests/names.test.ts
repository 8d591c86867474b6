import { describe, expect, it } from 'vitest';
import { answerOf, jsonRequest, refusalOf } from './tensor-asking.ts';

const matrix = (rows: number, columns: number, number = 1) =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => number));
const request = { query: matrix(2, 2), key: matrix(3, 2), value: matrix(3, 1) };
const answered = (more: object) => answerOf(jsonRequest('attention', { ...request, ...more }));
const refused = (more: object) => refusalOf(jsonRequest('attention', { ...request, ...more }));

describe('names of queries, keys and heads', () => {
  it('stand in the answer as they were given', () => {
    const names = { query_labels: ['The', 'cat'], key_labels: ['Le', 'chat', '\ud800'], head_labels: ['meaning'] };
    expect(answered({ ...names, focus: 'cat' })).toMatchObject({ ...names, focus: { text: 'cat', index: 1 } });
    expect(answered({ focus: 1 })).toMatchObject({ focus: { text: '1', index: 1 } });
  });

  it('change no number', () => {
    const { output } = answered({});
    expect(answered({ query_labels: ['a', 'b'], focus: 0 }).output).toEqual(output);
  });

  it('are not given when they are null', () => {
    const answer = answered({ query_labels: null, key_labels: null, head_labels: null, focus: null });
    expect(Object.keys(answer)).toEqual(['output', 'meta']);
  });

  it('count keys of the past, which come first', () => {
    const past = { past_key: matrix(1, 2), past_value: matrix(1, 1) };
    const key_labels = ['past', 'a', 'b', 'c'];
    expect(answered({ ...past, key_labels })).toMatchObject({ key_labels });
    expect(refused({ ...past, key_labels: ['a', 'b', 'c'] }).detail).toContain('3 names for 4 keys');
  });

  it('are completed in multi-head by the keys that it adds', () => {
    const eye = [
      [1, 0],
      [0, 1],
    ];
    const body = {
      query: eye,
      key: eye,
      value: eye,
      num_heads: 2,
      in_proj_weight: [...eye, ...eye, ...eye],
      out_proj_weight: eye,
      bias_k: [[[1, 1]]],
      bias_v: [[[1, 1]]],
      add_zero_attn: true,
      key_labels: ['a', 'b'],
      head_labels: ['x', 'y'],
    };
    const answer = answerOf(jsonRequest('multi-head', body));
    expect(answer).toMatchObject({ key_labels: ['a', 'b', 'bias_k', '0'], head_labels: ['x', 'y'] });
  });

  it('are refused where they are not as many as there are', () => {
    expect(refused({ query_labels: ['a'] })).toEqual({
      code: 'shape_mismatch',
      pointer: '/query_labels',
      detail: 'query_labels has 1 names for 2 queries',
    });
    expect(refused({ head_labels: [] })).toMatchObject({ code: 'shape_mismatch', pointer: '/head_labels' });
  });

  it.each([
    [{ query_labels: ['a', 1] }, '/query_labels/1'],
    [{ query_labels: ['a', null] }, '/query_labels/1'],
    [{ head_labels: [null] }, '/head_labels/0'],
    [{ query_labels: 'ab' }, '/query_labels'],
    [{ key_labels: ['a', 'b', 'c'.repeat(257)] }, '/key_labels/2'],
    // 256 names of 256 characters are 2¹⁶.
    [{ key_labels: Array.from({ length: 300 }, () => 'c'.repeat(256)) }, '/key_labels/256'],
    [{ key_labels: Array.from({ length: 5000 }, () => 'c') }, '/key_labels/4096'],
    [{ head_labels: { 0: 'a' } }, '/head_labels'],
    [{ focus: 1.5 }, '/focus'],
    [{ focus: -1 }, '/focus'],
    [{ focus: 2 }, '/focus'],
    [{ focus: 'a' }, '/focus'],
    [{ focus: 'c', query_labels: ['a', 'b'] }, '/focus'],
  ])('are refused where they are none: case %#', (more, pointer) => {
    expect(refused(more)).toMatchObject({ code: 'invalid_option', pointer });
  });
});
