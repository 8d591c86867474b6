/** How it stands with the answer, said where it matters: waiting, refused, or the service is away. */
import type { ComponentChildren, JSX } from 'preact';
import type { Answered } from '../ask/answered.ts';
import { type Problem, placeIn, remedyOf } from './refusal.ts';
import { useWaited, Waiting } from './waiting.tsx';

export function Notice({ answered, idle }: { answered: Answered<unknown>; idle: string }): JSX.Element {
  const waited = useWaited(answered.is === 'asking', answered);
  return (
    <div class={`notice is-${answered.is}`} role={answered.is === 'refused' ? 'alert' : 'status'}>
      {said(answered, idle, waited)}
    </div>
  );
}

function said(answered: Answered<unknown>, idle: string, waited: number | undefined): JSX.Element | string | null {
  switch (answered.is) {
    case 'idle':
      return idle;
    case 'asking':
      if (waited === undefined) return null;
      return <Waiting does="computing" slow="the answer is still on its way" seconds={waited} />;
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
