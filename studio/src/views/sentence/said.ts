/** What the picture says, in words: for the live region, and for whoever cannot see it. */
import { long, short } from '../../pictures/figures.ts';
import { ranked } from '../../pictures/grid.ts';
import type { Direction } from '../../state/state.ts';

/** The words that get most of the light, as many as one listens to. */
const MOST = 5;

export function said(
  light: Float32Array,
  direction: Direction,
  sources: readonly string[],
  others: readonly string[],
): string {
  if (sources.length === 0) return 'No word is lit.';
  const names = sources.map((word) => `“${word}”`).join(' and ');
  const reached = ranked(light, MOST).filter((index) => light[index] > 0);
  const isMore = sources.length > 1;
  if (reached.length === 0) {
    return direction === 'looks-at'
      ? `${names} ${isMore ? 'look' : 'looks'} at no word.`
      : `No word looks at ${names}.`;
  }
  const list = reached.map((index) => `${others[index]} ${short(light[index])}`).join(', ');
  if (direction === 'looks-at') return `${names} ${isMore ? 'look' : 'looks'} at ${list}.`;
  return `${names} ${isMore ? 'are' : 'is'} looked at by ${list}.`;
}

/** Of several heads what each has to say, by its title. */
export const saidOfEach = <Head extends { title: string }>(
  heads: readonly Head[],
  say: (head: Head) => string,
): string => heads.map((head) => (heads.length > 1 ? `${head.title}: ${say(head)}` : say(head))).join(' ');

/** @param weight undefined where the one cannot see the other */
export const saidOfPair = (query: string, key: string, weight: number | undefined): string =>
  weight === undefined
    ? `“${query}” cannot see “${key}”.`
    : `“${query}” looks at “${key}” ${weight === 0 ? '0' : long(weight)}.`;
