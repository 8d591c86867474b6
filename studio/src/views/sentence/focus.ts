/** Where the light comes from: the word or the cell under the pointer, else what is locked. */
import type { Direction, Pair } from '../../state/state.ts';

export type Hover =
  | { on: 'word'; side: 'query' | 'key'; index: number }
  | { on: 'cell'; query: number; key: number }
  | undefined;

export interface Focus {
  direction: Direction;
  /** Words that throw light: on the side of the queries when they look, else of the keys. Ascending. */
  sources: readonly number[];
  /** The cell that is pointed at or was picked. */
  pair: Pair | undefined;
}

interface Shape {
  queries: number;
  keys: number;
  isCross: boolean;
}

export function focusOf(
  { direction, locked, pair }: { direction: Direction; locked: readonly number[]; pair: Pair | undefined },
  hover: Hover,
  { queries, keys, isCross }: Shape,
): Focus {
  const isThere = (cell: Pair) => cell.query < queries && cell.key < keys;
  if (hover?.on === 'cell' && isThere(hover)) {
    return { direction, sources: [direction === 'looks-at' ? hover.query : hover.key], pair: hover };
  }
  if (hover?.on === 'word' && hover.index < (hover.side === 'query' ? queries : keys)) {
    // Of two sentences, the side says in which direction one looks.
    const own = !isCross ? direction : hover.side === 'query' ? 'looks-at' : 'looked-at';
    return { direction: own, sources: [hover.index], pair: undefined };
  }
  const count = direction === 'looks-at' ? queries : keys;
  const sources = locked.filter((index) => index < count);
  const own = pair && (direction === 'looks-at' ? pair.query : pair.key);
  const isOfSources = pair !== undefined && own !== undefined && isThere(pair) && sources.includes(own);
  return { direction, sources, pair: isOfSources ? pair : undefined };
}

/** What a click locks: one word alone, or one more (or less) when it is added. */
export function lockedAfter(locked: readonly number[], index: number, isAdded: boolean): readonly number[] {
  if (isAdded) {
    const others = locked.filter((one) => one !== index);
    return others.length < locked.length ? others : [...locked, index].sort((a, b) => a - b);
  }
  return locked.length === 1 && locked[0] === index ? [] : [index];
}
