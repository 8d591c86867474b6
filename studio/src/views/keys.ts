/** The keys of the page: those of every view, what pressing one does, and which of the page's own dialogs is open. */
import { signal } from '@preact/signals';
import { go, state } from '../state/here.ts';
import { saveSvg } from './carry.tsx';
import { copyLink } from './copy.tsx';
import { hasNoFocus } from './no-focus.ts';
import { isOnStage, leave, nextPicture, pictures } from './on-stage/on-stage.ts';
import { viewOf } from './registry.ts';
import type { Key, View } from './view.ts';

export const dialog = signal<'help' | 'search' | undefined>(undefined);

/** Of a dialog that says it is closed: by then another may be open. */
export function closed(one: 'help' | 'search'): void {
  if (dialog.value === one) dialog.value = undefined;
}

const COMMON_KEYS: readonly Key[] = [
  { key: '/', does: 'search: a view, a sentence, a page of the lesson, what a key does' },
  { key: 't', does: 'the tables of the pictures', press: 't' },
  { key: 'p', does: 'the picture alone, in large type, for a projector; Esc leads back', press: 'p' },
  { key: 'l', does: 'copy the link to what is shown', press: 'l' },
  { key: 's', does: 'save the picture (SVG)', press: 's' },
  { key: '?', does: 'this help', press: '?' },
];

/** A view may have a key of all views for something of its own; what has nothing to take along is not saved. */
export function keysOf(view: View): Key[] {
  const common = COMMON_KEYS.filter(({ key }) => key !== 's' || view.portable !== undefined);
  const own = [...(isOnStage.value ? ON_STAGE : []), ...view.keys];
  const isTaken = (key: string, others: readonly Key[]) => others.some((other) => other.key === key);
  return [
    ...own.filter(({ key }, i) => !isTaken(key, own.slice(0, i))),
    ...common.filter(({ key }) => !isTaken(key, own)),
  ];
}

const ON_STAGE: readonly Key[] = [
  { key: 'Esc', does: 'leave the stage', press: 'Escape' },
  { key: 'm', does: 'the next picture of the view', press: 'm' },
];

/**
 * Whether the key meant something. On stage the way back comes first; then what a view does with a key: a film has a link of
 * its own.
 */
export const press = (key: string): boolean =>
  (isOnStage.value && pressOnStage(key)) ||
  viewOf(state.value.view).onKey(key) ||
  (isOnStage.value && walkMatrix(key)) ||
  pressCommon(key);

function pressOnStage(key: string): boolean {
  if (key === 'Escape') leave();
  else if (key === 'm' && pictures.value > 1) nextPicture();
  else return false;
  return true;
}

/** What the view does not walk by arrows has cells that are. */
function walkMatrix(key: string): boolean {
  const matrix = document.querySelector<HTMLElement>('.stage [data-on-stage] .matrix, .stage .matrix');
  if (!key.startsWith('Arrow') || !hasNoFocus() || matrix === null) return false;
  matrix.focus();
  return true;
}

function pressCommon(key: string): boolean {
  if (key === '?') dialog.value = 'help';
  else if (key === '/') dialog.value = 'search';
  else if (key === 't') go({ hasTables: !state.value.hasTables });
  else if (key === 'p') go({ isStage: !state.value.isStage });
  else if (key === 'l') void copyLink();
  else if (key === 's') {
    const taken = viewOf(state.value.view).portable?.();
    if (taken === undefined) return false;
    void saveSvg(taken);
  } else return false;
  return true;
}
