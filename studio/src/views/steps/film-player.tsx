/** The player's bar, of the film of the page. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { film } from '../../ask/film/current.ts';
import { PlayerBar } from '../../controls/player-bar.tsx';
import { state } from '../../state/here.ts';
import { SPEEDS } from '../../state/state.ts';
import { play, scrub, setSpeed, step } from './picks.ts';
import { placeOf } from './place.ts';
import { player, scene } from './shown.ts';
import { STEP_TITLES } from './titles.ts';
import { trackPlaces } from './track-places.ts';

export function FilmPlayer(): JSX.Element {
  const { steps, at, wanted, isPlaying } = player.value;
  const here = scene.value;
  const kept = film.value?.kept.value;
  const places = useMemo(
    () => (here === undefined ? [] : trackPlaces(here.frames.all(), here)),
    [here?.frames, here?.heads.length, kept],
  );
  const said = here && `step ${at} of ${steps}, ${STEP_TITLES[here.frame.name]}, ${placeOf(here)}`;
  return (
    <PlayerBar
      steps={steps}
      at={wanted ?? at}
      isPlaying={isPlaying}
      said={said ?? 'no step yet'}
      places={places}
      speeds={SPEEDS}
      speed={state.value.speed}
      onPlay={play}
      onStep={step}
      onScrub={scrub}
      onSpeed={setSpeed}
    />
  );
}
