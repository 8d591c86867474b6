import { describe, expect, it } from 'vitest';
import { StepCache, type WrittenStep } from '../../src/stream/step-cache.ts';

/** A step of some `kilobytes`, with what the objects around it are said to cost. */
const step = (kilobytes: number): WrittenStep => ({ about: '', shape: [1], pieces: [], bytes: 1000 * kilobytes - 400 });

describe('the cache of written steps', () => {
  it('keeps what fits, and lets go of what was not asked for', () => {
    const cache = new StepCache(3000);
    for (const key of ['a', 'b', 'c']) cache.set(key, step(1));
    cache.get('a');
    cache.set('d', step(1));
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true, true]);
    expect(cache.bytes).toBe(3000);
  });

  it('keeps the newest one, however large', () => {
    const cache = new StepCache(3000);
    cache.set('a', step(1));
    cache.get('a');
    cache.set('b', step(9));
    expect(cache.get('a')).toBeUndefined();
    expect(cache.get('b')).toBeDefined();
    expect(cache.bytes).toBe(9000);
    cache.set('c', step(1));
    expect(cache.bytes).toBeLessThanOrEqual(3000);
    expect(cache.get('c')).toBeDefined();
  });

  it('counts a step that is written again once', () => {
    const cache = new StepCache(3000);
    cache.set('a', step(1));
    cache.set('a', step(2));
    expect(cache.bytes).toBe(2000);
  });
});
