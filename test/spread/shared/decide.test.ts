import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/jobs/shared/spread/decide.ts';
import { MeasuredSpeeds } from '../../../src/jobs/shared/spread/speeds.ts';
import { tensorOf } from '../requests.ts';
import { fileOf, wholeOf } from '../spreading.ts';

const body = fileOf(
  ['query', 'key', 'value'].map((name) => tensorOf(name, 'F32', [4096, 64], 1)),
  { is_causal: 'true' },
);
const speeds = { multiplyAddsPerSecond: 1e8, bytesPerSecond: 1e9, partSeconds: 0.05 };
const circumstances = { replicas: 3, shardCost: 12_000_000, speeds, always: false };

function decided(more: Partial<typeof circumstances> = {}) {
  const whole = wholeOf(body);
  if ('why' in whole) throw new Error(whole.why);
  return decide(whole, { ...circumstances, ...more });
}

describe('whether a request is spread', () => {
  it('is for slow replicas on a fast network, with the reason in words', () => {
    // 8.4 million pairs of 140 multiply-adds each, and what of the diagonal blocks is hidden: some 12 s.
    expect(decided()).toMatchObject({
      cut: { by: 'rows' },
      why: expect.stringMatching(/^about 12 s on one replica, /),
    });
  });

  it('is not for a slow network, unless it is to be always', () => {
    const slow = { speeds: { ...speeds, bytesPerSecond: 1e5 } };
    expect(decided(slow)).not.toHaveProperty('cut');
    expect(decided({ ...slow, always: true })).toMatchObject({ why: expect.stringMatching(/^SPREAD is always; /) });
  });
});

describe('what a replica has measured', () => {
  const whole = wholeOf(body);
  if ('why' in whole) throw new Error(whole.why);
  const pool = { shardCost: 1e6, load: { workers: 2, running: 0, busyMs: 0, waiting: 0, waitingBytes: 0 } };

  it('is what its plans are made for, before it has computed, and then what it did', () => {
    const idle = new MeasuredSpeeds({ ...pool, work: { multiplyAdds: 0, kernelMs: 0 } });
    expect(idle.of(whole.problem).multiplyAddsPerSecond).toBe(2e9);
    // 128 of 140 multiply-adds of a pair are counted: those of its products.
    const used = new MeasuredSpeeds({ ...pool, work: { multiplyAdds: 1.28e9, kernelMs: 1000 } });
    expect(used.of(whole.problem).multiplyAddsPerSecond).toBeCloseTo(2.8e9, -3);
  });

  it('follows what was read, but for what is too little to tell', () => {
    const measured = new MeasuredSpeeds({ ...pool, work: { multiplyAdds: 0, kernelMs: 0 } });
    measured.read(1000, 1);
    expect(measured.of(whole.problem).bytesPerSecond).toBe(1e8);
    measured.read(1e6, 2);
    expect(measured.of(whole.problem).bytesPerSecond).toBe(5e8);
    measured.read(1e6, 1);
    expect(measured.of(whole.problem).bytesPerSecond).toBeCloseTo(6.5e8, 0);
  });
});
