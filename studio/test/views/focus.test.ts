import { describe, expect, it } from 'vitest';
import { focusOf, lockedAfter } from '../../src/views/sentence/focus.ts';

const shape = { queries: 6, keys: 6, isCross: false };
const cross = { queries: 2, keys: 3, isCross: true };
const locked = { direction: 'looks-at', locked: [2], pair: undefined } as const;

describe('the light', () => {
  it('comes from what is locked, while nothing is pointed at', () => {
    expect(focusOf(locked, undefined, shape).sources).toEqual([2]);
  });
  it('follows the pointer', () => {
    expect(focusOf(locked, { on: 'word', side: 'query', index: 4 }, shape).sources).toEqual([4]);
  });
  it('comes from the row of a cell, or from its column in the other direction', () => {
    const cell = { on: 'cell', query: 1, key: 5 } as const;
    expect(focusOf(locked, cell, shape)).toMatchObject({ sources: [1], pair: { query: 1, key: 5 } });
    expect(focusOf({ ...locked, direction: 'looked-at' }, cell, shape).sources).toEqual([5]);
  });
  it('goes backwards from the second sentence', () => {
    expect(focusOf(locked, { on: 'word', side: 'key', index: 2 }, cross)).toMatchObject({
      direction: 'looked-at',
      sources: [2],
    });
  });
  it('comes from no word that is not there any more', () => {
    expect(focusOf({ ...locked, locked: [1, 7] }, undefined, shape).sources).toEqual([1]);
    expect(focusOf(locked, { on: 'word', side: 'query', index: 9 }, shape).sources).toEqual([2]);
  });
  it('keeps a pair of what is locked, and of nothing else', () => {
    expect(focusOf({ ...locked, pair: { query: 2, key: 3 } }, undefined, shape).pair).toEqual({ query: 2, key: 3 });
    expect(focusOf({ ...locked, pair: { query: 1, key: 3 } }, undefined, shape).pair).toBeUndefined();
  });
});

describe('a click', () => {
  it('locks a word alone', () => expect(lockedAfter([2], 4, false)).toEqual([4]));
  it('lets it go when it was', () => expect(lockedAfter([4], 4, false)).toEqual([]));
  it('adds it with shift, in order', () => expect(lockedAfter([2, 5], 4, true)).toEqual([2, 4, 5]));
  it('takes it off with shift', () => expect(lockedAfter([2, 4], 4, true)).toEqual([2]));
});
