/** What a click or a key does in the film view. */
import { again, film } from '../../ask/film/current.ts';
import { adjust, go, linkTo, state } from '../../state/here.ts';
import { SPEEDS, type Speed } from '../../state/state.ts';
import { player, scene } from './shown.ts';
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

/** A cell of the picture as the pair of words that it is of; where columns are only numbers, the key stays. */
export function pickCell({ row, column }: { row: number; column: number }, key: number): void {
  const name = scene.peek()?.frame.name;
  if (name === undefined) return;
  if (isOfKeys(name)) {
    const query = state.peek().locked[0] ?? 0;
    adjust('walking cells', { locked: [query], pair: { query, key: row } });
  } else
    adjust('walking cells', {
      locked: [row],
      pair: isOfPairs(name) ? { query: row, key: column } : { query: row, key },
    });
}

/** The link to this run, at this step: elsewhere it is the same film. */
export function filmLink(): string {
  const run = film.peek()?.run.peek();
  return new URL(linkTo({ run, step: player.peek().at }), window.location.href).href;
}

/** A film of one's own, in place of a run that is gone or was refused. */
export function startAgain(): void {
  if (state.peek().run === undefined) again();
  else go({ run: undefined });
}
