/** Type on stage: as large as the style sheet has it for the window, and smaller until nothing has to be scrolled to. */
import { useLayoutEffect } from 'preact/hooks';
import { followUnit } from '../../controls/size.ts';
import { isOnStage, seen, showPicture } from './on-stage.ts';

const SIZE = '--stage-size';
/** In one step no smaller than this part: what is laid out anew may need less than it seems. */
const LEAST_PART = 0.8;
/** Of what would fit exactly, so that rounding leaves nothing over. */
const PART = 0.99;

const root = document.documentElement;
const sizeNow = () => Number.parseFloat(getComputedStyle(root).fontSize);

function set(size: string | undefined): void {
  if (size === undefined) root.style.removeProperty(SIZE);
  else root.style.setProperty(SIZE, size);
  followUnit();
}

/** @param what is shown: something else may have larger type again */
export function useFitting(ref: { readonly current: HTMLElement | null }, what: string): void {
  const isThere = isOnStage.value;
  const picture = seen.value;
  useLayoutEffect(() => {
    const stage = ref.current;
    if (!isThere || stage === null) return;
    let frame = 0;
    const fit = () => {
      const { scrollHeight, clientHeight } = stage;
      const before = sizeNow();
      if (scrollHeight <= clientHeight || clientHeight === 0) return;
      set(`${before * Math.max(LEAST_PART, (PART * clientHeight) / scrollHeight)}px`);
      // The style sheet bounds it: what is larger than the window then is scrolled.
      if (sizeNow() < before) soon();
    };
    // Pictures follow the size of type in the next frame.
    const soon = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        frame = requestAnimationFrame(fit);
      });
    };
    const again = () => {
      set(undefined);
      soon();
    };
    const changed = new MutationObserver(() => {
      showPicture(stage);
      soon();
    });
    showPicture(stage);
    again();
    changed.observe(stage, { childList: true, subtree: true });
    window.addEventListener('resize', again);
    return () => {
      cancelAnimationFrame(frame);
      changed.disconnect();
      window.removeEventListener('resize', again);
      set(undefined);
    };
  }, [isThere, picture, what]);
}
