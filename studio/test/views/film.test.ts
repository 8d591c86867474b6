import { describe, expect, it } from 'vitest';
import type { FilmPlan, Frame } from '../../src/ask/film/frame.ts';
import { Frames } from '../../src/ask/film/frames.ts';
import type { Direction } from '../../src/state/state.ts';
import { frameOfCell } from '../../src/views/steps/cell-frame.ts';
import { focusOf } from '../../src/views/steps/focus.ts';
import { numbersAt } from '../../src/views/steps/numbers.ts';
import { placeOf } from '../../src/views/steps/place.ts';
import { sheetSoFar } from '../../src/views/steps/so-far.ts';
import { told } from '../../src/views/steps/told.ts';
import { trackPlaces } from '../../src/views/steps/track-places.ts';

const hidden = Number.NEGATIVE_INFINITY;
const words = ['The', 'cat', 'sat'];

function frame(seq: number, name: Frame['name'], rows: Frame['rows'], numbers: number[], tile?: Frame['tile']): Frame {
  const shape = [rows[1] - rows[0], numbers.length / (rows[1] - rows[0])];
  return { seq, name, head: 0, rows, tile, shape, numbers: Float32Array.from(numbers), formula: '', ms: 0 };
}

function kept(...all: Frame[]): Frames {
  const frames = new Frames(1e6);
  for (const one of all) frames.put(one);
  return frames;
}

const plan = (detail: FilmPlan['detail']): FilmPlan => ({
  detail,
  steps: 99,
  kernel: '',
  scale: 10,
  sizes: { batch: 1, heads: 1, key_heads: 1, queries: 3, keys: 3, head_dim: 2, value_dim: 2 },
  names: [],
});

const scene = (detail: FilmPlan['detail'], frames: Frames, now: Frame) => ({
  frame: now,
  frames,
  plan: plan(detail),
  queries: words,
  keys: words,
  heads: ['meaning'],
});

describe('what is there of a matrix', () => {
  const first = frame(4, 'masked', [0, 1], [hidden, 2, -8]);
  const second = frame(9, 'masked', [1, 2], [1, hidden, 3]);

  it('grows row by row, as one block', () => {
    const frames = kept(second, first);
    const { blocks, most, rows, columns } = sheetSoFar(frames, plan('row'), second, 'masked');
    expect(blocks).toEqual([
      { row: 0, column: 0, rows: 2, columns: 3, values: Float32Array.of(hidden, 2, -8, 1, hidden, 3) },
    ]);
    expect([rows, columns, most]).toEqual([3, 3, 8]);
    expect(sheetSoFar(frames, plan('row'), first, 'masked').blocks[0].rows).toBe(1);
  });

  it('grows tile by tile, each where its keys are', () => {
    const tiles = [
      frame(1, 'tile_scores', [0, 2], [1, 2, 3, 4], { index: 0, keys: [0, 2] }),
      frame(2, 'tile_scores', [0, 2], [5, 6], { index: 1, keys: [2, 3] }),
    ];
    const { blocks } = sheetSoFar(kept(...tiles), plan('tile'), tiles[1], 'tile_scores');
    expect(blocks.map(({ row, column, rows, columns }) => [row, column, rows, columns])).toEqual([
      [0, 0, 2, 2],
      [0, 2, 2, 1],
    ]);
  });

  it('is on the scale of weights for the pattern, up to 1, or to the largest where many share', () => {
    const sure = frame(1, 'pattern', [0, 1], [0, 0.9, 0.1]);
    const even = frame(1, 'pattern', [0, 1], [0.25, 0.25, 0.25]);
    expect(sheetSoFar(kept(sure), plan('row'), sure, 'pattern')).toMatchObject({ scale: 'weights', most: 1 });
    expect(sheetSoFar(kept(even), plan('row'), even, 'pattern')).toMatchObject({ scale: 'weights', most: 0.25 });
  });
});

describe('the numbers of a step', () => {
  it('are those of its own row, and undefined where they are not kept', () => {
    const now = frame(5, 'scaled', [1, 2], [10, 20, 30]);
    const numbers = numbersAt(kept(frame(2, 'attn_scores', [0, 1], [1, 2, 3]), now), now);
    expect(numbers.cell('scaled', 1, 2)).toBe(30);
    expect(numbers.cell('attn_scores', 1, 2)).toBeUndefined();
  });

  it('know what was a tile before, but not of other rows', () => {
    const tile = (index: number) => ({ index, keys: [index, index + 1] as const });
    const frames = kept(
      frame(1, 'running_max', [0, 1], [7], tile(0)),
      frame(2, 'running_max', [1, 2], [3], tile(0)),
      frame(3, 'running_max', [1, 2], [5], tile(1)),
    );
    expect(numbersAt(frames, { seq: 3, head: 0 }).before('running_max', 1)?.[0]).toBe(3);
    expect(numbersAt(frames, { seq: 2, head: 0 }).before('running_max', 1)).toBeUndefined();
  });
});

describe('the cell that a step is explained by', () => {
  const direction: Direction = 'looks-at';
  const setting = {
    queries: 6,
    keys: 6,
    locked: [2],
    direction,
    pair: undefined,
    hover: undefined,
    strongest: () => 5,
  };
  const whole = { name: 'scaled', rows: [0, 6], tile: undefined } as const;

  it('is that of the locked word and the word that it looks at most', () => {
    expect(focusOf({ ...setting, frame: whole })).toEqual({ query: 2, key: 5 });
    expect(focusOf({ ...setting, frame: whole, pair: { query: 2, key: 1 } })).toEqual({ query: 2, key: 1 });
  });

  it('takes words that are looked at for none that look', () => {
    expect(focusOf({ ...setting, frame: whole, direction: 'looked-at' })).toEqual({ query: 0, key: 5 });
  });

  it('is of the row that is computed', () => {
    expect(focusOf({ ...setting, frame: { ...whole, rows: [4, 5] } })).toEqual({ query: 4, key: 5 });
    // A row that was walked to, and not locked.
    const pair = { query: 5, key: 1 };
    expect(focusOf({ ...setting, frame: { ...whole, rows: [4, 6] }, pair })).toEqual(pair);
  });

  it('is within the tile, and not one that is hidden from itself', () => {
    const tile = { index: 1, keys: [2, 4] } as const;
    expect(focusOf({ ...setting, frame: { ...whole, rows: [0, 4], tile } })).toEqual({ query: 2, key: 3 });
  });

  it('is what the pointer is on, where that is part of the step', () => {
    const hover = { query: 4, key: 0 };
    expect(focusOf({ ...setting, frame: whole, hover })).toEqual(hover);
    expect(focusOf({ ...setting, frame: { ...whole, rows: [1, 2] }, hover })).toEqual({ query: 1, key: 5 });
  });
});

describe('a cell that is no part of the step', () => {
  const first = frame(3, 'scaled', [0, 1], [1, 2, 3]);
  const second = frame(7, 'scaled', [1, 2], [4, 5, 6]);

  it('leads to the same step of its own row', () => {
    expect(frameOfCell(kept(first, second), first, { row: 0, column: 2 })).toBe(first);
    expect(frameOfCell(kept(first, second), first, { row: 1, column: 0 })).toBe(second);
    expect(frameOfCell(kept(first, second), first, { row: 2, column: 0 })).toBeUndefined();
  });

  it('leads to the tile of its key', () => {
    const tiles = [0, 1].map((index) => {
      const keys = [2 * index, 2 * index + 2] as const;
      return frame(index + 1, 'running_max', [0, 1], [1], { index, keys });
    });
    expect(frameOfCell(kept(...tiles), tiles[0], { row: 0, column: 3 })?.seq).toBe(2);
  });
});

describe('a step in words', () => {
  it('says whom a word looks at', () => {
    const now = frame(7, 'pattern', [2, 3], [0.25, 0.75, 0]);
    const frames = kept(now);
    expect(told(scene('row', frames, now), { query: 2, key: 1 }, numbersAt(frames, now))).toBe(
      'Each row becomes weights that sum to 1: “sat” gives 0.75 to “cat”, 0.25 to “The”.',
    );
  });

  it('says where it stands', () => {
    const tile = { index: 1, keys: [2, 3] } as const;
    const now = frame(7, 'tile_scores', [0, 2], [1, 2], tile);
    expect(placeOf(scene('tile', kept(now), now))).toBe('meaning · rows 1 to 2 of 3 · tile 2');
    const row = frame(7, 'scaled', [2, 3], [1, 2, 3]);
    expect(placeOf(scene('row', kept(row), row))).toBe('meaning · row 3 of 3: “sat”');
  });
});

describe('the places of a film', () => {
  it('are its heads, its rows and its steps', () => {
    const frames = [frame(1, 'k', [0, 3], [1, 2, 3]), frame(2, 'q', [0, 1], [1]), frame(3, 'q', [1, 2], [1])];
    const places = trackPlaces(frames.reverse(), { heads: ['meaning'], queries: words });
    expect(places.map(({ seq, level, text }) => `${seq} ${level} ${text}`)).toEqual([
      '1 0 meaning',
      '1 2 k',
      '2 1 The',
      '2 2 q',
      '3 1 cat',
      '3 2 q',
    ]);
  });
});
