import { beforeEach, describe, expect, it } from 'vitest';
import { Dispatch } from '../../src/workers/dispatch.ts';
import type { PoolJob } from '../../src/workers/pool-job.ts';
import type { Task } from '../../src/workers/tasks.ts';
import type { Done } from '../../src/workers/thread.ts';

/** A job of one task, which its body tells. */
class OneTask implements PoolJob<unknown> {
  readonly result = new Promise<never>(() => {});
  readonly bodyBytes = 10;
  readonly name: string;
  readonly #isSmall: boolean;
  wants: PoolJob<unknown>['wants'];
  running = 0;
  /** What has become of it. */
  end: unknown;

  constructor(name: string, size: 'small' | 'large' | 'long' = 'small') {
    this.name = name;
    this.#isSmall = size === 'small';
    this.wants = size === 'long' ? 'long' : 'slice';
  }

  get ended(): boolean {
    return this.end !== undefined;
  }

  get sharesHop(): boolean {
    return this.#isSmall && this.wants === 'slice';
  }

  take(offer: (bodyBytes: number) => SharedArrayBuffer[]): Task {
    this.wants = 'nothing';
    this.running++;
    const body = new TextEncoder().encode(this.name);
    const request = { kind: 'attention', body, contentType: 'application/json', accept: undefined } as const;
    return { kind: 'open', request, offered: offer(this.bodyBytes), goesOn: false };
  }

  threadFreed(): void {
    this.running--;
  }

  putBack(): void {
    this.running--;
    this.wants = 'slice';
  }

  accept(): void {
    this.end = 'answered';
  }

  fail(error: unknown): void {
    this.end = error;
    this.wants = 'nothing';
  }
}

/** A hop that is on its way: the names of its jobs, and what a test makes of it. */
interface OnThread {
  names: string[];
  resolve: (done: Done[]) => void;
  reject: (error: Error) => void;
}

const answered = (ms = 1): Done => ({ outcome: { ok: {} }, ms });
const nameOf = (task: Task) => (task.kind === 'open' ? new TextDecoder().decode(task.request.body) : task.kind);
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('small tasks that wait while all threads work', () => {
  let hops: OnThread[];
  let returned: SharedArrayBuffer[];
  const offer = new SharedArrayBuffer(8);
  const dispatchOf = (workers: number) =>
    new Dispatch({
      threads: Array.from({ length: workers }, () => ({
        run: (tasks) => new Promise((resolve, reject) => hops.push({ names: tasks.map(nameOf), resolve, reject })),
        ticket: () => 1,
        runAhead: async () => undefined,
        withdraw: () => false,
        runOne: async () => ({}),
      })),
      memory: {
        offersFor: () => [offer],
        giveBack: (buffers) => {
          returned.push(...buffers);
          return 0;
        },
      },
      slice: new Int32Array(1),
      onReturn: (job) => {
        if (job.ended) dispatch.remove(job);
      },
      onDeath: () => {},
    });
  let dispatch: Dispatch;
  const add = (...jobs: OneTask[]) => {
    for (const job of jobs) {
      dispatch.add(job);
      dispatch.fillThreads();
    }
    return jobs;
  };
  const small = (...names: string[]) => add(...names.map((name) => new OneTask(name)));
  beforeEach(() => {
    hops = [];
    returned = [];
    dispatch = dispatchOf(1);
  });

  it('go to the next free thread together, in the order of the queue', async () => {
    small('a', 'b', 'c', 'd');
    hops[0].resolve([answered()]);
    await turn();
    expect(hops.map(({ names }) => names)).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('are no more than eight', async () => {
    small('a', ...'bcdefghijkl');
    hops[0].resolve([answered()]);
    await turn();
    expect(hops[1].names.join('')).toBe('bcdefghi');
  });

  it('leave their part of the others to the other threads', async () => {
    dispatch = dispatchOf(2);
    small(...'abcdefgh');
    expect(hops.map(({ names }) => names)).toEqual([['a'], ['b']]);
    // Seven have not ended, so a thread takes three.
    hops[0].resolve([answered()]);
    await turn();
    expect(hops[2].names).toEqual(['c', 'd', 'e']);
  });

  it.each(['large', 'long'] as const)('do not pass a %s one whose turn it is', async (size) => {
    small('a', 'b');
    add(new OneTask('other', size));
    small('c', 'd');
    hops[0].resolve([answered()]);
    await turn();
    hops[1].resolve([answered()]);
    await turn();
    hops[2].resolve([answered()]);
    await turn();
    expect(hops.map(({ names }) => names)).toEqual([['a'], ['b'], ['other'], ['c', 'd']]);
  });

  it('have each an end of its own', async () => {
    const [, b, c, d] = small('a', 'b', 'c', 'd');
    hops[0].resolve([answered()]);
    await turn();
    const fault = { code: 'shape_mismatch', detail: 'wrong' };
    hops[1].resolve([answered(), { outcome: { fault }, ms: 1 }, answered()]);
    await turn();
    expect([b.end, d.end]).toEqual(['answered', 'answered']);
    expect(c.end).toMatchObject({ code: 'shape_mismatch' });
    expect(dispatch).toMatchObject({ running: 0, waiting: 0 });
  });

  it('wait for the next thread when this one does not reach them, before those that came later', async () => {
    const [, b] = small('a', 'b', 'c', 'd');
    hops[0].resolve([answered()]);
    await turn();
    small('e');
    const before = returned.length;
    hops[1].resolve([answered()]);
    await turn();
    expect(b.end).toBe('answered');
    expect(hops[2].names).toEqual(['c', 'd', 'e']);
    // What all three were offered is free again.
    expect(returned.length - before).toBe(3);
  });

  it('that were given up meanwhile are not done', async () => {
    const [, , c] = small('a', 'b', 'c', 'd');
    hops[0].resolve([answered()]);
    await turn();
    c.fail('hung up');
    hops[1].resolve([answered()]);
    await turn();
    expect(hops[2].names).toEqual(['d']);
  });

  it('all fail when their thread dies, and no others', async () => {
    const [a, b, c] = small('a', 'b', 'c');
    hops[0].resolve([answered()]);
    await turn();
    const [d] = small('d');
    hops[1].reject(new Error('died'));
    await turn();
    expect(a.end).toBe('answered');
    for (const job of [b, c]) expect(job.end).toMatchObject({ code: 'worker_died' });
    expect(hops[2].names).toEqual(['d']);
    hops[2].resolve([answered()]);
    await turn();
    expect(d.end).toBe('answered');
  });
});
