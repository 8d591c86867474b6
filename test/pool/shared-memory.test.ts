import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { SharedMemory } from '../../src/pool/shared-memory.ts';
import { sizeClass } from '../../src/tensor/buffer-size.ts';

const MIB = 2 ** 20;

describe('shared memory', () => {
  it('gives again what came back', () => {
    const memory = new SharedMemory(8 * MIB);
    const first = memory.takeOrAllocate(3 * MIB);
    expect(memory.keptBytes).toBe(0);
    memory.giveBack([first]);
    expect(memory.keptBytes).toBe(3 * MIB);
    expect(memory.takeOrAllocate(3 * MIB)).toBe(first);
    expect(memory.keptBytes).toBe(0);
  });

  it('gives the smallest that is large enough, and none that is more than twice as large', () => {
    const memory = new SharedMemory(64 * MIB);
    const [four, five, nine] = [4, 5, 9].map((size) => new SharedArrayBuffer(size * MIB));
    memory.giveBack([nine, five, four]);
    expect(memory.take(4.5 * MIB)).toBe(five);
    expect(memory.take(4.5 * MIB)).toBe(nine);
    memory.giveBack([nine]);
    expect(memory.take(4 * MIB)).toBe(four);
    expect(memory.take(4 * MIB)).toBeUndefined();
  });

  it('gives what came back last, so that what nobody needs grows old', () => {
    const memory = new SharedMemory(8 * MIB);
    const [a, b] = [new SharedArrayBuffer(MIB), new SharedArrayBuffer(MIB)];
    memory.giveBack([a, b]);
    expect(memory.take(MIB)).toBe(b);
  });

  it('keeps no more than its limit, and says what it dropped', () => {
    const memory = new SharedMemory(2 * MIB);
    const buffers = [1, 1, 1].map(() => new SharedArrayBuffer(MIB));
    expect(memory.giveBack(buffers)).toBe(MIB);
    expect(memory.keptBytes).toBe(2 * MIB);
  });

  it('drops what was not needed for a while, the largest first, down to a floor', () => {
    const memory = new SharedMemory(64 * MIB);
    const young = new SharedArrayBuffer(8 * MIB);
    memory.giveBack([new SharedArrayBuffer(MIB), new SharedArrayBuffer(4 * MIB)], 1000);
    memory.giveBack([young], 5000);
    expect(memory.dropUnused(3000, 9 * MIB)).toBe(4 * MIB);
    expect(memory.sizes.toSorted((a, b) => a - b)).toEqual([MIB, 8 * MIB]);
    expect(memory.dropUnused(3000, 0)).toBe(MIB);
    expect(memory.take(8 * MIB)).toBe(young);
  });

  test.prop([fc.integer({ min: 1, max: 2 ** 33 })])('has sizes that waste at most an eighth, or a page', (bytes) => {
    const size = sizeClass(bytes);
    expect(size).toBeGreaterThanOrEqual(bytes);
    expect(size - bytes).toBeLessThan(Math.max(4096, bytes / 8));
    expect(sizeClass(size)).toBe(size);
  });
});
