/** The film: attention computed step by step. */

import { copy } from '../copy.tsx';
import { hasNoFocus } from '../no-focus.ts';
import type { View } from '../view.ts';
import { Inspector } from './inspector.tsx';
import { filmLink, play, step, walkSpeeds } from './picks.ts';
import { portable } from './portable.ts';
import { Rail } from './rail.tsx';
import { Stage } from './stage.tsx';

export const stepsView: View = {
  name: 'steps',
  title: 'Steps',
  Rail,
  Stage,
  Inspector,
  keys: [
    { key: 'Space', does: 'play, or pause', press: ' ' },
    { key: '. →', does: 'one step on', press: '.' },
    { key: ', ←', does: 'one step back', press: ',' },
    { key: '+', does: 'faster', press: '+' },
    { key: '-', does: 'slower', press: '-' },
    { key: 'm', does: 'the matrix, whose cells the arrow keys walk', press: 'm' },
    { key: 'l', does: 'copy the link to this film, at this step', press: 'l' },
  ],
  onKey,
  portable,
};

const PRESSED = 'a, button, input:not([type=range])';

function onKey(key: string): boolean {
  if (key === ' ') {
    // What has the focus may be pressed by it.
    if (document.activeElement?.matches(PRESSED)) return false;
    play();
  } else if (key === '.') step(1);
  else if (key === ',') step(-1);
  else if (key === 'ArrowRight' || key === 'ArrowLeft') {
    if (!hasNoFocus()) return false;
    step(key === 'ArrowRight' ? 1 : -1);
  } else if (key === '+') walkSpeeds(1);
  else if (key === '-') walkSpeeds(-1);
  else if (key === 'l') void copy('the link to this film', filmLink());
  else if (key === 'm') document.getElementById('matrix')?.focus();
  else return false;
  return true;
}
