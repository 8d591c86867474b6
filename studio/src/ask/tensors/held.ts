/** Tensors that no link can hold: they stay on this page, and the state has a name for them, so that Back finds them again. */

import { readEntries, writeEntries } from './entries-text.ts';
import type { Entry } from './entry.ts';

/** What is kept at most, in bytes, beside the last two: an edit of a large tensor is a copy of it. */
const MOST_BYTES = 2 ** 27;
const KEPT = 2;

/** Another for each page: a link to somebody else's must not find what is here. */
const page = Math.random().toString(36).slice(2, 8);
const held = new Map<string, readonly Entry[]>();
let count = 0;

/** The text of some tensors for the state. */
export function textOf(entries: readonly Entry[]): string {
  const text = writeEntries(entries);
  if (text !== undefined) return text;
  const name = `held:${page}.${++count}`;
  held.set(name, entries);
  for (const [oldest] of held) if (held.size > KEPT && bytesOf(held) > MOST_BYTES) held.delete(oldest);
  return name;
}

/** Undefined where the text leads to tensors of another page, or to some that were let go. */
export const entriesOf = (text: string): readonly Entry[] | undefined => held.get(text) ?? readEntries(text);

function bytesOf(sets: ReadonlyMap<string, readonly Entry[]>): number {
  const arrays = new Set([...sets.values()].flatMap((entries) => entries.flatMap(({ values }) => values ?? [])));
  return [...arrays].reduce((sum, { byteLength }) => sum + byteLength, 0);
}
