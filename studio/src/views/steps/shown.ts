/** What the film view shows, from the film, the state and the pointer. */
import { computed, effect, signal } from '@preact/signals';
import { film } from '../../ask/film/current.ts';
import type { FilmPlan, Frame } from '../../ask/film/frame.ts';
import type { Frames } from '../../ask/film/frames.ts';
import { STOPPED } from '../../ask/film/player.ts';
import { sentence } from '../../ask/sentence.ts';
import { reach, strongest } from '../../pictures/grid.ts';
import { state } from '../../state/here.ts';
import { HEADS, type Pair } from '../../state/state.ts';
import { HEAD_TITLES } from '../sentence/layers.ts';
import { focusOf } from './focus.ts';
import { type Numbers, numbersAt } from './numbers.ts';

const isSeen = computed(() => state.value.view === 'steps');
export const hover = signal<Pair | undefined>(undefined);
// What the pointer was on went with its film, or with the view.
effect(() => {
  void film.value;
  void isSeen.value;
  hover.value = undefined;
});

export const player = computed(() => film.value?.player.value ?? STOPPED);
/** Alone, as what is waited for makes no other picture of what is shown meanwhile. */
const at = computed(() => player.value.at);

/** A frame, and what it stands in. */
export interface Scene {
  frame: Frame;
  plan: FilmPlan;
  frames: Frames;
  queries: readonly string[];
  keys: readonly string[];
  /** The heads of the film. */
  heads: readonly string[];
}

export const scene = computed<Scene | undefined>(() => {
  const one = film.value;
  const plan = one?.plan.value;
  if (one === undefined || plan === undefined) return undefined;
  const frame = one.frames.get(at.value);
  if (frame === undefined) return undefined;
  const { words, sizes, query_labels, key_labels, head_labels } = plan;
  const numbered = (count: number) => Array.from({ length: count }, (_, i) => String(i + 1));
  const queries = words?.tokens ?? query_labels ?? numbered(sizes.queries);
  const keys = words?.context ?? (words === undefined ? (key_labels ?? numbered(sizes.keys)) : words.tokens);
  const heads = words?.heads.map(titleOf) ?? head_labels ?? numbered(sizes.heads);
  return { frame, plan, frames: one.frames, queries, keys, heads };
});

function titleOf(name: string): string {
  const known = HEADS.find((head) => head === name);
  return known === undefined ? name : HEAD_TITLES[known];
}

export const focus = computed<Pair>(() => {
  const here = scene.value;
  if (here === undefined) return { query: 0, key: 0 };
  const { frame, queries, keys, plan } = here;
  const reading = sentence.value.last;
  const head = reading?.heads.find(({ name }) => name === plan.words?.heads[frame.head]);
  const isSame = reading?.queries.length === queries.length && reading.keys.length === keys.length;
  const { locked, direction, pair } = state.value;
  return focusOf({
    frame,
    queries: queries.length,
    keys: keys.length,
    locked,
    direction,
    pair,
    hover: hover.value,
    strongest: (row) => {
      const key = head !== undefined && isSame ? strongest(reach(head.weights, 'row', row)) : -1;
      return key < 0 ? undefined : key;
    },
  });
});

/** How much of what this step is made of is kept: what was read ahead may be what was missing. Of other steps it changes nothing. */
export const keptOfScene = computed(() => {
  film.value?.kept.value;
  const here = scene.value;
  if (here === undefined) return 0;
  const { frames, frame, plan } = here;
  return plan.names.reduce((sum, { name }) => sum + frames.countUpTo(frame.seq, frame.head, name), 0);
});

/** The numbers of this step and of those that it is made of. */
export const numbers = computed<Numbers | undefined>(() => {
  const here = scene.value;
  keptOfScene.value;
  return here && numbersAt(here.frames, here.frame);
});
