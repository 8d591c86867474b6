/** What a click or a key does in the sentence view. */

import { signal } from '@preact/signals';
import { headsToShow, pickedHeads } from '../../ask/sentence-request.ts';
import { adjust, go, state } from '../../state/here.ts';
import { type Direction, HEADS, type HeadName, type Pair, type State } from '../../state/state.ts';
import { lockedAfter } from './focus.ts';
import { hover } from './shown.ts';

/** Whether each word that is picked is added: Shift, for whoever has none, as on a phone. A way to pick, and no part of what a link shows. */
export const picksSeveral = signal(false);

/** @param direction the one in which the word was seen; of two sentences each has its own */
export function pickWord(index: number, direction: Direction, isAdded: boolean): void {
  const { locked, direction: own } = state.value;
  const isOneMore = isAdded || picksSeveral.value;
  go({ direction, locked: lockedAfter(own === direction ? locked : [], index, isOneMore), pair: undefined });
}

/** Its word is locked with it, unless it is already. */
const withPair = (pair: Pair): Partial<State> => {
  const own = state.value.direction === 'looks-at' ? pair.query : pair.key;
  return { pair, ...(!state.value.locked.includes(own) && { locked: [own] }) };
};

export const pickPair = (pair: Pair): void => go(withPair(pair));

/** From cell to cell with the keys: Back takes back the whole walk. */
export function walkPairs(pair: Pair): void {
  hover.value = undefined;
  adjust('walking the cells', withPair(pair));
}

export function letGo(): void {
  hover.value = undefined;
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  go({ locked: [], pair: undefined });
}

export const pickHead = (head: HeadName): void => go({ heads: [head] });

/** The last one stays: without a head there is nothing to see. */
export function toggleHead(head: HeadName): void {
  const picked = pickedHeads(state.value);
  const next = HEADS.filter((one) => (one === head) !== picked.includes(one));
  if (next.length > 0) go({ heads: next });
}

/** The head behind the first that is picked, or before it, round and round. */
export function walkHeads(by: 1 | -1): void {
  const shown = headsToShow(state.value);
  const at = shown.indexOf(pickedHeads(state.value)[0]);
  go({ heads: [shown[(at + by + shown.length) % shown.length]] });
}

export const type = (member: 'text' | 'context', value: string): void =>
  adjust(`typing ${member}`, { [member]: value, pair: undefined });
