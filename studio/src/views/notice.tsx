/** How it stands with the answer, said where it matters: waiting, refused, or the service is away. */
import type { ComponentChildren, JSX } from 'preact';
import type { Answered } from '../ask/answered.ts';
import { type Problem, placeIn, remedyOf } from './refusal.ts';
import { useWaited, Waiting } from './waiting.tsx';

interface NoticeProps {
  answered: Answered<unknown>;
  idle: string;
  /** What somebody can do about a refusal; by default, of sentences. */
  remedy?: Remedy;
}

type Remedy = (problem: Problem) => string | undefined;

export function Notice({ answered, idle, remedy = remedyOf }: NoticeProps): JSX.Element {
  const waited = useWaited(answered.is === 'asking', answered);
  return (
    <div class={`notice is-${answered.is}`} role={answered.is === 'refused' ? 'alert' : 'status'}>
      {said(answered, idle, { waited, remedy })}
    </div>
  );
}

function said(
  answered: Answered<unknown>,
  idle: string,
  { waited, remedy }: { waited: number | undefined; remedy: Remedy },
): JSX.Element | string | null {
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
      return <Refusal problem={answered.problem} remedy={remedy} />;
  }
}

/** What the service says is wrong, where, and what would fit. */
export function Refusal({
  problem,
  remedy = remedyOf,
  children,
}: {
  problem: Problem;
  remedy?: Remedy;
  children?: ComponentChildren;
}): JSX.Element {
  const { code, detail, pointer } = problem;
  const wayOut = remedy(problem);
  const place = pointer && placeIn(pointer);
  return (
    <>
      <span>
        {place && `In ${place}: `}
        {detail}
        {/[.!?]$/.test(detail) ? '' : '.'}
        {wayOut && ` ${wayOut}`}
      </span>{' '}
      <a href={`docs/errors#${code}`}>{code}</a>
      {children && ' '}
      {children}
    </>
  );
}
