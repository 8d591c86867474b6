import { describe, expect, it } from 'vitest';
import { Rest } from '../../src/pressure/rest.ts';

const MIB = 2 ** 20;

/** At which seconds memory is given back, when there is so much and so much to do at each, and it is `isFull` at some. */
function givenBackAt(seconds: readonly { mib: number; busy?: number; isFull?: boolean }[]): number[] {
  const times: number[] = [];
  let second = 0;
  const rest = new Rest(() => times.push(second));
  for (const { mib, busy = 0, isFull = false } of seconds) {
    rest.note({ at: 1000 * second, rssBytes: mib * MIB, busy, isFull });
    second++;
  }
  return times;
}

const times = (count: number, look: { mib: number; busy?: number; isFull?: boolean }) =>
  Array.from({ length: count }, () => look);

describe('memory of a burst', () => {
  it('is given back once the server has been calm for some seconds', () => {
    const seconds = [...times(3, { mib: 200 }), ...times(3, { mib: 800, busy: 1 }), ...times(6, { mib: 800 })];
    expect(givenBackAt(seconds)).toEqual([10]);
  });

  it('is not looked for while there is much to do', () => {
    expect(givenBackAt([...times(3, { mib: 200 }), ...times(60, { mib: 800, busy: 0.9 })])).toEqual([]);
  });

  it('is given back again when what was kept for the next burst has been let go, and less and less often', () => {
    expect(givenBackAt([...times(3, { mib: 200 }), ...times(200, { mib: 800 })])).toEqual([4, 14, 42, 126]);
  });

  it('is not looked for in the next calm when what is left is in use', () => {
    const used = times(3, { mib: 800, busy: 1 });
    const long = [...times(3, { mib: 200 }), ...used, ...times(30, { mib: 800 })];
    expect(givenBackAt(long)).toEqual([10, 20]);
    expect(givenBackAt([...long, ...used, ...times(600, { mib: 800 })])).toEqual([10, 20]);
  });

  it('is not given back a second time once there is work again', () => {
    const seconds = [{ mib: 200 }, ...times(9, { mib: 800 }), ...times(30, { mib: 800, busy: 1 })];
    expect(givenBackAt(seconds)).toEqual([4]);
  });

  it('is looked for again after the next burst', () => {
    const burst = [...times(2, { mib: 800, busy: 1 }), ...times(5, { mib: 800 }), ...times(4, { mib: 220 })];
    expect(givenBackAt([{ mib: 200 }, ...burst, ...burst])).toEqual([7, 18]);
  });

  it('is given back at once where memory is short, but not all the time', () => {
    expect(givenBackAt([{ mib: 200 }, ...times(12, { mib: 900, busy: 1, isFull: true })])).toEqual([1, 6, 11]);
  });
});
