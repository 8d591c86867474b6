import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { FairTurns } from '../../src/jobs/fair-turns.ts';

describe('the turns of jobs', () => {
  it('go from owner to owner, and in order among those of one', () => {
    const turns = new FairTurns<string>();
    for (const one of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) turns.add(one[0], one);
    const order = Array.from({ length: 6 }, () => turns.next());
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect(turns.next()).toBeUndefined();
  });

  it('forget one that is removed', () => {
    const turns = new FairTurns<string>();
    for (const one of ['a1', 'a2', 'b1']) turns.add(one[0], one);
    expect(turns.remove('a', 'a1')).toBe(true);
    expect(turns.remove('a', 'a1')).toBe(false);
    expect([turns.size, turns.next(), turns.next(), turns.next()]).toEqual([2, 'a2', 'b1', undefined]);
  });

  const moves = fc.array(fc.oneof(fc.constantFrom('a', 'b', 'c', 'd'), fc.constant(undefined)), { maxLength: 40 });
  test.prop([moves])('say of each how many come before it', (moves) => {
    const turns = new FairTurns<{ owner: string }>();
    const waiting: { owner: string }[] = [];
    for (const owner of moves) {
      if (owner === undefined) {
        const next = turns.next();
        if (next !== undefined) waiting.splice(waiting.indexOf(next), 1);
      } else {
        const one = { owner };
        turns.add(owner, one);
        waiting.push(one);
      }
    }
    const places = new Map(waiting.map((one) => [one, turns.before(one.owner, one)]));
    expect(turns.size).toBe(waiting.length);
    for (let place = 0; place < waiting.length; place++) {
      const next = turns.next();
      expect(next && places.get(next)).toBe(place);
    }
  });
});
