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
  return walkKey(key, shiftKey ? FAR : 1) || zoomKey(key) || (key === 'Escape' && letGo());
}

/** To a cell beside, or as far from it as is said. */
export function walkKey(key: string, far = 1): boolean {
  const move = MOVES[key];
  if (move === undefined) return false;
  walk(far * move[0], far * move[1]);
  return true;
}

/** Keys of the whole view. */
export function zoomKey(key: string): boolean {
  if (key === '+' || key === '=') zoomBy(STEP);
  else if (key === '-' || key === '−') zoomBy(1 / STEP);
  else if (key === '0') showAll();
  else return false;
  return true;
}
