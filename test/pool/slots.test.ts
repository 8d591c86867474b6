import { describe, expect, it } from 'vitest';
import { RequestError } from '../../src/errors.ts';
import { Slots } from '../../src/pool/slots.ts';

const never = new AbortController().signal;
const two = () => 2;

/** Notes when somebody gets a place. */
function entering(slots: Slots, key: string, { most = two, signal = never } = {}) {
  const state: { leave?: () => void; error?: unknown } = {};
  const done = slots.enter(key, most, signal).then(
    (leave) => {
      state.leave = leave;
    },
    (error) => {
      state.error = error;
    },
  );
  return { state, done };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('slots', () => {
  it('let so many of one key, and so many in all, do something at once', async () => {
    const slots = new Slots({ all: 3, waiting: 9, limit: 'MAX_QUEUE' });
    const all = ['a', 'a', 'a', 'b', 'b'].map((key) => entering(slots, key));
    await settle();
    expect(all.map(({ state }) => state.leave !== undefined)).toEqual([true, true, false, true, false]);
    all[0].state.leave?.();
    await settle();
    // The first that waits for its key comes first.
    expect(all.map(({ state }) => state.leave !== undefined)).toEqual([true, true, true, true, false]);
    all[3].state.leave?.();
    await settle();
    expect(all[4].state.leave).toBeDefined();
  });

  it('let another key pass where one has all it may have', async () => {
    const slots = new Slots({ all: 2, waiting: 9, limit: 'MAX_QUEUE' });
    const one = () => 1;
    const [first, second] = [entering(slots, 'a', { most: one }), entering(slots, 'a', { most: one })];
    const other = entering(slots, 'b');
    await settle();
    expect([first, second, other].map(({ state }) => state.leave !== undefined)).toEqual([true, false, true]);
  });

  it('forget who gives up, and pass the place on', async () => {
    const slots = new Slots({ all: 1, waiting: 9, limit: 'MAX_QUEUE' });
    const first = entering(slots, 'a');
    const leaving = new AbortController();
    const second = entering(slots, 'a', { signal: leaving.signal });
    const third = entering(slots, 'a');
    await settle();
    leaving.abort(new Error('gone'));
    await second.done;
    expect(second.state.error).toEqual(new Error('gone'));
    first.state.leave?.();
    await third.done;
    expect(third.state.leave).toBeDefined();
  });

  it('refuse who would wait behind too many', async () => {
    const slots = new Slots({ all: 1, waiting: 1, limit: 'MAX_QUEUE' });
    entering(slots, 'a');
    entering(slots, 'a');
    const third = entering(slots, 'a');
    await third.done;
    expect(third.state.error).toBeInstanceOf(RequestError);
    expect(third.state.error).toMatchObject({ code: 'saturated', limit: 'MAX_QUEUE' });
  });
});
