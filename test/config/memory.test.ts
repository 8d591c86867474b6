import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { availableMemory, containerMemory } from '../../src/config/container-memory.ts';
import { memoryLimits, promisedBytes, shortage } from '../../src/config/memory-limits.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const MACHINE = 64 * GIB;
const reading = (files: Record<string, string>) => (path: string) => files[path];

describe('the memory that the server may use', () => {
  it('is that of the machine where nothing bounds it', () => {
    expect(availableMemory(reading({}), MACHINE)).toBe(MACHINE);
    expect(availableMemory(reading({ '/sys/fs/cgroup/memory.max': 'max\n' }), MACHINE)).toBe(MACHINE);
    // What version 1 says in place of no limit: the largest multiple of a page below 2⁶³.
    const none = { '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n' };
    expect(availableMemory(reading(none), MACHINE)).toBe(MACHINE);
  });

  it('is the limit of its container, in either version of control groups', () => {
    expect(availableMemory(reading({ '/sys/fs/cgroup/memory.max': '2147483648\n' }), MACHINE)).toBe(2 * GIB);
    const first = { '/sys/fs/cgroup/memory/memory.limit_in_bytes': '1073741824\n' };
    expect(availableMemory(reading(first), MACHINE)).toBe(GIB);
  });

  it('is the least limit on the way from its own group to the root', () => {
    const files = {
      '/proc/self/cgroup': '0::/kubepods/pod/one\n',
      '/sys/fs/cgroup/kubepods/pod/one/memory.max': 'max\n',
      '/sys/fs/cgroup/kubepods/pod/memory.max': '1073741824\n',
      '/sys/fs/cgroup/kubepods/memory.max': '8589934592\n',
    };
    expect(availableMemory(reading(files), MACHINE)).toBe(GIB);
  });

  it('is used by all but the pages that the kernel takes back first', () => {
    const second = {
      '/sys/fs/cgroup/memory.max': '1000000\n',
      '/sys/fs/cgroup/memory.current': '900000\n',
      '/sys/fs/cgroup/memory.stat': 'anon 500000\nfile 350000\ninactive_file 300000\nactive_file 50000\n',
    };
    expect(containerMemory(reading(second), MACHINE)()).toEqual({ used: 600_000, limit: 1_000_000 });
    const first = {
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '1000000\n',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '900000\n',
      '/sys/fs/cgroup/memory/memory.stat': 'inactive_file 1\ntotal_inactive_file 200000\n',
    };
    expect(containerMemory(reading(first), MACHINE)()).toEqual({ used: 700_000, limit: 1_000_000 });
    expect(containerMemory(reading({}), MACHINE)()).toBeUndefined();
  });
});

describe('limits in bytes', () => {
  it('are as ever where there is room for all', () => {
    expect(memoryLimits({ memoryBytes: 8 * GIB, workers: 2, sharedJobs: 0 })).toEqual({
      maxQueueBytes: 512 * MIB,
      maxOutputBytes: 256 * MIB,
      maxBodyBytes: 64 * MIB,
      maxRunBytes: 256 * MIB,
      stepCacheBytes: 64 * MIB,
      maxJobBytes: 128 * MIB,
    });
  });

  // Two threads: 408 MiB of its own, three queues, six outputs, four bodies, runs, steps and jobs; all within 88 % of the memory.
  it('fit into less, by hand: 2 GiB and two threads', () => {
    const limits = memoryLimits({ memoryBytes: 2 * GIB, workers: 2, sharedJobs: 0 });
    const { maxQueueBytes, maxOutputBytes, maxBodyBytes, maxRunBytes, stepCacheBytes, maxJobBytes } = limits;
    expect(maxBodyBytes).toBe(64 * MIB);
    const sum =
      408 * MIB +
      3 * maxQueueBytes +
      6 * maxOutputBytes +
      4 * maxBodyBytes +
      maxRunBytes +
      stepCacheBytes +
      maxJobBytes;
    expect(sum).toBeLessThanOrEqual(0.88 * 2 * GIB);
    // Rounded down to whole MiB, nothing else is given away.
    expect(sum).toBeGreaterThan(0.88 * 2 * GIB - 12 * MIB);
  });

  const sizes = fc.record({
    memoryBytes: fc.integer({ min: 2 ** 29, max: 2 ** 36 }),
    workers: fc.integer({ min: 1, max: 2 }),
    sharedJobs: fc.integer({ min: 0, max: 3 }),
  });
  test.prop([sizes])('hold together in any memory from 512 MiB on, and from 640 MiB where jobs are shared', (given) => {
    fc.pre(given.sharedJobs === 0 || given.memoryBytes >= 640 * MIB);
    const limits = memoryLimits(given);
    expect(promisedBytes(limits, given)).toBeLessThanOrEqual(0.88 * given.memoryBytes);
    expect(limits.maxBodyBytes).toBeLessThanOrEqual(limits.maxQueueBytes / 2);
    const more = memoryLimits({ ...given, memoryBytes: 2 * given.memoryBytes });
    for (const [name, bytes] of Object.entries(limits)) expect(Reflect.get(more, name)).toBeGreaterThanOrEqual(bytes);
  });

  it('that do not fit are told, with what they need', () => {
    expect(shortage(readConfig({ MEMORY_BYTES: '2GiB', WORKERS: '2' }))).toBeUndefined();
    expect(shortage(readConfig({ MEMORY_BYTES: '8GiB', WORKERS: '2' }))).toBeUndefined();
    // 408 MiB of its own, three queues of 512 MiB, and the others besides.
    const set = readConfig({ MEMORY_BYTES: '2GiB', WORKERS: '2', MAX_QUEUE_BYTES: '512MiB' });
    expect(Number(/need (\d+) MiB/.exec(shortage(set) ?? '')?.[1])).toBeGreaterThan(408 + 3 * 512);
    expect(shortage(readConfig({ MEMORY_BYTES: '256MiB', WORKERS: '2' }))).toContain('the memory is 256 MiB');
  });

  it('leave room for the bodies and answers of jobs where these come from Redis, and none for what lies there', () => {
    const alone = readConfig({ MEMORY_BYTES: '2GiB', WORKERS: '2' });
    const given = { MEMORY_BYTES: '2GiB', WORKERS: '2', REDIS_URL: 'redis://127.0.0.1', JOB_CONCURRENCY: '3' };
    const shared = readConfig(given);
    const room = 0.88 * 2 * GIB - 408 * MIB;
    const held = ({ maxQueueBytes, maxOutputBytes, maxBodyBytes, maxRunBytes, stepCacheBytes }: typeof shared) =>
      3 * maxQueueBytes + 6 * maxOutputBytes + 4 * maxBodyBytes + maxRunBytes + stepCacheBytes;
    // Of three jobs, whose answers may be JSON, and of a part of another, whose answer is not.
    const sum = held(shared) + 4 * shared.maxBodyBytes + 13 * shared.maxOutputBytes;
    expect(sum).toBeLessThanOrEqual(room);
    expect(sum).toBeGreaterThan(room - 32 * MIB);
    expect(held(alone) + alone.maxJobBytes).toBeLessThanOrEqual(room);
    expect(shared.maxOutputBytes).toBeLessThan(alone.maxOutputBytes);
    expect(shared.maxJobBytes).toBe(128 * MIB);
    const many = readConfig({ ...given, JOB_CONCURRENCY: '8', MAX_OUTPUT_BYTES: '128MiB' });
    expect(shortage(many)).toContain('may need');
  });

  it('stay as they are set, and the others share the rest', () => {
    const free = readConfig({ MEMORY_BYTES: '2GiB', WORKERS: '2' });
    const set = readConfig({ MEMORY_BYTES: '2GiB', WORKERS: '2', MAX_QUEUE_BYTES: '300MiB', MAX_BODY_BYTES: '8MiB' });
    expect(set).toMatchObject({ maxQueueBytes: 300 * MIB, maxBodyBytes: 8 * MIB });
    expect(set.maxOutputBytes).toBeLessThan(free.maxOutputBytes);
  });
});
