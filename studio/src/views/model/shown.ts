/** What the model view shows, from the state, the file and the pointer. */
import { computed, signal } from '@preact/signals';
import { head } from '../../ask/model/head.ts';
import { attentions, place } from '../../ask/model/opened.ts';
import { overview } from '../../ask/model/overview.ts';
import { mergedWeights, type Words, wordsOf } from '../../ask/model/word-pieces.ts';
import { type Axis, type Grid, reach, strongest } from '../../pictures/grid.ts';
import type { Multiple } from '../../pictures/multiples/small-multiples.ts';
import { state } from '../../state/here.ts';
import type { Pair } from '../../state/state.ts';
import { type Focus, focusOf, type Hover } from '../sentence/focus.ts';

export const hover = signal<Hover>(undefined);
export const pointedHead = signal<Multiple | undefined>(undefined);

/** Of the file that is looked at; while another is read there are none. */
export const pictures = computed(() => {
  const { id, pictures } = overview.value;
  return id === attentions.value.id ? pictures : [];
});

/** The words that the tokens are parts of, of both sides; undefined where tokens are words, or there are none. */
export const pieces = computed<{ queries: Words; keys: Words } | undefined>(() => {
  const tokens = attentions.value.tokens?.[place.value.batch];
  if (tokens === undefined) return undefined;
  const [queries, keys] = [wordsOf(tokens.queries), wordsOf(tokens.keys)];
  if (queries === undefined && keys === undefined) return undefined;
  return { queries: queries ?? unmerged(tokens.queries), keys: keys ?? unmerged(tokens.keys) };
});

const unmerged = (words: readonly string[]): Words => ({ words, starts: [...words.keys(), words.length] });

export interface Shown {
  grid: Grid;
  /** How many queries and keys are one cell. */
  pool: readonly [number, number];
  /** Of each row and column: words, or their numbers. */
  queries: readonly string[];
  keys: readonly string[];
  /** Whether the words look at themselves. */
  isSelf: boolean;
}

/** Two texts may be as long as each other. */
const isOneText = (queries: readonly string[], keys: readonly string[]): boolean =>
  queries.length === keys.length && queries.every((word, at) => word === keys[at]);

/** The large picture; undefined until the head was read. */
export const shown = computed<Shown | undefined>(() => {
  const { id, rows, keys, tokens } = attentions.value;
  const here = head.value;
  if (here === undefined || here.id !== id) return undefined;
  const { pool } = here;
  const own = tokens?.[here.batch];
  if (pool[0] > 1 || pool[1] > 1) {
    const isSelf = own === undefined ? rows === keys : isOneText(own.queries, own.keys);
    const numbers = (count: number, by: number) => Array.from({ length: count }, (_, i) => String(i * by));
    return { grid: here, pool, queries: numbers(here.rows, pool[0]), keys: numbers(here.columns, pool[1]), isSelf };
  }
  const merging = state.value.isMerged ? pieces.value : undefined;
  if (merging !== undefined) {
    const { queries, keys } = merging;
    const grid = mergedWeights({ ...here, columns: here.columns }, queries.starts, keys.starts);
    return { grid, pool, queries: queries.words, keys: keys.words, isSelf: isOneText(queries.words, keys.words) };
  }
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i));
  const [queries, those] = [own?.queries ?? numbers(rows), own?.keys ?? numbers(keys)];
  return { grid: here, pool, queries, keys: those, isSelf: isOneText(queries, those) };
});

export const focus = computed<Focus>(() => {
  const { direction } = state.value;
  const { word } = place.value;
  const here = shown.value;
  const shape = { queries: here?.queries.length ?? 0, keys: here?.keys.length ?? 0, isCross: !(here?.isSelf ?? true) };
  return focusOf({ direction, locked: word === undefined ? [] : [word], pair: undefined }, hover.value, shape);
});

export const axisOf = ({ direction }: Focus): Axis => (direction === 'looks-at' ? 'row' : 'column');

/** The pair that is told in numbers: under the pointer, else the strongest of the word that is lit. */
export const pair = computed<Pair | undefined>(() => {
  const here = shown.value;
  const { pair, sources } = focus.value;
  if (pair !== undefined || here === undefined || sources.length === 0) return pair;
  const [source] = sources;
  const axis = axisOf(focus.value);
  const target = strongest(reach(here.grid, axis, source));
  if (target < 0) return undefined;
  return axis === 'row' ? { query: source, key: target } : { query: target, key: source };
});
