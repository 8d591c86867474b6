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
  readonly isLarge: boolean;
  wants: PoolJob<unknown>['wants'];
  running = 0;
  /** What has become of it. */
  end: unknown;

  constructor(name: string, size: 'small' | 'medium' | 'large' | 'long' = 'small') {
    this.name = name;
    this.#isSmall = size === 'small';
    this.isLarge = size === 'large';
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

describe('large jobs that wait while all threads work', () => {
  interface Given extends OnThread {
    thread: number;
    ticket?: number;
  }
  let given: Given[];
  /** Tickets that are valid, as `thread:ticket`. */
  let valid: Set<string>;
  let tickets: number;
  let dispatch: Dispatch;
  let deaths: number;
  let onGiveBack: () => void;
  const start = (threads: number) => {
    given = [];
    valid = new Set();
    tickets = 0;
    deaths = 0;
    onGiveBack = () => {};
    dispatch = new Dispatch({
      threads: Array.from({ length: threads }, (_, thread) => ({
        run: (tasks) =>
          new Promise((resolve, reject) => given.push({ thread, names: tasks.map(nameOf), resolve, reject })),
        ticket: () => {
          valid.add(`${thread}:${++tickets}`);
          return tickets;
        },
        runAhead: (tasks, ticket) =>
          new Promise((resolve, reject) => given.push({ thread, ticket, names: tasks.map(nameOf), resolve, reject })),
        withdraw: (ticket) => valid.delete(`${thread}:${ticket}`),
        runOne: (task) =>
          new Promise((resolve) =>
            given.push({ thread, names: [task.kind], resolve: () => resolve({}), reject: () => {} }),
          ),
      })),
      memory: { offersFor: () => [], giveBack: () => onGiveBack() },
      slice: new Int32Array(1),
      onReturn: (job) => {
        if (job.ended) dispatch.remove(job);
      },
      onDeath: () => deaths++,
    });
  };
  beforeEach(() => start(2));
  const add = (...names: string[]) =>
    names.map((name) => {
      const job = new OneTask(name, name.startsWith('small') ? 'small' : 'large');
      dispatch.add(job);
      dispatch.fillThreads();
      return job;
    });
  const whereabouts = () =>
    given.map(({ names: [name], thread, ticket }) => `${name} ${ticket === undefined ? 'on' : 'ahead on'} ${thread}`);
  const hopOf = (name: string) => given.findLast(({ names }) => names[0] === name) as Given;
  /** A thread begins what it has ahead. */
  const begin = (name: string) => valid.delete(`${hopOf(name).thread}:${hopOf(name).ticket}`);

  it('are handed out ahead, one to a thread', () => {
    add('a', 'b', 'c', 'd', 'e');
    expect(whereabouts()).toEqual(['a on 0', 'b on 1', 'c ahead on 0', 'd ahead on 1']);
  });

  it('go on with the next one when a thread is done with its own', async () => {
    const [, , c] = add('a', 'b', 'c', 'd', 'e', 'f');
    begin('c');
    hopOf('a').resolve([answered()]);
    await turn();
    expect(whereabouts().slice(4)).toEqual(['e ahead on 0']);
    hopOf('c').resolve([answered()]);
    await turn();
    expect(c.end).toBe('answered');
    expect(whereabouts().slice(5)).toEqual(['f ahead on 0']);
  });

  it('are taken back when a small one comes, which gets the next free thread', async () => {
    const [, , c] = add('a', 'b', 'c', 'd', 'small');
    expect(valid.size).toBe(0);
    expect(c.wants).toBe('slice');
    hopOf('b').resolve([answered()]);
    await turn();
    expect(whereabouts().slice(4)).toEqual(['small on 1', 'c ahead on 0', 'd ahead on 1']);
    // What was taken back comes back undone, which changes nothing.
    given[2].resolve([]);
    await turn();
    expect(c).toMatchObject({ running: 1, end: undefined });
  });

  it('stay where a thread has begun them', () => {
    add('a', 'b', 'c', 'd');
    begin('c');
    const [small] = add('small');
    expect(small.wants).toBe('slice');
    expect([...valid]).toEqual([]);
    expect(hopOf('c').ticket).toBe(1);
    expect(whereabouts()).toHaveLength(4);
  });

  it('go to another thread that has nothing to do', async () => {
    add('a', 'b', 'c');
    expect(whereabouts()[2]).toBe('c ahead on 0');
    hopOf('b').resolve([answered()]);
    await turn();
    expect(whereabouts()[3]).toBe('c on 1');
  });

  it('wait for another thread when the one that had them ahead dies, and those that it had begun fail', async () => {
    const [a, , c, d] = add('a', 'b', 'c', 'd', 'e');
    hopOf('a').reject(new Error('died'));
    hopOf('c').reject(new Error('died'));
    begin('d');
    hopOf('b').reject(new Error('died'));
    hopOf('d').reject(new Error('died'));
    await turn();
    for (const job of [a, d]) expect(job.end).toMatchObject({ code: 'worker_died' });
    expect(c.end).toBeUndefined();
    const handedOut = given.slice(4).map(({ names: [name] }) => name);
    expect(handedOut.sort()).toEqual(['c', 'e']);
  });

  it('are given up to another thread one after another, until there is one that still wants to be worked on', async () => {
    start(3);
    const [, , , x] = add('a', 'b', 'c', 'x', 'y');
    expect(whereabouts().slice(3)).toEqual(['x ahead on 0', 'y ahead on 1']);
    x.fail('hung up');
    hopOf('c').resolve([answered()]);
    await turn();
    expect(whereabouts()[5]).toBe('y on 2');
  });

  it('are not begun when they have ended', () => {
    const [, , c] = add('a', 'b', 'c');
    c.fail('hung up');
    dispatch.remove(c);
    expect([...valid]).toEqual([]);
    expect(c.running).toBe(0);
  });

  it('leave no more than two messages that were taken back to a thread that is busy for long', async () => {
    add('a', 'b', ...Array.from({ length: 50 }, (_, i) => `c${i}`));
    const endOther = async () => {
      given.findLast(({ thread, ticket }) => thread === 1 && ticket === undefined)?.resolve([answered()]);
      await turn();
    };
    for (let i = 0; i < 30; i++) {
      add(`small ${i}`);
      await endOther();
    }
    expect(given.filter(({ thread, ticket }) => thread === 0 && ticket !== undefined)).toHaveLength(2);
    // Both pass, and more can be handed out when no small one waits.
    for (const { thread, ticket, resolve } of [...given]) if (thread === 0 && ticket !== undefined) resolve([]);
    for (let i = 0; i < 3; i++) await endOther();
    expect(given.filter(({ thread, ticket }) => thread === 0 && ticket !== undefined)).toHaveLength(3);
  });

  it("that were taken back are nobody's when their thread dies", async () => {
    const [, , c] = add('a', 'b', 'c');
    hopOf('b').resolve([answered()]);
    await turn();
    given[2].reject(new Error('died'));
    await turn();
    expect(deaths).toBe(0);
    expect(c.end).toBeUndefined();
  });

  it('are the only hop of a thread, although it was to collect its garbage just then', async () => {
    add('a', 'b', 'c');
    onGiveBack = () => dispatch.wakeIdle();
    hopOf('b').resolve([answered()]);
    await turn();
    await turn();
    expect(whereabouts().slice(3)).toEqual(['c on 1']);
    expect(dispatch.running).toBe(2);
  });
});
