/** The cell that a frame is explained by: of the rows that it is of, and the key that is pointed at, picked, or strongest. */
import type { Frame } from '../../ask/film/frame.ts';
import type { Direction, Pair } from '../../state/state.ts';
import { isOfKeys } from './so-far.ts';

export interface FocusSetting {
  frame: Pick<Frame, 'name' | 'rows' | 'tile'>;
  queries: number;
  keys: number;
  /** Words that look, unless the direction says that they are looked at. */
  locked: readonly number[];
  direction: Direction;
  pair: Pair | undefined;
  hover: Pair | undefined;
  /** The key that a row looks at most, where that is known. */
  strongest(row: number): number | undefined;
}

/** A tile sees only its own keys: another than oneself, as that may be hidden. */
function within([start, end]: readonly [number, number], key: number, query: number): number {
  if (key >= start && key < end) return key;
  return start === query && end - start > 1 ? start + 1 : start;
}

export function focusOf({ frame, queries, keys, locked, direction, pair, hover, strongest }: FocusSetting): Pair {
  const rows: readonly [number, number] = isOfKeys(frame.name) ? [0, queries] : frame.rows;
  const isIn = (row: number) => row >= rows[0] && row < rows[1];
  const [firstKey, lastKey] = frame.tile?.keys ?? [0, keys];
  const isSeen = hover !== undefined && isIn(hover.query) && hover.key >= firstKey && hover.key < lastKey;
  if (isSeen) return hover;
  const walkedTo = pair !== undefined && isIn(pair.query) ? pair.query : undefined;
  const query = (direction === 'looks-at' ? locked.find(isIn) : undefined) ?? walkedTo ?? rows[0];
  const picked = pair?.query === query && pair.key < keys ? pair.key : undefined;
  const key = picked ?? strongest(query) ?? Math.min(query, keys - 1);
  return { query, key: frame.tile === undefined ? key : within(frame.tile.keys, key, query) };
}
