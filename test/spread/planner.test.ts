import { describe, expect, it } from 'vitest';
import type { Part } from '../../src/spread/part.ts';
import { decision, estimate } from '../../src/spread/planner.ts';

const speeds = { multiplyAddsPerSecond: 1e9, bytesPerSecond: 1e6, partSeconds: 0.5 };
const part = (cost: number): Part => {
  return { entries: [0, 1], heads: [0, 1], rows: [0, 1], keys: [0, 1], split: 0, cost };
};

describe('what spreading is expected to take', () => {
  it('is the time of the replica that has most to do, each part going to the one that is free first', () => {
    // Four seconds, then 2, 2 and 1; each moves 1 s of bytes and costs 0.5 s: 5.5 on one, 3.5 + 3.5 on the other, and the
    // last part on the first.
    const parts = [part(4e9), part(2e9), part(2e9), part(1e9)];
    const found = estimate({ parts }, { partBytes: [1e6, 1e6, 1e6, 1e6], wholeBytes: 3e6 }, speeds, 2);
    expect(found).toEqual({ wholeSeconds: 9 + 3, spreadSeconds: 5.5 + 2.5, bytesMoved: 4e6 });
  });

  it('is no less than what the store takes to give all bytes', () => {
    const found = estimate({ parts: [part(1e9), part(1e9)] }, { partBytes: [1e7, 1e7], wholeBytes: 1e6 }, speeds, 2);
    // Each replica would be done after 11.5 s, were it alone.
    expect(found.spreadSeconds).toBe(20);
  });
});

describe('the decision', () => {
  const about = { parts: 6, replicas: 3 };

  it('is for spreading where a fifth of the time is gained, and says what is expected', () => {
    expect(decision({ wholeSeconds: 60, spreadSeconds: 22, bytesMoved: 4.2e8 }, about)).toEqual({
      pays: true,
      why: 'about 60 s on one replica, about 22 s in 6 parts over 3 replicas, with 420 MB moved',
    });
    expect(decision({ wholeSeconds: 10, spreadSeconds: 8.1, bytesMoved: 1 }, about).pays).toBe(false);
  });

  it('is against it for a single replica, and for what is done at once', () => {
    const long = { wholeSeconds: 60, spreadSeconds: 22, bytesMoved: 1 };
    expect(decision(long, { parts: 6, replicas: 1 })).toEqual({
      pays: false,
      why: 'there is one replica with this kernel',
    });
    const { pays, why } = decision({ wholeSeconds: 0.2, spreadSeconds: 0.01, bytesMoved: 1 }, about);
    expect([pays, why]).toEqual([false, 'it takes about 0.2 s on one replica: too little to be spread']);
  });
});
