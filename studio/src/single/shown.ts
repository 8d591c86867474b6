/** What the page shows, which stands in it, and what of it is lit. */
import { computed, signal } from '@preact/signals';
import { fromJson, type Spot } from '../carry/single-page.ts';
import { textWidth, unit } from '../controls/size.ts';
import { SHEET_LABEL } from '../pictures/sheet.ts';

export const shown = fromJson(document.getElementById('shown')?.textContent ?? '');

export const NOWHERE: Spot = { row: undefined, column: undefined };

/** Under the pointer or the keyboard's focus. */
export const hover = signal<Spot | undefined>(undefined);
/** What stays lit. */
export const locked = signal<Spot>(shown.lit);
export const lit = computed<Spot>(() => hover.value ?? locked.value);

/** Where the same place is pointed at again, nothing is drawn anew. */
export function point(spot: Spot | undefined): void {
  const now = hover.peek();
  if (now?.row !== spot?.row || now?.column !== spot?.column || (now === undefined) !== (spot === undefined))
    hover.value = spot;
}

export function lock(spot: Spot): void {
  hover.value = undefined;
  locked.value = spot;
}

export function letGo(): void {
  lock(NOWHERE);
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

/** The widest of some words, beside or over a matrix. */
export const measure = (words: readonly string[]): number =>
  words.reduce((most, word) => Math.max(most, textWidth(word, SHEET_LABEL * unit.value)), 0);
