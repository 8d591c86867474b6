/** The attention of somebody's model, from a file: all heads, and any of them with its words. */
import '../../style/drop.css';
import '../../style/model.css';
import type { View } from '../view.ts';
import { Inspector } from './inspector.tsx';
import { letGo, walkHeads } from './picks.ts';
import { portable } from './portable.ts';
import { Rail } from './rail.tsx';
import { Stage } from './stage.tsx';

export const modelView: View = {
  name: 'model',
  title: 'Model',
  Rail,
  Stage,
  Inspector,
  keys: [
    { key: 'o', does: 'open a file of attentions', press: 'o' },
    { key: 'h', does: 'all heads, which the arrow keys walk; Enter goes to the weights of one', press: 'h' },
    { key: 'm', does: 'the matrix of the head, whose cells the arrow keys walk; Enter lights a word', press: 'm' },
    { key: '[', does: 'the head before', press: '[' },
    { key: ']', does: 'the next head', press: ']' },
    { key: 'Esc', does: 'let the word go', press: 'Escape' },
  ],
  onKey,
  portable,
};

function onKey(key: string): boolean {
  if (key === 'o') document.getElementById('file')?.click();
  else if (key === 'h') document.getElementById('heads')?.focus();
  else if (key === 'm') document.getElementById('matrix')?.focus();
  else if (key === '[') walkHeads(-1);
  else if (key === ']') walkHeads(1);
  else if (key === 'Escape') return letGo();
  else return false;
  return true;
}
