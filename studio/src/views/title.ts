/** What the page is called, in tabs, bookmarks and the history: what is shown, and by which view. */
import type { State } from '../state/state.ts';

/** Browsers show less. */
const MOST = 48;

export function titleOf(state: Pick<State, 'view' | 'text' | 'context' | 'mode' | 'lesson'>, view: string): string {
  return [shownOf(state), view, 'Spotlight'].filter((part) => part !== '').join(' · ');
}

function shownOf({ view, text, context, mode, lesson }: Parameters<typeof titleOf>[0]): string {
  // The name of a page is its title with - between the words.
  if (view === 'lesson') return lesson?.replaceAll('-', ' ') ?? '';
  // Files are no part of the state, and tensors have no words.
  if (view === 'diagnose' || view === 'tensors' || view === 'matrix' || view === 'model') return '';
  return mode === 'cross' ? `${cut(text)} → ${cut(context)}` : cut(text);
}

function cut(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  const letters = [...line];
  return letters.length > MOST
    ? `${letters
        .slice(0, MOST - 1)
        .join('')
        .trimEnd()}…`
    : line;
}
