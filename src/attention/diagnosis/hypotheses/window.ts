import type { Convention } from '../convention.ts';
import { type Hypothesis, setting, when } from './hypothesis.ts';

const OPEN = Number.POSITIVE_INFINITY;
type Window = Convention['window'];

const isOpen = ({ left, right }: Window) => left === OPEN && right === OPEN;

function variant(window: Window) {
  const side = (keys: number) => (keys === OPEN ? null : keys);
  const says = window.left >= 0 && window.right >= 0;
  return setting({ window }, says ? { window: { left: side(window.left), right: side(window.right) } } : undefined);
}

/** Both sides, and each alone, moved by so many keys. */
function moved({ left, right }: Window, step: number) {
  const sides = [
    { left: left + step, right },
    { left, right: right + step },
    { left: left + step, right: right + step },
  ];
  return sides.map(variant);
}

/** How far a query sees to each side. */
export const windowHypotheses: readonly Hypothesis[] = [
  {
    name: 'window_missing',
    sentence: 'has no sliding window: queries see all keys',
    advice: 'Hide key j from the query at position p when j < p − left or j > p + right.',
    variants: ({ problem: { window } }) => when(!isOpen(window), variant({ left: OPEN, right: OPEN })),
  },
  {
    name: 'window_one_less',
    sentence: 'has a window that is one key too small',
    advice: 'left and right do not count the query itself: a window of w tokens has left = w − 1.',
    variants: ({ problem: { window } }) => when(!isOpen(window), ...moved(window, -1)),
  },
  {
    name: 'window_one_more',
    sentence: 'has a window that is one key too large',
    advice: 'left and right do not count the query itself: with left = w − 1 a query sees w keys.',
    variants: ({ problem: { window } }) => when(!isOpen(window), ...moved(window, 1)),
  },
  {
    name: 'window_one_sided',
    sentence: 'looks at only one side of the window',
    advice: 'Both sides hide keys: j < p − left and j > p + right.',
    variants: ({ problem: { window } }) =>
      when(
        !isOpen(window),
        variant({ ...window, right: OPEN }),
        variant({ ...window, left: OPEN }),
        variant({ ...window, right: 0 }),
        variant({ ...window, left: 0 }),
      ),
  },
];
