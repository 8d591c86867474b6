/** What keys do while the picture has the focus. */
import { letGo, showAll, walk, zoomBy } from './picks.ts';

const STEP = 1.5;
const FAR = 16;

const MOVES: Readonly<Record<string, readonly [number, number] | undefined>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Whether it meant something. */
export function onMapKey({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  const move = MOVES[key];
  if (move !== undefined) {
    const far = shiftKey ? FAR : 1;
    walk(far * move[0], far * move[1]);
    return true;
  }
  return zoomKey(key) || (key === 'Escape' && letGo());
}

/** Keys of the whole view. */
export function zoomKey(key: string): boolean {
  if (key === '+' || key === '=') zoomBy(STEP);
  else if (key === '-' || key === '−') zoomBy(1 / STEP);
  else if (key === '0') showAll();
  else return false;
  return true;
}
