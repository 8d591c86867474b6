import { beforeEach, describe, expect, it } from 'vitest';
import { Dispatch } from '../../src/pool/dispatch.ts';
import { answered, nameOf, OneTask, type OnThread, turn } from './one-task.ts';

describe('small tasks that wait while all threads work', () => {
  let hops: OnThread[];
  let returned: SharedArrayBuffer[];
  const offer = new SharedArrayBuffer(8);
  const dispatchOf = (workers: number) =>
    new Dispatch({
      threads: Array.from({ length: workers }, () => ({
        run: (tasks) => new Promise((resolve, reject) => hops.push({ names: tasks.map(nameOf), resolve, reject })),
        ticket: () => 1,
        runAhead: (tasks) => new Promise((resolve, reject) => hops.push({ names: tasks.map(nameOf), resolve, reject })),
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
      hasRoom: () => true,
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
  /** Small ones, but for `a`, which keeps a thread busy. */
  const small = (...names: string[]) =>
    add(...names.map((name) => new OneTask(name, name === 'a' ? 'medium' : 'small')));
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
    add(new OneTask('a', 'medium'), new OneTask('b', 'medium'));
    small(...'cdefgh');
    expect(hops.map(({ names }) => names)).toEqual([['a'], ['b']]);
    // Seven have not ended, so a thread takes three.
    hops[0].resolve([answered()]);
    await turn();
    expect(hops[2].names).toEqual(['c', 'd', 'e']);
  });

  it.each(['medium', 'long'] as const)('do not pass a %s one whose turn it is', async (size) => {
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

  it('wait for the next hop when this one does not reach them', async () => {
    const [, b] = small('a', 'b', 'c', 'd');
    hops[0].resolve([answered()]);
    await turn();
    const before = returned.length;
    hops[1].resolve([answered()]);
    await turn();
    expect(b.end).toBe('answered');
    expect(hops[2].names).toEqual(['c', 'd']);
    // What all three were offered is free again.
    expect(returned.length - before).toBe(3);
  });

  it('are in the mailbox of a thread that is through with small ones in a moment', async () => {
    const [, , b] = add(new OneTask('first'), new OneTask('second'), new OneTask('third'));
    expect(hops.map(({ names }) => names)).toEqual([['first'], ['second']]);
    hops[0].resolve([answered()]);
    await turn();
    // The thread has begun the second one, and gets what has gathered meanwhile.
    expect(hops[2].names).toEqual(['third']);
    hops[1].resolve([answered()]);
    hops[2].resolve([answered()]);
    await turn();
    expect(b.end).toBe('answered');
    expect(dispatch).toMatchObject({ running: 0, waiting: 0 });
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
