/** How it stands with the film: what it waits for, and whether the service is there. */
import type { JSX } from 'preact';
import { film } from '../../ask/film/current.ts';
import type { Standing } from '../../ask/film/film.ts';
import { Refusal } from '../notice.tsx';
import { useWaited, Waiting } from '../waiting.tsx';
import { startAgain } from './picks.ts';
import { player } from './shown.ts';

export function FilmNotice(): JSX.Element {
  const standing = film.value?.standing.value;
  const { wanted } = player.value;
  const waited = useWaited(standing?.is === 'connecting' || wanted !== undefined, wanted);
  const isAlert = standing?.is === 'refused' || standing?.is === 'gone';
  return (
    <div class={`notice is-${standing?.is ?? 'idle'}`} role={isAlert ? 'alert' : 'status'}>
      {standing === undefined ? 'Type a sentence.' : said(standing, wanted, waited)}
    </div>
  );
}

function said(standing: Standing, wanted: number | undefined, waited: number | undefined): JSX.Element | string | null {
  switch (standing.is) {
    case 'connecting':
      if (waited === undefined) return null;
      return <Waiting does="connecting" slow="the service has not begun the film yet" seconds={waited} />;
    case 'open':
      if (waited !== undefined)
        return (
          <Waiting does={`computing step ${wanted}`} slow={`step ${wanted} is still on its way`} seconds={waited} />
        );
      return standing.isAgain
        ? 'The service was away and is back: it began the run again, and the film goes on.'
        : null;
    case 'lost':
      return 'The connection is lost. It comes back by itself; steps that were seen are still here.';
    case 'gone':
      return (
        <>
          <span>This run is no longer kept by the service ({standing.problem.code}).</span>{' '}
          <button type="button" class="button" onClick={startAgain}>
            Start it again from the sentence
          </button>
        </>
      );
    case 'refused':
      return (
        <Refusal problem={standing.problem}>
          <button type="button" class="button" onClick={startAgain}>
            Try again
          </button>
        </Refusal>
      );
  }
}
