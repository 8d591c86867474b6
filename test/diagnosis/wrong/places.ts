/** Right answers with noise in one place, which no misunderstanding explains. */
import { attend } from './attend.ts';
import { inFloat32 } from './drawn.ts';
import type { AttentionFields } from './fields.ts';
import { type Heads, heads, listOf, sizesOf } from './nested.ts';
import { BARE, problemOf, type Wish } from './problem.ts';
import { Random } from './random.ts';

/** What `where` must say of a place. */
interface Where {
  kind: string;
  batch?: number[];
  heads?: number[];
  /** The first that is wrong, and the one behind the last where that is not the last of all. */
  rows?: { from: number; to?: number };
  columns?: { from: number; to?: number };
  block?: number;
  keys?: number;
}

type IsThere = (b: number, h: number, i: number, x: number) => boolean;

export interface Place {
  name: string;
  wish(random: Random): Wish;
  /** Where the noise is, and what that is called. */
  place(random: Random, fields: AttentionFields): { isThere: IsThere; where: Where };
}

const several: Wish = { ...BARE, batch: 2, numHeads: 4, group: 1, queryLength: 24, keyLength: 24, headDim: 16 };
const long: Wish = { ...BARE, batch: 1, numHeads: 2, group: 1, isSquare: true, keyLength: 192, headDim: 8 };

export const places: Place[] = [
  { name: 'noise everywhere', wish: () => several, place: () => ({ isThere: () => true, where: { kind: 'all' } }) },
  {
    name: 'one wrong head',
    wish: () => several,
    place: (random) => {
      const head = random.integer(0, 3);
      return { isThere: (_, h) => h === head, where: { kind: 'heads', heads: [head] } };
    },
  },
  {
    name: 'heads from one on',
    wish: () => ({ ...several, numHeads: 6 }),
    place: (random) => {
      const from = random.integer(2, 4);
      const wrong = [2, 3, 4, 5].filter((h) => h >= from);
      return { isThere: (_, h) => h >= from, where: { kind: 'heads', heads: wrong } };
    },
  },
  {
    name: 'one wrong batch entry',
    wish: () => ({ ...several, batch: 3 }),
    place: (random) => {
      const entry = random.integer(0, 2);
      return { isThere: (b) => b === entry, where: { kind: 'batch', batch: [entry] } };
    },
  },
  {
    name: 'rows from one on',
    wish: () => long,
    place: (random) => {
      const from = random.pick([64, 96, 128]);
      return { isThere: (_b, _h, i) => i >= from, where: { kind: 'rows_from', rows: { from } } };
    },
  },
  {
    name: 'one block of rows',
    wish: () => long,
    place: (random) => {
      const from = random.pick([32, 64]);
      return {
        isThere: (_b, _h, i) => i >= from && i < from + 32,
        where: { kind: 'rows', rows: { from, to: from + 32 } },
      };
    },
  },
  {
    name: 'the last rows of each block of 64',
    wish: () => long,
    place: (random) => {
      const rows = random.integer(1, 8);
      return {
        isThere: (_b, _h, i) => i % 64 >= 64 - rows,
        where: { kind: 'last_rows_of_blocks', block: 64 },
      };
    },
  },
  {
    name: 'rows that see more than some keys',
    wish: () => ({ ...several, causal: true, queryLength: 20, keyLength: 40 }),
    // Where rows see as many keys as they come late, the two could not be told apart: the entries stand at different places.
    place: (random, fields) => {
      const offsets = [2, 11];
      fields.query_offset = offsets;
      const keys = random.integer(14, 18);
      return {
        isThere: (b, _h, i) => i + offsets[b] + 1 > keys,
        where: { kind: 'rows_that_see_more', keys },
      };
    },
  },
  {
    name: 'padded rows',
    wish: () => several,
    place: (random, fields) => {
      const lengths = [random.integer(6, 12), random.integer(14, 20)];
      fields.query_lengths = lengths;
      return { isThere: (b, _h, i) => i >= lengths[b], where: { kind: 'padded_rows' } };
    },
  },
  {
    name: 'columns from one on',
    wish: () => ({ ...several, valueDim: 32 }),
    place: (random) => {
      const from = random.pick([8, 16, 24]);
      return { isThere: (_b, _h, _i, x) => x >= from, where: { kind: 'columns_from', columns: { from } } };
    },
  },
  {
    name: 'one block of columns',
    wish: () => ({ ...several, valueDim: 32 }),
    place: (random) => {
      const from = random.pick([8, 16]);
      return {
        isThere: (_b, _h, _i, x) => x >= from && x < from + 8,
        where: { kind: 'columns', columns: { from, to: from + 8 } },
      };
    },
  },
  {
    name: 'numbers here and there',
    wish: () => several,
    place: (random) => {
      const chosen = new Set(listOf(60, () => random.integer(0, 2 * 4 * 24 * 16 - 1)));
      return {
        isThere: (b, h, i, x) => chosen.has(((b * 4 + h) * 24 + i) * 16 + x),
        where: { kind: 'scattered' },
      };
    },
  },
];

/** A request, its right answer with noise in a place, and what `where` must say. */
export function noisy(one: Place, seed: number): { fields: AttentionFields; expected: Heads; where: Where } {
  const random = new Random(seed);
  const fields = problemOf(random, one.wish(random));
  const { isThere, where } = one.place(random, fields);
  const { output } = attend(fields);
  const noise = () => random.pick([-1, 1]) * (0.2 + Math.abs(random.normal()));
  const wrong = heads(sizesOf(output), (b, h, i, x) => output[b][h][i][x] + (isThere(b, h, i, x) ? noise() : 0));
  return { fields, expected: inFloat32(wrong), where };
}
