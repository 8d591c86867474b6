/** What the sentence view shows, from the state, the answers and the pointer. */
import { computed, signal } from '@preact/signals';
import type { Reading } from '../../ask/reading.ts';
import { meanOfPicked, sentence } from '../../ask/sentence.ts';
import { type Axis, light, reach, strongest } from '../../pictures/grid.ts';
import { state } from '../../state/here.ts';
import type { Pair } from '../../state/state.ts';
import { type Focus, focusOf, type Hover } from './focus.ts';
import { type HeadLayer, layersOf } from './layers.ts';

export const hover = signal<Hover>(undefined);

export const reading = computed(() => sentence.value.last);

// Of the state only what layers are made of: hovering and locking must not make them anew.
const picked = computed(() => JSON.stringify([state.value.mode, state.value.heads, state.value.combine]));
/** What was shown last stays in sight while the mean of its heads is computed. */
let before: { answer: Reading; layers: readonly HeadLayer[] } | undefined;
export const layers = computed<readonly HeadLayer[]>(() => {
  picked.value;
  const answer = reading.value;
  if (answer === undefined) return [];
  const now = layersOf(state.peek(), answer, meanOfPicked.value.last);
  if (now === undefined) return before?.answer === answer ? before.layers.slice(0, 1) : [];
  before = { answer, layers: now };
  return now;
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
