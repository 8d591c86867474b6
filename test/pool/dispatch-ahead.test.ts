import { beforeEach, describe, expect, it } from 'vitest';
import { Dispatch } from '../../src/pool/dispatch.ts';
import { answered, nameOf, OneTask, type OnThread, turn } from './one-task.ts';

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
      hasRoom: () => true,
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
