import { describe, expect, it } from 'vitest';
import { StepCache, type WrittenStep } from '../../src/stream/step-cache.ts';

/** A step of some `kilobytes`, with what the objects around it are said to cost. */
const step = (kilobytes: number): WrittenStep => ({ about: '', shape: [1], pieces: [], bytes: 1000 * kilobytes - 400 });

describe('the cache of written steps', () => {
  it('keeps what fits, and lets go of what was not asked for', () => {
    const cache = new StepCache(3000);
    const own = cache.of('run');
    for (const key of ['a', 'b', 'c']) own.set(key, step(1));
    own.get('a');
    own.set('d', step(1));
    expect(['a', 'b', 'c', 'd'].map((key) => own.get(key) !== undefined)).toEqual([true, false, true, true]);
    expect(cache.bytes).toBe(3000);
  });

  it('keeps the newest one, however large', () => {
    const cache = new StepCache(3000);
    const own = cache.of('run');
    own.set('a', step(1));
    own.get('a');
    own.set('b', step(9));
    expect(own.get('a')).toBeUndefined();
    expect(own.get('b')).toBeDefined();
    expect(cache.bytes).toBe(9000);
    own.set('c', step(1));
    expect(cache.bytes).toBeLessThanOrEqual(3000);
    expect(own.get('c')).toBeDefined();
  });

  it('counts a step that is written again once', () => {
    const cache = new StepCache(3000);
    const own = cache.of('run');
    own.set('a', step(1));
    own.set('a', step(2));
    expect(cache.bytes).toBe(2000);
  });

  it('lets go of the steps of a run together, and of no other', () => {
    const cache = new StepCache(5000);
    const [own, other] = [cache.of('run'), cache.of('other')];
    for (const key of ['a', 'b', 'c']) own.set(key, step(1));
    other.set('a', step(1));
    other.set('b', step(1));
    own.get('c');
    own.set('d', step(1));
    cache.drop('run');
    expect(['a', 'b', 'c', 'd'].map((key) => own.get(key))).toEqual(Array(4).fill(undefined));
    expect(other.get('b')).toBeDefined();
    expect(cache.bytes).toBe(2000);
    cache.drop('run');
    cache.drop('other');
    expect(cache.bytes).toBe(0);
  });
});
