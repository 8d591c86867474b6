/** The lesson on attention: examples of the service as pages, each computed now. */
import { hasNoFocus } from '../no-focus.ts';
import type { View } from '../view.ts';
import { Inspector } from './inspector.tsx';
import { portable } from './portable.ts';
import { Rail } from './rail.tsx';
import { letGo, turn } from './shown.ts';
import { Stage } from './stage.tsx';

export const lessonView: View = {
  name: 'lesson',
  title: 'Lesson',
  Rail,
  Stage,
  Inspector,
  keys: [
    { key: '→ n', does: 'the next page', press: 'n' },
    { key: '← b', does: 'the page before', press: 'b' },
    { key: 'Tab', does: 'to the words of a picture, which ← → walk and Enter picks' },
    { key: 'Esc', does: 'the example’s own word again', press: 'Escape' },
  ],
  onKey,
  portable,
};

/** What else has the focus is walked by arrows, or scrolled. */
function onKey(key: string): boolean {
  if (key.startsWith('Arrow') && !hasPagerFocus()) return false;
  if (key === 'ArrowRight' || key === 'n') turn(1);
  else if (key === 'ArrowLeft' || key === 'b') turn(-1);
  else if (key === 'Escape') letGo();
  else return false;
  return true;
}

const hasPagerFocus = () => hasNoFocus() || document.activeElement?.closest('.pager') != null;
