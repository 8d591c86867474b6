/** How much room there is, and how large type is: what pictures are laid out by. */
import { signal } from '@preact/signals';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** The root's type in pixels, by the 16 that all sizes are thought in. */
const unitNow = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

export const unit = signal(unitNow());
/** How high the window is. */
export const windowHeight = signal(window.innerHeight);
window.addEventListener('resize', () => {
  windowHeight.value = window.innerHeight;
  followUnit();
});

/** To be called after the root's type was changed. */
export function followUnit(): void {
  unit.value = isPrinted.value ? 1 : unitNow();
}

/** On paper everything is laid out anew, as wide as A4 and Letter both are between their margins. */
const PAPER_WIDTH = 680;

export const isPrinted = signal(false);

function print(isNow: boolean): void {
  isPrinted.value = isNow;
  followUnit();
}
window.addEventListener('beforeprint', () => print(true));
window.addEventListener('afterprint', () => print(false));

/** The width of an element, which is measured before it is first painted. */
export function useWidth<E extends HTMLElement>(): { ref: { current: E | null }; width: number } {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(0);
  const measured = useRef<{ element: E | null; end(): void }>({ element: null, end: () => {} });
  // Each time, as it may be another element than before: one that is gone is 0 wide.
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === measured.current.element) return;
    measured.current.end();
    const measure = () => element !== null && setWidth(Math.floor(element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    if (element !== null) observer.observe(element);
    measured.current = { element, end: () => observer.disconnect() };
  });
  useLayoutEffect(() => () => measured.current.end(), []);
  return { ref, width: isPrinted.value ? PAPER_WIDTH : width };
}

const pen = new OffscreenCanvas(1, 1).getContext('2d');
/** Of each text, in type of one size: text is as wide as its type is large. */
const widths = new Map<string, number>();
const MEASURED_SIZE = 100;
/** So many are of far more texts than are in sight. */
const MOST_WIDTHS = 4000;

/** How wide a text is, bold: it may become so without moving others. */
export function textWidth(text: string, size: number): number {
  if (pen === null) return text.length * size * 0.6;
  let width = widths.get(text);
  if (width === undefined) {
    if (widths.size >= MOST_WIDTHS) widths.clear();
    pen.font = `600 ${MEASURED_SIZE}px system-ui, sans-serif`;
    width = pen.measureText(text).width;
    widths.set(text, width);
  }
  return (width * size) / MEASURED_SIZE;
}

/** How wide a character of code is in type of size 1, as style sheets set it. */
export function codeAdvance(): number {
  if (pen === null) return 0.6;
  pen.font = '100px ui-monospace, monospace';
  return pen.measureText('0').width / 100;
}
