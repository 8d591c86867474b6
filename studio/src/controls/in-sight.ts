/** Which part of something tall can be seen: the rest need not be drawn. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface Part {
  top: number;
  bottom: number;
}

/** In steps, and as much beyond, so that a little scrolling draws nothing anew. */
const STEP = 256;

export function usePartInSight<E extends HTMLElement>(height: number): { ref: { current: E | null }; part: Part } {
  const ref = useRef<E>(null);
  const [part, setPart] = useState<Part>({ top: 0, bottom: 0 });
  useLayoutEffect(() => {
    const look = () => {
      const y = ref.current?.getBoundingClientRect().top ?? 0;
      const next = partInSight({ y, height, window: window.innerHeight });
      setPart((before) => (before.top === next.top && before.bottom === next.bottom ? before : next));
    };
    look();
    // Of whatever scrolls: the page, or a part of it.
    const options = { capture: true, passive: true };
    document.addEventListener('scroll', look, options);
    window.addEventListener('resize', look);
    return () => {
      document.removeEventListener('scroll', look, options);
      window.removeEventListener('resize', look);
    };
  }, [height]);
  return { ref, part };
}

/** @param y where it begins in the window, which is so high */
export function partInSight({ y, height, window }: { y: number; height: number; window: number }): Part {
  const top = Math.max(0, STEP * (Math.floor(-y / STEP) - 1));
  const bottom = Math.min(height, STEP * (Math.ceil((window - y) / STEP) + 1));
  return { top: Math.min(top, Math.max(0, height)), bottom: Math.max(bottom, 0) };
}
