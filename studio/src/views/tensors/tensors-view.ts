/** Your own tensors: as cells and files, with every option of the service, and the answer; one request, or two side by side. */
import '../../style/drop.css';
import '../../style/patterns.css';
import '../../style/tensors.css';
import { hasNoFocus } from '../no-focus.ts';
import type { View } from '../view.ts';
import { Inspector } from './inspector.tsx';
import { letGo, walkHeads } from './picks.ts';
import { portable } from './portable.ts';
import { Rail } from './rail.tsx';
import { Stage } from './stage.tsx';
import { focusFault } from './to-fault.ts';

export const tensorsView: View = {
  name: 'tensors',
  title: 'Tensors',
  Rail,
  Stage,
  Inspector,
  keys: [
    { key: 'o', does: 'open a file of tensors', press: 'o' },
    { key: 'm', does: 'the pattern, whose cells the arrow keys walk', press: 'm' },
    { key: '[ ←', does: 'the head before', press: '[' },
    { key: '] →', does: 'the next head', press: ']' },
    { key: 'f', does: 'to what the service finds fault with', press: 'f' },
    { key: 'Esc', does: 'let the cell go', press: 'Escape' },
  ],
  onKey,
  portable,
};

function onKey(key: string): boolean {
  if (key === 'o') document.getElementById('file')?.click();
  else if (key === 'm') document.getElementById('weights-first')?.focus();
  else if (key === 'ArrowLeft' || key === 'ArrowRight') {
    if (!hasNoFocus()) return false;
    walkHeads(key === 'ArrowLeft' ? -1 : 1);
  } else if (key === '[') walkHeads(-1);
  else if (key === ']') walkHeads(1);
  else if (key === 'f') focusFault();
  else if (key === 'Escape') return letGo();
  else return false;
  return true;
}
