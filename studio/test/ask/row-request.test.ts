import { describe, expect, it } from 'vitest';
import { headOfPair, rowQuestion } from '../../src/ask/row-request.ts';
import { START } from '../../src/state/state.ts';

const pair = { query: 2, key: 5 };

describe('the question for the steps of a row', () => {
  it('is of the request of the picture, and of one row of one head', () => {
    expect(rowQuestion(START, pair)).toEqual({
      request: {
        text: 'The cat sat on the mat',
        heads: ['semantic', 'position', 'previous-token', 'same-token'],
        temperature: 0.1,
        exclude_self: true,
      },
      head: 0,
      row: 2,
    });
  });

  it('is of the first head that is picked, or of the one that was chosen among them', () => {
    const several = { ...START, heads: ['position', 'same-token'] } as const;
    expect(rowQuestion(several, pair)?.head).toBe(1);
    expect(rowQuestion({ ...several, pairHead: 'same-token' }, pair)?.head).toBe(3);
    expect(headOfPair({ ...several, pairHead: 'semantic' })).toBe('position');
  });

  it('is the same for every word of the row, and none without a pair', () => {
    expect(rowQuestion(START, { query: 2, key: 0 })).toEqual(rowQuestion(START, pair));
    expect(rowQuestion(START, undefined)).toBeUndefined();
    expect(rowQuestion({ ...START, text: '' }, pair)).toBeUndefined();
  });
});
