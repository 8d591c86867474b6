import { describe, expect, it } from 'vitest';
import { OpenMemory } from '../../src/pool/open-memory.ts';
import type { PoolJob } from '../../src/pool/pool-job.ts';
import { HeldBytes } from '../../src/pressure/held-bytes.ts';

/** A job of a client; tests change what it holds. */
interface Holding {
  client: string;
  grows: 'open' | 'answer' | undefined;
  heldBytes: number;
  ended: boolean;
  running: number;
}

function setUp() {
  let calls = 0;
  const onTheWay = new HeldBytes(100, 50);
  const open = new OpenMemory({ maxQueueBytes: 100, clientSharePercent: 50, held: onTheWay }, () => calls++);
  const jobOf = (client: string, { grows = 'open' }: { grows?: 'open' | 'answer' | 'nothing' } = {}) => {
    const next = grows === 'nothing' ? undefined : grows;
    const holding: Holding = { client, grows: next, heldBytes: 0, ended: false, running: 0 };
    // What is looked at of a job.
    return holding as Holding & PoolJob<unknown>;
  };
  const hold = (job: Holding & PoolJob<unknown>, bytes: number) => {
    job.heldBytes = bytes;
    open.note(job);
  };
  return { open, onTheWay, jobOf, hold, calls: () => calls };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('what open requests hold', () => {
  it('keeps those of the same client unopened beyond its share, and those of others beyond the limit', () => {
    const { open, jobOf, hold } = setUp();
    const one = jobOf('a');
    expect(open.hasRoom(one)).toBe(true);
    hold(one, 1000);
    expect(open.hasRoom(jobOf('a'))).toBe(false);
    expect(open.hasRoom(jobOf('b'))).toBe(true);
    hold(jobOf('b'), 50);
    expect(open.hasRoom(jobOf('c'))).toBe(false);
  });

  it('keeps nobody who needs no more than it has', () => {
    const { open, jobOf, hold } = setUp();
    hold(jobOf('a'), 1000);
    expect(open.hasRoom(jobOf('a', { grows: 'nothing' }))).toBe(true);
    expect(open.hasRoom(jobOf('a', { grows: 'answer' }))).toBe(true);
  });

  it('is followed by answers that wait for their readers, which keep long answers unwritten', () => {
    const { open, onTheWay, jobOf } = setUp();
    onTheWay.of('a').add(60);
    expect(open.hasRoom(jobOf('a', { grows: 'answer' }))).toBe(false);
    expect(open.hasRoom(jobOf('a'))).toBe(false);
    expect(open.hasRoom(jobOf('b', { grows: 'answer' }))).toBe(true);
  });

  it('is free when a job has ended and no thread works on it any more, which is told to those who wait', async () => {
    const { open, onTheWay, jobOf, hold, calls } = setUp();
    const one = jobOf('a');
    hold(one, 80);
    one.ended = true;
    one.running = 1;
    open.note(one);
    expect(open.hasRoom(jobOf('a'))).toBe(false);
    one.running = 0;
    open.note(one);
    await soon();
    expect(calls()).toBe(1);
    expect(open.hasRoom(jobOf('a'))).toBe(true);
    onTheWay.of('a').add(60);
    expect(open.hasRoom(jobOf('a'))).toBe(false);
    onTheWay.of('a').give(60);
    await soon();
    expect(calls()).toBe(2);
  });
});
