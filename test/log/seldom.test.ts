import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Seldom } from '../../src/log/seldom.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('what comes in floods', () => {
  it('is told at once, and then now and again with its number', () => {
    const told: [string, number][] = [];
    const seldom = new Seldom<string>(1000, (last, count) => told.push([last, count]));
    for (const name of ['a', 'b', 'c']) seldom.note(name);
    expect(told).toEqual([['a', 1]]);
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([
      ['a', 1],
      ['c', 2],
    ]);
    vi.advanceTimersByTime(5000);
    expect(told).toHaveLength(2);
    seldom.note('d');
    expect(told[2]).toEqual(['d', 1]);
  });
});
