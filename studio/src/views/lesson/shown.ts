/** Which page is open, what stands beside it, and which row of its pictures is lit. */
import { computed, effect, signal } from '@preact/signals';
import { contents, openName, page, shownParts } from '../../ask/lesson/lesson.ts';
import type { LessonPage } from '../../ask/lesson/page.ts';
import type { Part } from '../../ask/lesson/part.ts';
import type { Cell } from '../../controls/matrix-picture.tsx';
import { go, linkTo, state } from '../../state/here.ts';

/** The page that is open; undefined until it is there, and of a name that there is not. */
export const shownPage = computed<LessonPage | undefined>(() => {
  const { last } = page.value;
  return last?.name === openName.value ? last : undefined;
});

export const place = computed(() => contents.value.last?.findIndex(({ name }) => name === openName.value) ?? -1);

/** The page before or behind the one that is open. */
export const beside = (by: 1 | -1): { name: string; title: string } | undefined =>
  place.value < 0 ? undefined : contents.value.last?.[place.value + by];

const opened = (name: string) => ({ view: 'lesson', lesson: name, tried: {} }) as const;
export const linkToPage = (name: string): string => linkTo(opened(name));

export const openPage = (name: string): void => go(opened(name));

export function turn(by: 1 | -1): void {
  const next = beside(by);
  if (next !== undefined) openPage(next.name);
}

/** The row of a part that the pointer is on, and the cell of it where that is in a matrix. */
export const hover = signal<{ part: string; row: number; column: number | undefined } | undefined>(undefined);

// What the pointer was on went with its page; of the next one, parts may have the same names.
effect(() => {
  void openName.value;
  hover.value = undefined;
});

export function point(part: Part, row: number | undefined, column?: number): void {
  const now = hover.peek();
  if (row === undefined) hover.value = undefined;
  else if (now?.part !== part.name || now.row !== row || now.column !== column)
    hover.value = { part: part.name, row, column };
}

/** The cell that the pointer is on, in all matrices of its part. */
export function pointedCell(part: Part): Cell | undefined {
  const now = hover.value;
  return now?.part === part.name && now.column !== undefined ? { row: now.row, column: now.column } : undefined;
}

/** Rows that were picked are the example's own again. */
export function letGo(): void {
  hover.value = undefined;
  const kept = Object.entries(state.value.tried).filter(([name]) => !name.endsWith('.row'));
  go({ tried: Object.fromEntries(kept) });
}

/** A picked row stays lit, also in the pictures of the same words beside it; picked again it is let go. */
export function pick(part: Part, row: number): void {
  const { [`${part.name}.row`]: before, ...others } = state.value.tried;
  go({ tried: before === row ? others : { ...others, [`${part.name}.row`]: row } });
}

/** What a part's rows are called. */
export const rowsOf = (part: Part): readonly string[] => (part.is === 'text' ? part.reading.queries : part.queries);

const areOfSameRows = (one: Part, other: Part) => rowsOf(one).join(' ') === rowsOf(other).join(' ');

/** The row of a part that is lit: the pointer's, else the one that was picked, else the example's own. */
export function litRow(part: Part): number {
  const linked = shownParts.value.filter((other) => areOfSameRows(part, other));
  const pointed = hover.value;
  const picked = linked.map(({ name }) => state.value.tried[`${name}.row`]).find((row) => row !== undefined);
  const row = linked.some(({ name }) => name === pointed?.part) ? pointed?.row : picked;
  const own = part.is === 'text' ? part.row : 0;
  return row !== undefined && row in rowsOf(part) ? row : own;
}

/** The part whose numbers stand beside the pictures. */
export const inspected = computed<Part | undefined>(() => {
  const parts = shownParts.value;
  const named = hover.value?.part ?? parts.find(({ name }) => `${name}.row` in state.value.tried)?.name;
  return parts.find(({ name }) => name === named) ?? parts[chosenText.value] ?? parts[0];
});

/** Where the texts of a page are shown one at a time, the number of that one; at first the longest, which is last. */
export const chosenText = computed<number>(() => {
  const open = shownPage.value;
  if (open?.sequential === undefined) return 0;
  const { text = open.parts.length - 1 } = state.value.tried;
  return text in open.parts ? text : 0;
});
