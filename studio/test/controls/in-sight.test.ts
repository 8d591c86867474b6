import { describe, expect, it } from 'vitest';
import { partInSight } from '../../src/controls/in-sight.ts';

describe('the part in sight', () => {
  it('is all of what is small', () => {
    expect(partInSight({ y: 100, height: 300, window: 800 })).toEqual({ top: 0, bottom: 300 });
  });
  it('is what the window shows of what is tall, and a step more on both sides', () => {
    // 1000 to 1800 are seen: in steps of 256 from 768 to 2048, and one more.
    expect(partInSight({ y: -1000, height: 9000, window: 800 })).toEqual({ top: 512, bottom: 2304 });
  });
  it('is nothing of what is above or below the window', () => {
    for (const y of [-9000, 5000]) {
      const { top, bottom } = partInSight({ y, height: 2000, window: 800 });
      expect(bottom - top).toBeLessThanOrEqual(0);
    }
  });
});
