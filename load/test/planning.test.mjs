import { describe, expect, it } from 'vitest';
import { constantOf } from '../planning/constants.mjs';
import { breakEven, breakEvenText, bytesText, markdownRow, microseconds } from '../planning/decision.mjs';
import { costs } from '../planning/turns.mjs';

describe('the break-even of two ways', () => {
  it('lies where both cost the same, found between the sizes by the power that their ratio grows with', () => {
    // other/one is 2 at 10 and 1/2 at 1000: 1 at the geometric mean of both sizes.
    const points = [
      { at: 10, one: 1, other: 2 },
      { at: 1000, one: 8, other: 4 },
    ];
    expect(breakEven(points)).toBeCloseTo(100, 9);
    // 8 at 10 and 1/2 at 160: three of four doublings on the way.
    expect(
      breakEven([
        { at: 10, one: 1, other: 8 },
        { at: 160, one: 2, other: 1 },
      ]),
    ).toBeCloseTo(80, 9);
  });

  it('does not count a size at which the second is cheaper by chance, when it is not at a larger one', () => {
    const points = [
      { at: 1, one: 2, other: 1 },
      { at: 2, one: 1, other: 2 },
      { at: 8, one: 2, other: 1 },
    ];
    expect(breakEven(points)).toBeCloseTo(4, 9);
  });

  it('is below the sizes when the second is always cheaper, and above them when it never is', () => {
    const points = [1024, 4096].map((at) => ({ at, one: 2, other: 1 }));
    expect(breakEvenText(points, bytesText)).toBe('below 1 KiB');
    const never = points.map((point) => ({ ...point, other: 2 }));
    expect(breakEvenText(never, bytesText)).toBe('above 4 KiB');
  });
});

describe('figures in words', () => {
  it('are microseconds to two or three digits, and bytes in the unit that people say', () => {
    expect([0.0012345, 0.0345678, 1.2345].map(microseconds)).toEqual(['1.2', '34.6', '1235']);
    expect([100, 16384, 1572864].map(bytesText)).toEqual(['100 B', '16 KiB', '1.5 MiB']);
  });

  it('stand in cells of a row that they cannot break', () => {
    const row = { decision: 'a|b', measured: '1', constant: '2', chosen: '3' };
    expect(markdownRow(row)).toBe('| a\\|b | 1 | 2 | 3 |');
  });
});

describe('a constant of the service', () => {
  it('is read from its compiled module, and must be there', () => {
    expect(constantOf('pool/pool-memory', 'FLOOR_BYTES')).toBe(8 * 1024 * 1024);
    expect(() => constantOf('pool/pool', 'NO_SUCH')).toThrow('no constant NO_SUCH');
  });
});

describe('costs', () => {
  it('count the runs of every contender, in every round and once before', async () => {
    const runs = { a: 0, b: 0 };
    const contenders = Object.keys(runs).map((name) => ({ run: () => runs[name]++ }));
    // A turn of no time is one run.
    const found = await costs(contenders, { rounds: 3, turnMs: 0, warmUpMs: 0 });
    expect(runs).toEqual({ a: 4, b: 4 });
    expect([...found.keys()]).toEqual(contenders);
  });
});
