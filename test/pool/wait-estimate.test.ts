import { describe, expect, it } from 'vitest';
import { WaitEstimate } from '../../src/pool/wait-estimate.ts';

const SMALL = 1000;
const LARGE = 1_000_000;

/** One that has learned that small requests take 1 ms and large ones 100. */
function learned(threads: number): WaitEstimate {
  const estimate = new WaitEstimate(threads);
  for (const [bytes, ms] of [
    [SMALL, 1],
    [LARGE, 100],
  ]) {
    const job = {};
    estimate.add(job, bytes);
    estimate.spent(job, ms / 2);
    estimate.spent(job, ms / 2);
    estimate.remove(job, true);
  }
  return estimate;
}

describe('the estimate of a wait', () => {
  it('is what the request needs itself where nobody waits', () => {
    expect(learned(2).untilDone(SMALL)).toBe(1);
    expect(learned(2).untilDone(LARGE)).toBe(100);
    expect(learned(2).untilAllDone).toBe(0);
  });

  it('counts of those that need more only as much as one needs oneself, and shares threads', () => {
    const estimate = learned(2);
    for (let i = 0; i < 10; i++) estimate.add({}, LARGE);
    expect(estimate.untilDone(SMALL)).toBe((10 + 1) / 2);
    expect(estimate.untilDone(LARGE)).toBe((1000 + 100) / 2);
    expect(estimate.untilAllDone).toBe(500);
  });

  it('counts others several times where they are doubted, and the request itself once', () => {
    const estimate = learned(2);
    for (let i = 0; i < 10; i++) estimate.add({}, LARGE);
    expect(estimate.untilDone(LARGE, 2)).toBe((2 * 1000 + 100) / 2);
    expect(learned(2).untilDone(LARGE, 2)).toBe(100);
  });

  it('counts of those that need less all that they need', () => {
    const estimate = learned(1);
    for (let i = 0; i < 10; i++) estimate.add({}, SMALL);
    expect(estimate.untilDone(LARGE)).toBe(110);
  });

  it('forgets who is done, and learns nothing from who gave up', () => {
    const estimate = learned(1);
    const job = {};
    estimate.add(job, LARGE);
    estimate.spent(job, 7);
    estimate.remove(job, false);
    expect(estimate.untilDone(LARGE)).toBe(100);
    expect(estimate.untilAllDone).toBe(0);
    estimate.remove(job, true);
    expect(estimate.untilDone(LARGE)).toBe(100);
  });

  it('goes with the times', () => {
    const estimate = learned(1);
    for (let i = 0; i < 50; i++) {
      const job = {};
      estimate.add(job, LARGE);
      estimate.spent(job, 300);
      estimate.remove(job, true);
    }
    expect(estimate.untilDone(LARGE)).toBeCloseTo(300, 0);
  });

  it('guesses by the bytes what it has never seen', () => {
    const estimate = new WaitEstimate(1);
    expect(estimate.untilDone(0)).toBeLessThan(1);
    expect(estimate.untilDone(2 ** 26)).toBeGreaterThan(100);
  });
});
