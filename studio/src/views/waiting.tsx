/** How long something is waited for, in words: seen second by second, and read out a few times only. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** What comes sooner need not be said. */
const SOON_MS = 300;
/** What takes longer is slow, in seconds. */
const SLOW = 5;
/** Seconds at which it is read out; then every minute. */
const TOLD = [0, SLOW, 10, 30];

/** What is waited for: in short, and as a sentence that says what is slow. */
interface Wait {
  /** Such as “computing”. */
  does: string;
  /** Such as “the answer is still on its way”. */
  slow: string;
}

/** Seconds, whole ones, for which something has been waited for; undefined while that need not be said. */
export function useWaited(isWaiting: boolean, forWhat: unknown): number | undefined {
  const [seconds, setSeconds] = useState<number | undefined>(undefined);
  useEffect(() => {
    setSeconds(undefined);
    if (!isWaiting) return;
    const begun = performance.now();
    const tell = () => {
      const waited = performance.now() - begun;
      setSeconds(Math.floor(waited / 1000));
      timer = setTimeout(tell, 1000 - (waited % 1000));
    };
    let timer = setTimeout(tell, SOON_MS);
    return () => clearTimeout(timer);
  }, [isWaiting, forWhat]);
  return seconds;
}

export function waitedFor({ does, slow }: Wait, seconds: number): string {
  if (seconds < 1) return `${does} …`;
  return seconds < SLOW ? `${does}, ${seconds} s` : `Slow: ${slow}, after ${seconds} s.`;
}

/** The last second at which it was read out: between these, the live region says nothing new. */
export function toldAt(seconds: number): number {
  return seconds < 60 ? (TOLD.findLast((one) => one <= seconds) ?? 0) : seconds - (seconds % 60);
}

/** In a live region. */
export function Waiting({ seconds, ...wait }: Wait & { seconds: number }): JSX.Element {
  return (
    <>
      <span aria-hidden="true">{waitedFor(wait, seconds)}</span>
      <span class="visually-hidden">{waitedFor(wait, toldAt(seconds))}</span>
    </>
  );
}
