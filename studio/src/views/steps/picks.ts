/** What a click or a key does in the film view. */
import { again, film } from '../../ask/film/current.ts';
import type { StepName } from '../../ask/film/frame.ts';
import { adjust, go, linkTo, state } from '../../state/here.ts';
import { SPEEDS, type Speed, type State } from '../../state/state.ts';
import { frameOfCell } from './cell-frame.ts';
import { focus, player, scene } from './shown.ts';
import { isOfKeys, isOfPairs } from './so-far.ts';

export const play = (): void => {
  if (player.peek().isPlaying) film.peek()?.pause();
  else film.peek()?.play();
};

export const step = (by: number): void => film.peek()?.step(by);
export const scrub = (to: number): void => film.peek()?.show(to);

export function setSpeed(speed: number): void {
  const known: Speed | undefined = SPEEDS.find((one) => one === speed);
  if (known !== undefined) go({ speed: known });
}

/** One speed faster, or slower. */
export function walkSpeeds(by: 1 | -1): void {
  const next = SPEEDS[SPEEDS.indexOf(state.peek().speed) + by];
  if (next !== undefined) go({ speed: next });
}

/**
 * A cell of the picture as the pair of words that it is of; where columns are only numbers, the key stays. One that is no
 * part of this step leads to the step that it is part of, where its column stays lit and the locked word locked.
 * @param name the step that the picture is of
 * @param isWalk whether the arrow keys led there: Back takes back the whole walk
 */
export function pickCell(cell: { row: number; column: number }, name: StepName, isWalk: boolean): void {
  const here = scene.peek();
  if (here === undefined) return;
  const own = frameOfCell(here.frames, here.frame, cell);
  if (own === undefined) return;
  const { query, key } = focus.peek();
  const { row, column } = cell;
  const pair = isOfKeys(name) ? { query, key: row } : { query: row, key: isOfPairs(name) ? column : key };
  const change: Partial<State> =
    own === here.frame
      ? { direction: 'looks-at', locked: [pair.query], pair }
      : { step: own.seq, ...(isOfPairs(name) && { pair }) };
  if (isWalk) adjust('walking cells', change);
  else go(change);
}

/** The link to this run, at this step: elsewhere it is the same film. */
export function filmLink(): string {
  film.peek()?.share();
  const run = film.peek()?.run.peek();
  return new URL(linkTo({ run, step: player.peek().at }), window.location.href).href;
}

/** A film of one's own, in place of a run that is gone or was refused. */
export function startAgain(): void {
  if (state.peek().run === undefined) again();
  else go({ run: undefined });
}
