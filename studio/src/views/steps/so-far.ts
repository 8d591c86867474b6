/** What is there of a matrix at a step: its frames up to that step, put together. */
import type { FilmPlan, Frame, StepName } from '../../ask/film/frame.ts';
import type { Frames } from '../../ask/film/frames.ts';
import type { Block, Sheet } from '../../pictures/sheet.ts';

/** Steps that are a matrix of all words, and those that are numbers of each word. */
const OF_PAIRS: ReadonlySet<StepName> = new Set([
  'attn_scores',
  'scaled',
  'softcapped',
  'biased',
  'masked',
  'tile_scores',
  'pattern',
]);
/** Weights below this are those of an even row. */
const EVEN = 0.5;
const OF_KEYS: ReadonlySet<StepName> = new Set(['k', 'v']);

export const isOfPairs = (name: StepName): boolean => OF_PAIRS.has(name);
export const isOfKeys = (name: StepName): boolean => OF_KEYS.has(name);

export interface Place {
  seq: number;
  head: number;
}

export function sheetSoFar(frames: Frames, { sizes, names }: FilmPlan, { seq, head }: Place, name: StepName): Sheet {
  const there = frames.upTo(seq, head, name);
  const width = there[0]?.shape.at(-1) ?? names.find((kind) => kind.name === name)?.shape.at(-1) ?? 1;
  const blocks = joined(there);
  return {
    rows: isOfKeys(name) ? sizes.keys : sizes.queries,
    columns: isOfPairs(name) ? sizes.keys : width,
    blocks,
    isOfPairs: isOfPairs(name),
    scale: name === 'pattern' ? 'weights' : 'signed',
    most: name === 'pattern' ? brightest(blocks) : largest(blocks),
  };
}

/** Frames below one another become one block: a picture of few is drawn faster. */
function joined(frames: readonly Frame[]): Block[] {
  const groups: Frame[][] = [];
  for (const frame of frames) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const isBelow = before !== undefined && before.tile === undefined && frame.tile === undefined;
    if (group !== undefined && isBelow && before.rows[1] === frame.rows[0]) group.push(frame);
    else groups.push([frame]);
  }
  return groups.map((group) => {
    const [{ tile, rows, numbers }] = group;
    const last = group[group.length - 1];
    const height = last.rows[1] - rows[0];
    const values = group.length === 1 ? numbers : new Float32Array(height * (numbers.length / (rows[1] - rows[0])));
    if (group.length > 1) {
      let at = 0;
      for (const frame of group) {
        values.set(frame.numbers, at);
        at += frame.numbers.length;
      }
    }
    return { row: rows[0], column: tile?.keys[0] ?? 0, rows: height, columns: values.length / height, values };
  });
}

/** Of weights, 1; where many words share, the largest of them, or nothing could be seen. */
function brightest(blocks: readonly Block[]): number {
  const most = largest(blocks);
  return most < EVEN ? most : 1;
}

/** The largest number without its sign; 1 where all are 0. */
function largest(blocks: readonly Block[]): number {
  let most = 0;
  for (const { values } of blocks) {
    for (const value of values) {
      const size = Math.abs(value);
      if (size > most && size !== Number.POSITIVE_INFINITY) most = size;
    }
  }
  return most === 0 ? 1 : most;
}
