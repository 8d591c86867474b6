/** The film: what this step is, its matrix, and the player. */
import type { JSX } from 'preact';
import { useWidth } from '../../controls/size.ts';
import { Live } from '../live.tsx';
import { FilmHead } from './film-head.tsx';
import { FilmNotice } from './film-notice.tsx';
import { FilmPlayer } from './film-player.tsx';
import { FilmPicture } from './picture.tsx';
import { placeOf } from './place.ts';
import { focus, numbers, player, scene } from './shown.ts';
import { StepTable } from './step-table.tsx';
import { STEP_TITLES } from './titles.ts';
import { told } from './told.ts';

export function Stage(): JSX.Element {
  const { ref, width } = useWidth<HTMLDivElement>();
  return (
    <div ref={ref} class="stage-inner film">
      <FilmNotice />
      <FilmHead />
      {width > 0 && <FilmPicture width={width} />}
      <FilmPlayer />
      <Live said={saidNow} />
      <StepTable />
    </div>
  );
}

function saidNow(): string {
  const here = scene.value;
  const known = numbers.value;
  if (here === undefined || known === undefined) return '';
  const { at, steps } = player.value;
  const title = STEP_TITLES[here.frame.name];
  return `Step ${at} of ${steps}, ${title}, ${placeOf(here)}. ${told(here, focus.value, known)}`;
}
