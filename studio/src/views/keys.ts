/** The keys of the page: those of every view, what pressing one does, and which of the page's own dialogs is open. */
import { signal } from '@preact/signals';
import { go, state } from '../state/here.ts';
import { saveSvg } from './carry.tsx';
import { copyLink } from './copy.tsx';
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
  { key: 'p', does: 'large type, for a projector', press: 'p' },
  { key: 'l', does: 'copy the link to what is shown', press: 'l' },
  { key: 's', does: 'save the picture (SVG)', press: 's' },
  { key: '?', does: 'this help', press: '?' },
];

/** A view may have a key of all views for something of its own; what has nothing to take along is not saved. */
export function keysOf(view: View): Key[] {
  const common = COMMON_KEYS.filter(({ key }) => key !== 's' || view.portable !== undefined);
  return [...view.keys, ...common.filter(({ key }) => !view.keys.some((own) => own.key === key))];
}

/** What a view does with a key comes first: a film has a link of its own. Whether the key meant something. */
export const press = (key: string): boolean => viewOf(state.value.view).onKey(key) || pressCommon(key);

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
