/** How it stands with the answer, said where it matters: waiting, refused, or the service is away. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Answered } from '../ask/answered.ts';
import { type Problem, placeIn, remedyOf } from './refusal.ts';

/** What comes sooner need not be said; what takes longer is slow. */
const SOON_MS = 300;
const SLOW_MS = 2000;

export type Waited = 'not' | 'long' | 'very-long';

export function Notice({ answered, idle }: { answered: Answered<unknown>; idle: string }): JSX.Element {
  const waited = useWaited(answered.is === 'asking', answered);
  return (
    <div class={`notice is-${answered.is}`} role={answered.is === 'refused' ? 'alert' : 'status'}>
      {said(answered, idle, waited)}
    </div>
  );
}

function said(answered: Answered<unknown>, idle: string, waited: Waited): JSX.Element | string | null {
  switch (answered.is) {
    case 'idle':
      return idle;
    case 'asking':
      return waited === 'very-long' ? 'Slow: the answer is still on its way.' : 'computing …';
    case 'answered':
      return null;
    case 'lost':
      return 'The service does not answer. Trying again …';
    case 'refused':
      return <Refusal problem={answered.problem} />;
  }
}

/** What the service says is wrong, where, and what would fit. */
export function Refusal({ problem, children }: { problem: Problem; children?: ComponentChildren }): JSX.Element {
  const { code, detail, pointer } = problem;
  const remedy = remedyOf(problem);
  const place = pointer && placeIn(pointer);
  return (
    <>
      <span>
        {place && `In ${place}: `}
        {detail}
        {/[.!?]$/.test(detail) ? '' : '.'}
        {remedy && ` ${remedy}`}
      </span>{' '}
      <a href={`docs/errors#${code}`}>{code}</a>
      {children && ' '}
      {children}
    </>
  );
}

/** For how long something has been waited for. */
export function useWaited(isWaiting: boolean, forWhat: unknown): Waited {
  const [waited, setWaited] = useState<Waited>('not');
  useEffect(() => {
    setWaited('not');
    if (!isWaiting) return;
    const timers = [setTimeout(() => setWaited('long'), SOON_MS), setTimeout(() => setWaited('very-long'), SLOW_MS)];
    return () => timers.forEach(clearTimeout);
  }, [isWaiting, forWhat]);
  return waited;
}
