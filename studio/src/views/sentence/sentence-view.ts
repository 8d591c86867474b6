/** Attention between the words of a sentence. */
import { hasNoFocus } from '../no-focus.ts';
import type { View } from '../view.ts';
import { Inspector } from './inspector.tsx';
import { openGoToCell } from './pair/go-to-cell.tsx';
import { letGo, walkHeads } from './picks.ts';
import { portable } from './portable.ts';
import { Rail } from './rail.tsx';
import { Stage } from './stage.tsx';

export const sentenceView: View = {
  name: 'sentence',
  title: 'Sentence',
  Rail,
  Stage,
  Inspector,
  keys: [
    { key: '← →', does: 'walk the words; ↑ ↓ from line to line' },
    { key: 'Enter', does: 'lock the word, or let it go; with Shift add it' },
    { key: 'Esc', does: 'let all words go', press: 'Escape' },
    { key: '[', does: 'the head before', press: '[' },
    { key: ']', does: 'the next head', press: ']' },
    { key: 'm', does: 'the matrix; there the arrow keys go from cell to cell', press: 'm' },
    { key: 'g', does: 'go to a cell, by its words or numbers', press: 'g' },
  ],
  onKey,
  portable,
};

function onKey(key: string): boolean {
  if (key === 'Escape') letGo();
  else if (key === '[') walkHeads(-1);
  else if (key === ']') walkHeads(1);
  else if (key === 'm') document.getElementById('matrix')?.focus();
  else if (key === 'g') openGoToCell();
  else if (key === 'ArrowLeft' || key === 'ArrowRight') {
    // Nothing has the focus yet: the walk begins at the word that is lit.
    const word = document.querySelector<HTMLElement>('.word[tabindex="0"]');
    // On stage the matrix may be alone.
    if (!hasNoFocus() || word?.offsetParent == null) return false;
    word.focus();
  } else return false;
  return true;
}
