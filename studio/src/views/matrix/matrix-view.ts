/** The matrix: queries by keys, of any size, from the whole to single cells. */
import '../../style/matrix.css';
import { isOnStage } from '../on-stage/on-stage.ts';
import type { View } from '../view.ts';
import { Inspector } from './inspector.tsx';
import { walkKey, zoomKey } from './keys.ts';
import { letGo, walkHeads } from './picks.ts';
import { portable } from './portable.ts';
import { Rail } from './rail.tsx';
import { Stage } from './stage.tsx';

export const matrixView: View = {
  name: 'matrix',
  title: 'Matrix',
  Rail,
  Stage,
  Inspector,
  keys: [
    { key: '+', does: 'nearer', press: '+' },
    { key: '-', does: 'farther', press: '-' },
    { key: '0', does: 'all of the matrix', press: '0' },
    { key: 'm', does: 'the matrix, whose cells the arrow keys walk; with Shift by 16', press: 'm' },
    { key: 'g', does: 'go to a cell', press: 'g' },
    { key: '[', does: 'the head before', press: '[' },
    { key: ']', does: 'the next head', press: ']' },
    { key: 'Esc', does: 'let the cell go', press: 'Escape' },
  ],
  onKey,
  portable,
};

function onKey(key: string): boolean {
  if (key === 'm') document.getElementById('matrix')?.focus();
  else if (key === 'g') document.getElementById('to-row')?.focus();
  else if (key === '[') walkHeads(-1);
  else if (key === ']') walkHeads(1);
  else if (key === 'Escape') return letGo();
  // Elsewhere they scroll the page.
  else return zoomKey(key) || (isOnStage.value && walkKey(key));
  return true;
}
