/** Why does my attention differ: a dump, the verdict, the place, the cause, and the two patterns. */
import '../../style/file-drop.css';
import '../../style/diagnose.css';
import type { View } from '../view.ts';
import { Inspector } from './inspector.tsx';
import { letGo, walkHeads } from './picks.ts';
import { portable } from './portable.ts';
import { Rail } from './rail.tsx';
import { Stage } from './stage.tsx';

export const diagnoseView: View = {
  name: 'diagnose',
  title: 'Diagnose',
  Rail,
  Stage,
  Inspector,
  keys: [
    { key: 'o', does: 'open a dump', press: 'o' },
    { key: 'm', does: 'the map of the errors, whose cells the arrow keys walk; Enter shows the patterns', press: 'm' },
    { key: '[', does: 'the patterns of the head before', press: '[' },
    { key: ']', does: 'the patterns of the next head', press: ']' },
    { key: 'Esc', does: 'let the cell of the patterns go', press: 'Escape' },
  ],
  onKey,
  portable,
};

function onKey(key: string): boolean {
  if (key === 'o') document.getElementById('file')?.click();
  else if (key === 'm') document.getElementById('matrix')?.focus();
  else if (key === '[') walkHeads(-1);
  else if (key === ']') walkHeads(1);
  else if (key === 'Escape') return letGo();
  else return false;
  return true;
}
