/** How it stands with the answer, said where it matters: waiting, refused, or the service is away. */
import type { JSX } from 'preact';
import type { Answered } from '../ask/answered.ts';

export function Notice({ answered, idle }: { answered: Answered<unknown>; idle: string }): JSX.Element {
  return (
    <div class={`notice is-${answered.is}`} role={answered.is === 'refused' ? 'alert' : 'status'}>
      {said(answered, idle)}
    </div>
  );
}

function said(answered: Answered<unknown>, idle: string): JSX.Element | string | null {
  switch (answered.is) {
    case 'idle':
      return idle;
    case 'asking':
      return 'computing …';
    case 'answered':
      return null;
    case 'lost':
      return 'The service does not answer. Trying again …';
    case 'refused': {
      const { code, detail, pointer } = answered.problem;
      return (
        <>
          <span>
            {detail}
            {pointer === undefined ? '' : ` (${pointer})`}
          </span>{' '}
          <a href={`/docs/errors#${code}`}>{code}</a>
        </>
      );
    }
  }
}
