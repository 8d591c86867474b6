/** The heads that are picked, as layers of light: each in its own color, or several as one. */
import type { AskedReading, RowStatistics } from '../../ask/reading.ts';
import { pickedHeads, type SentenceRequest } from '../../ask/sentence-request.ts';
import type { Layer } from '../../pictures/arcs.ts';
import { maximum } from '../../pictures/grid.ts';
import type { Paint } from '../../pictures/mark.ts';
import { HEADS, type HeadName, type State } from '../../state/state.ts';

export interface HeadLayer extends Layer {
  title: string;
  /** What it is made of. */
  about: string;
  /** None of the largest weights: these are no distribution. */
  statistics: RowStatistics | undefined;
  /** The question that its numbers answer. */
  asked: SentenceRequest;
}

/** What the heads are called on the page. */
export const HEAD_TITLES: Record<HeadName, string> = {
  semantic: 'meaning',
  position: 'position',
  'previous-token': 'previous word',
  'same-token': 'same word',
  'syntax-code': 'links in code',
};

/** A head's own color, wherever it is drawn beside others. */
export const headPaint = (name: HeadName): Paint => `head-${HEADS.indexOf(name)}`;

/** Its color as it is shown now: the light, unless it is one of several that are told apart. */
export function shownPaint(state: Pick<State, 'mode' | 'heads' | 'combine'>, name: HeadName): Paint {
  const picked = pickedHeads(state);
  return state.combine === 'each' && picked.length > 1 && picked.includes(name) ? headPaint(name) : 'light';
}

/**
 * Undefined while an answer that has them is not there yet.
 * @param mean what the service says of the picked heads alone
 */
export function layersOf(
  state: Pick<State, 'mode' | 'heads' | 'combine'>,
  reading: AskedReading,
  mean: AskedReading | undefined,
): readonly HeadLayer[] | undefined {
  const picked = pickedHeads(state);
  const heads = reading.heads.filter(({ name }) => picked.includes(name));
  if (heads.length === 0) return undefined;
  const { asked } = reading;
  const names = heads.map(({ name }) => HEAD_TITLES[name]).join(', ');
  const isOne = heads.length === 1;
  if (!isOne && state.combine === 'mean') {
    if (mean === undefined || !areSame(mean.asked, { ...asked, heads: [...picked] })) return undefined;
    const { weights, statistics } = mean.mean;
    return [
      { title: 'mean', about: `The mean of ${names}.`, grid: weights, statistics, paint: 'light', asked: mean.asked },
    ];
  }
  if (!isOne && state.combine === 'max') {
    const grid = maximum(heads.map(({ weights }) => weights));
    const about = `The largest weight of ${names}; these do not sum to 1.`;
    return [{ title: 'maximum', about, grid, statistics: undefined, paint: 'light', asked }];
  }
  return heads.map(({ name, weights, statistics, builtFrom }) => ({
    title: HEAD_TITLES[name],
    about: `${builtFrom.slice(0, 1).toUpperCase()}${builtFrom.slice(1)}.`,
    grid: weights,
    statistics,
    paint: shownPaint(state, name),
    asked,
  }));
}

export const areSame = (one: SentenceRequest | undefined, other: SentenceRequest | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
