import { describe, expect, it } from 'vitest';
import { Pressure } from '../../src/pressure/pressure.ts';

const limits = { maxEventLoopDelayMs: 100, maxMemoryPercent: 90 };

/** Whether the pressure is high after each of these delays. */
function afterDelays(delays: readonly number[]): boolean[] {
  const pressure = new Pressure(limits);
  return delays.map((lateMs) => {
    pressure.note({ lateMs, memory: 0.5 });
    return pressure.isHigh;
  });
}

/** Whether the pressure is high after each of these parts of the memory. */
function afterMemory(parts: readonly number[]): boolean[] {
  const pressure = new Pressure(limits);
  return parts.map((memory) => {
    pressure.note({ lateMs: 0, memory });
    return pressure.isHigh;
  });
}

describe('pressure', () => {
  it('is high while the thread is late time and again', () => {
    expect(afterDelays([0, 150, 150, 150])).toEqual([false, false, true, true]);
  });

  it('is not high for a stall that is over', () => {
    expect(afterDelays([0, 5000, 0, 5000, 0])).toEqual([false, false, false, false, false]);
  });

  it('goes on until the delay is half of its bound, so that it does not flap', () => {
    expect(afterDelays([150, 150, 90, 90, 60, 40, 90])).toEqual([false, true, true, true, true, false, false]);
  });

  it('is high beyond the part of memory that may be used, and until there is five percent more room', () => {
    expect(afterMemory([0.9, 0.91, 0.89, 0.86, 0.84, 0.89])).toEqual([false, true, true, true, false, false]);
  });

  it('says by which bound, and when to come back', () => {
    const pressure = new Pressure(limits);
    pressure.note({ lateMs: 0, memory: 0.95 });
    expect(pressure.refusal(20_000)).toMatchObject({
      code: 'saturated',
      limit: 'MAX_MEMORY_PERCENT',
      retryAfterMs: 20_000,
    });
    pressure.note({ lateMs: 200, memory: 0.1 });
    pressure.note({ lateMs: 200, memory: 0.1 });
    expect(pressure.refusal(20_000)).toMatchObject({
      code: 'saturated',
      limit: 'MAX_EVENT_LOOP_DELAY_MS',
      retryAfterMs: 1000,
    });
  });
});
