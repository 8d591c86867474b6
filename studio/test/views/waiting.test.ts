import { describe, expect, it } from 'vitest';
import { toldAt, waitedFor } from '../../src/views/waiting.tsx';

const answer = { does: 'computing', slow: 'the answer is still on its way' };

describe('what is waited for', () => {
  it.each([
    [0, 'computing …'],
    [1, 'computing, 1 s'],
    [4, 'computing, 4 s'],
    [5, 'Slow: the answer is still on its way, after 5 s.'],
    [61, 'Slow: the answer is still on its way, after 61 s.'],
  ])('is after %i seconds: %s', (seconds, said) => expect(waitedFor(answer, seconds)).toBe(said));

  it('is read out at first, when it is slow, after 10 and 30 seconds, and then every minute', () => {
    const told = Array.from({ length: 200 }, (_, seconds) => toldAt(seconds));
    expect([...new Set(told)]).toEqual([0, 5, 10, 30, 60, 120, 180]);
    expect(told.every((said, seconds) => said <= seconds)).toBe(true);
  });
});
