import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Attentions } from '../../../src/ask/model/attentions.ts';
import { headPicture } from '../../../src/ask/model/head-picture.ts';
import { pooled } from '../../../src/ask/model/pooled.ts';

const range = (size: number) =>
  fc.tuple(fc.nat(size), fc.nat(size)).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
const parts = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })).chain(([height, width]) =>
  fc.record({
    height: fc.constant(height),
    width: fc.constant(width),
    // Whole numbers: their sums are exact.
    values: fc.array(fc.integer({ min: -100, max: 100 }), { minLength: height * width, maxLength: height * width }),
    rows: range(height),
    keys: range(width),
    pool: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
    by: fc.constantFrom('max', 'mean'),
  }),
);

describe('a pooled part', () => {
  test.prop([parts])('has of each block the largest, or the mean', async ({ width, values, rows, keys, pool, by }) => {
    const expected: number[] = [];
    for (let row = rows[0]; row < rows[1]; row += pool[0])
      for (let key = keys[0]; key < keys[1]; key += pool[1]) {
        const block: number[] = [];
        for (let r = row; r < Math.min(rows[1], row + pool[0]); r++)
          for (let k = key; k < Math.min(keys[1], key + pool[1]); k++) block.push(values[r * width + k]);
        const sum = block.reduce((all, value) => all + value, 0);
        expected.push(Math.fround(by === 'max' ? Math.max(...block) : sum / block.length));
      }
    const read = async (from: number, to: number) => Float32Array.from(values.slice(from * width, to * width));
    expect(Array.from(await pooled({ rows, keys, pool, by }, width, read))).toEqual(expected);
  });

  it.each([
    ['a row', [4, 1], [1, 4]],
    ['a column', [1, 4], [4, 1]],
  ] as const)('has no number where one of %s is none, wherever it stands', async (_, [width, height], [tall, wide]) => {
    for (let at = 0; at < 4; at++) {
      const values = Float32Array.of(0, 1, 2, 0);
      values[at] = Number.NaN;
      const read = async (from: number, to: number) => values.slice(from * width, to * width);
      const part = { rows: [0, height], keys: [0, width], pool: [tall, wide], by: 'max' } as const;
      expect([...(await pooled(part, width, read))], `${at}`).toEqual([Number.NaN]);
    }
  });

  it('reads no more at a time than it says, and stops when it is let go', async () => {
    const width = 2 ** 16;
    const asked: number[] = [];
    const abort = new AbortController();
    const read = async (from: number, to: number) => {
      asked.push(to - from);
      if (asked.length === 3) abort.abort();
      return new Float32Array((to - from) * width);
    };
    const part = { rows: [0, 1000], keys: [0, width], pool: [100, 2 ** 12], by: 'max' } as const;
    await expect(pooled(part, width, read, { signal: abort.signal })).rejects.toThrow();
    expect(asked).toEqual([16, 16, 16]);
  });
});

describe('the picture of a head', () => {
  const attentions = (rows: number, keys: number, weight: (query: number, key: number) => number): Attentions => ({
    id: 'test',
    name: 'test',
    layers: 1,
    batch: 1,
    heads: 1,
    rows,
    keys,
    tokens: undefined,
    note: undefined,
    read: async (_, from, to) =>
      Float32Array.from({ length: (to - from) * keys }, (_, i) => weight(from + Math.floor(i / keys), i % keys)),
  });
  const place = { layer: 0, batch: 0, head: 0 };

  it('has at most 64 × 64 parts, with the largest of each', async () => {
    const { rows, columns, values } = await headPicture(
      attentions(130, 512, (query, key) => (query === 129 && key === 511 ? 1 : 0)),
      place,
    );
    expect([rows, columns]).toEqual([44, 64]);
    expect(values.filter((value) => value > 0)).toHaveLength(1);
    expect(values.at(-1)).toBe(1);
  });

  it('says how much falls on the first word, the word before and the word itself', async () => {
    // Half on the first, a quarter on the word before, an eighth on itself; the first word has its own three ways at one place.
    const weight = (query: number, key: number) =>
      (key === 0 ? 0.5 : 0) + (key === query - 1 ? 0.25 : 0) + (key === query ? 0.125 : 0);
    const { first, before, itself } = await headPicture(attentions(4, 4, weight), place);
    expect({ first, before, itself }).toEqual({
      first: (0.625 + 0.75 + 0.5 + 0.5) / 4,
      before: (0.75 + 0.25 + 0.25) / 4,
      itself: (0.625 + 0.125 + 0.125 + 0.125) / 4,
    });
  });

  it('takes queries that are fewer than keys as the last words', async () => {
    const weight = (query: number, key: number) => (key === query + 3 ? 1 : 0);
    expect((await headPicture(attentions(2, 5, weight), place)).itself).toBe(1);
  });
});
