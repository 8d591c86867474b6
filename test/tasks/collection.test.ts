import { describe, expect, it } from 'vitest';
import { Collector, Dropped } from '../../src/tasks/collection.ts';

const MIB = 2 ** 20;

describe('dropped shared memory', () => {
  it('has threads collect their garbage once there is much of it', async () => {
    const dropped = new Dropped();
    const collector = new Collector(dropped.asked);
    const buffer = new WeakRef(new SharedArrayBuffer(1000));
    // Until the end of this turn the reference itself keeps its buffer.
    await new Promise((resolve) => setImmediate(resolve));
    expect(dropped.add(63 * MIB)).toBe(false);
    expect(dropped.add(MIB)).toBe(true);
    collector.collectIfAsked();
    expect(buffer.deref()).toBeUndefined();
    expect(dropped.add(MIB)).toBe(false);
  });
});
