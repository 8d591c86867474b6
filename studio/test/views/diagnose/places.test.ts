import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../src/ask/diagnose/diagnosed.ts';
import { countsOf, firstOff, longName, mapOf, shortName, stripsOf } from '../../../src/views/diagnose/places.ts';

const part = (from: number, to: number, beyond_tolerance = 0) => ({
  from,
  to,
  root_mean_square: beyond_tolerance,
  max_absolute: beyond_tolerance,
  beyond_tolerance,
});
/** Two batch entries of three heads with two parts of rows, of which the last head of the second is off. */
const where: Diagnosis['where'] = {
  pattern: 'batch entry 1, head 2',
  kind: 'mixed',
  worst: [],
  by_batch: [part(0, 1), part(1, 2, 0.5)],
  by_head: [part(0, 1), part(1, 2), part(2, 3, 0.5)],
  by_rows: [part(0, 4, 0.5), part(4, 7)],
  by_columns: [part(0, 1, 0.5)],
  map: [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [0.25, 'Infinity'],
  ],
};

describe('the places of errors', () => {
  it('are strips of the axes that have more than one part', () => {
    expect(stripsOf(where).map(({ title }) => title)).toEqual(['batch entries', 'heads', 'rows']);
    expect(stripsOf({ ...where, by_head: [] }).map(({ name }) => name)).toEqual(['batch', 'rows']);
  });

  it('are called by their numbers, of which the last is in them', () => {
    expect([shortName(part(0, 4)), shortName(part(4, 5))]).toEqual(['0–3', '4']);
    expect(longName('rows', part(0, 4))).toBe('rows 0 to 3');
    expect(longName('batch', part(1, 2))).toBe('batch entry 1');
  });

  it('are a map of heads across and rows down', () => {
    const { values, largest, columnNames, columnTitles, columns } = mapOf(where);
    expect([...values]).toEqual([0, 0, 0, 0, 0, 0.25, 0, 0, 0, 0, 0, Number.POSITIVE_INFINITY]);
    expect(largest).toBe(0.25);
    expect(columnNames).toEqual(['0·0', '0·1', '0·2', '1·0', '1·1', '1·2']);
    expect(columnTitles[5]).toBe('batch entry 1, head 2');
    expect(columns[5]).toEqual({ batch: 1, head: 2 });
  });

  it('have no heads where multi-head attention has joined them', () => {
    const joined = {
      ...where,
      by_head: [],
      map: [
        [0, 0],
        [1, 0],
      ],
    };
    expect(countsOf(joined)).toEqual({ batch: 2, heads: undefined });
    expect(mapOf(joined)).toMatchObject({ columnNames: ['0', '1'], columnTitles: ['batch entry 0', 'batch entry 1'] });
    expect(mapOf(joined).columns).toEqual([undefined, undefined]);
  });

  it('begin with the first head that is off', () => {
    expect(firstOff(where)).toEqual({ batch: 1, head: 2 });
    expect(firstOff({ ...where, batch: [0], heads: [1, 2] })).toEqual({ batch: 0, head: 1 });
    expect(firstOff({ ...where, by_batch: [part(0, 1)], by_head: [] })).toEqual({ batch: 0, head: 0 });
  });
});
