/** What the search leads to: the views, sentences to begin with, the pages of the lesson, and what keys do here. */
import { contents } from '../../ask/lesson/lesson.ts';
import { go, state } from '../../state/here.ts';
import { keysOf, press } from '../keys.ts';
import { openPage } from '../lesson/shown.ts';
import { viewOf, views } from '../registry.ts';
import { presets } from '../sentence/presets.ts';
import type { Place } from './found.ts';

export function places(): Place[] {
  const pages = contents.value.last ?? [];
  return [
    ...views.map(({ name, title }): Place => ({ kind: 'view', title, open: () => go({ view: name }) })),
    ...presets.map(({ title, state }): Place => {
      return { kind: 'sentence', title, open: () => go({ view: 'sentence', ...state }) };
    }),
    ...pages.map(({ name, title }): Place => ({ kind: 'lesson', title, open: () => openPage(name) })),
    ...keysOf(viewOf(state.value.view)).flatMap(({ key, does, press: pressed }): Place[] =>
      pressed === undefined ? [] : [{ kind: 'key', title: does, key, open: () => void press(pressed) }],
    ),
  ];
}
