/** What a click, a key or a file does in the model view. */
import { given } from '../../ask/matrix/source.ts';
import { matrixSourceOf } from '../../ask/model/matrix-source.ts';
import { attentions, example, fault, openAttentions, place } from '../../ask/model/opened.ts';
import type { Multiple } from '../../pictures/multiples/small-multiples.ts';
import { adjust, go, state } from '../../state/here.ts';
import { hover, pieces, pointedHead } from './shown.ts';

function forget(): void {
  hover.value = undefined;
  pointedHead.value = undefined;
}

export async function openDropped(file: File): Promise<void> {
  if (!(await openAttentions(file))) return;
  forget();
  // Its heads and words are others.
  go({ model: undefined });
}

export function openExample(): void {
  forget();
  fault.value = undefined;
  attentions.value = example;
  go({ model: undefined });
}

export function pickHead({ row, column }: Multiple): void {
  hover.value = undefined;
  adjust('walking heads', { model: { ...place.peek(), layer: row, head: column } });
}

/** To the head beside, of the layer beside at the end of one. */
export function walkHeads(by: 1 | -1): void {
  const { layers, heads } = attentions.peek();
  const { layer, head } = place.peek();
  const next = layer * heads + head + by;
  if (next >= 0 && next < layers * heads) pickHead({ row: Math.floor(next / heads), column: next % heads });
}

export const pickBatch = (batch: number): void => go({ model: { ...place.peek(), batch, word: undefined } });

/** The same word again is let go. */
export function pickWord(index: number): void {
  const { word } = place.peek();
  go({ model: { ...place.peek(), word: word === index ? undefined : index } });
}

/** Whether there was a word to let go. */
export function letGo(): boolean {
  hover.value = undefined;
  if (place.peek().word === undefined) return false;
  go({ model: { ...place.peek(), word: undefined } });
  return true;
}

/** The word that is lit stays so: as the word that the token is part of, or as the first of its tokens. */
export function merge(isMerged: boolean): void {
  const { word } = place.peek();
  const { direction } = state.peek();
  const starts = pieces.peek()?.[direction === 'looks-at' ? 'queries' : 'keys'].starts;
  const same =
    word === undefined || starts === undefined
      ? word
      : isMerged
        ? starts.findLastIndex((start) => start <= word)
        : starts[Math.min(word, starts.length - 2)];
  hover.value = undefined;
  go({ isMerged, model: { ...place.peek(), word: same } });
}

export function openInMatrix(): void {
  const { head } = place.peek();
  given.value = matrixSourceOf(attentions.peek(), place.peek());
  const matrix = { ...state.peek().matrix, of: 'given', step: 'pattern', batch: 0, head } as const;
  go({ view: 'matrix', matrix, matrixSight: undefined, matrixCell: undefined });
}
