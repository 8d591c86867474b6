import { afterEach, describe, expect, it, vi } from 'vitest';
import { PoolMemory } from '../../src/pool/pool-memory.ts';

const MIB = 2 ** 20;

function poolMemory(limitBytes = 256 * MIB) {
  const dropped: number[] = [];
  return { memory: new PoolMemory({ limitBytes, onDropped: (bytes) => dropped.push(bytes) }), dropped };
}

describe('the memory of the pool', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives a body memory of exactly its size, and the same again to the next one', () => {
    const { memory } = poolMemory();
    const body = memory.body(3 * MIB - 5);
    expect(body.byteLength).toBe(3 * MIB - 5);
    memory.release(body);
    expect(memory.body(3 * MIB - 100).buffer).toBe(body.buffer);
  });

  it.each([16, 100, 255])('gives the memory of a body of %i KiB to the next one', (kib) => {
    const { memory } = poolMemory();
    const body = memory.body(kib * 1024);
    memory.release(body);
    expect(memory.body(kib * 1024).buffer).toBe(body.buffer);
  });

  it('gives a smaller body a buffer of its own, of exactly its size: threads get a copy of all of it', () => {
    const { memory } = poolMemory();
    const body = memory.body(1000);
    expect(body.buffer).toBeInstanceOf(ArrayBuffer);
    expect(body.buffer.byteLength).toBe(1000);
  });

  it('takes a body back once, however often it is released', () => {
    const { memory } = poolMemory();
    const body = memory.body(MIB);
    memory.release(body);
    memory.release(body);
    expect(memory.keptBytes).toBe(MIB);
  });

  it('keeps a body that is in use from others, whoever releases it', () => {
    const { memory } = poolMemory();
    const body = memory.body(MIB);
    const endUse = memory.use(body);
    memory.release(body);
    expect(memory.body(MIB).buffer).not.toBe(body.buffer);
    endUse();
    expect(memory.body(MIB).buffer).toBe(body.buffer);
  });

  it('offers a large body some of each size that requests have used, and not the same twice', () => {
    const { memory } = poolMemory();
    const buffers = [1, 1, 2, 16].map((size) => new SharedArrayBuffer(size * MIB));
    memory.giveBack(buffers);
    expect(new Set(memory.offersFor(3 * MIB))).toEqual(new Set(buffers));
    expect(memory.offersFor(3 * MIB)).toEqual([]);
  });

  it('offers at most a dozen, of every size first', () => {
    const { memory } = poolMemory();
    memory.giveBack(Array.from({ length: 20 }, () => new SharedArrayBuffer(MIB)));
    memory.giveBack([new SharedArrayBuffer(8 * MIB)]);
    const sizes = memory.offersFor(3 * MIB).map(({ byteLength }) => byteLength / MIB);
    expect(sizes).toEqual([1, 8, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('offers nothing to small bodies while little is kept, and then a chunk', () => {
    const { memory } = poolMemory();
    memory.giveBack([new SharedArrayBuffer(MIB)]);
    expect(memory.offersFor(1000)).toEqual([]);
    memory.giveBack(Array.from({ length: 40 }, () => new SharedArrayBuffer(MIB)));
    expect(memory.offersFor(1000).map(({ byteLength }) => byteLength)).toEqual([MIB]);
  });

  it('lets go of what a burst used and nobody has needed since, but not of the last 8 MiB', () => {
    vi.useFakeTimers();
    const { memory, dropped } = poolMemory();
    memory.giveBack(Array.from({ length: 100 }, () => new SharedArrayBuffer(MIB)));
    vi.advanceTimersByTime(9_000);
    expect(dropped).toEqual([]);
    vi.advanceTimersByTime(4_000);
    expect(dropped).toEqual([92 * MIB]);
    expect(memory.keptBytes).toBe(8 * MIB);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says what it cannot keep', () => {
    const { memory, dropped } = poolMemory(MIB);
    memory.giveBack([new SharedArrayBuffer(MIB), new SharedArrayBuffer(MIB)]);
    expect(dropped).toEqual([MIB]);
  });
});
