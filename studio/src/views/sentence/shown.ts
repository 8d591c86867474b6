/** What the sentence view shows, from the state, the answers and the pointer. */
import { computed, signal } from '@preact/signals';
import type { AskedReading } from '../../ask/reading.ts';
import { meanOfPicked, sentence } from '../../ask/sentence.ts';
import { meanRequest, sentenceRequest } from '../../ask/sentence-request.ts';
import { type Axis, light, reach, strongest } from '../../pictures/grid.ts';
import { state } from '../../state/here.ts';
import type { Pair } from '../../state/state.ts';
import { type Focus, focusOf, type Hover } from './focus.ts';
import { areSame, type HeadLayer, layersOf } from './layers.ts';

export const hover = signal<Hover>(undefined);

// Of the state only what layers are made of: hovering and locking must not make them anew.
const picked = computed(() => JSON.stringify([state.value.mode, state.value.heads, state.value.combine]));

interface Shown {
  answer: AskedReading | undefined;
  layers: readonly HeadLayer[];
}

/** An answer with its own layers: what was shown last stays in sight while others, or their mean, are computed. */
let before: Shown = { answer: undefined, layers: [] };
const shown = computed<Shown>(() => {
  picked.value;
  const answer = sentence.value.last;
  const layers = answer && layersOf(state.peek(), answer, meanOfPicked.value.last);
  if (answer !== undefined && layers === undefined && before.answer !== undefined)
    return { answer: before.answer, layers: before.layers.slice(0, 1) };
  const now = { answer, layers: layers ?? [] };
  if (answer === undefined || layers !== undefined) before = now;
  return now;
});

export const reading = computed(() => shown.value.answer);
export const layers = computed(() => shown.value.layers);

/** Whether what is in sight answers the question before: the next is not answered yet, or cannot be. */
export const isBefore = computed(() => {
  const [layer] = layers.value;
  return layer !== undefined && !areSame(layer.asked, meanRequest(state.value) ?? sentenceRequest(state.value));
});

export const focus = computed<Focus>(() => focusUnder(hover.value));

/** What is locked, whatever the pointer is on. */
const lockedFocus = computed<Focus>(() => focusUnder(undefined));

function focusUnder(pointed: Hover): Focus {
  const answer = reading.value;
  if (answer === undefined) return { direction: state.value.direction, sources: [], pair: undefined };
  const { queries, keys, isCross } = answer;
  return focusOf(state.value, pointed, { queries: queries.length, keys: keys.length, isCross });
}

export const axisOf = ({ direction }: Focus): Axis => (direction === 'looks-at' ? 'row' : 'column');

/** The pair that is looked into, and the one that is locked. */
export const shownPair = computed(() => pairOf(focus.value));
export const lockedPair = computed(() => pairOf(lockedFocus.value));

/** The one that was picked, else the strongest of the light. */
function pairOf(focus: Focus): Pair | undefined {
  const { pair, sources } = focus;
  const [layer] = layers.value;
  if (pair !== undefined || layer === undefined || sources.length === 0) return pair;
  const axis = axisOf(focus);
  const target = strongest(light(layer.grid, axis, sources));
  if (target < 0) return undefined;
  const source = sources[strongest(sources.map((one) => reach(layer.grid, axis, one)[target]))];
  return axis === 'row' ? { query: source, key: target } : { query: target, key: source };
}
