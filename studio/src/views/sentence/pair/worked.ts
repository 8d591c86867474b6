/** The pair whose arithmetic is shown: what is locked, or what the pointer is on in the same row. */
import { computed } from '@preact/signals';
import { askOn } from '../../../ask/ask-on.ts';
import { rowQuestion } from '../../../ask/row-request.ts';
import { type RowSteps, rowStepsOf } from '../../../ask/row-steps.ts';
import { state } from '../../../state/here.ts';
import type { HeadName, Pair } from '../../../state/state.ts';
import { lockedPair, shownPair } from '../shown.ts';
import { type Arithmetic, arithmeticOf } from './arithmetic.ts';

export interface Worked extends Arithmetic {
  pair: Pair;
  head: HeadName;
  queryWord: string;
  keyWord: string;
  temperature: number;
}

// The stream is asked for rows that are locked, and not for each that the pointer runs over.
export const rowSteps = askOn(() => rowQuestion(state.value, lockedPair.value), rowStepsOf);

/** What was shown last stays in sight while another row is computed. */
let before: Worked | undefined;
export const worked = computed<Worked | undefined>(() => {
  const answered = rowSteps.value;
  if (answered.is === 'idle') before = undefined;
  const { last } = answered;
  if (answered.is !== 'answered' || last === undefined) return before;
  const [locked, shown] = [lockedPair.value, shownPair.value];
  const pair = shown?.query === last.row ? shown : locked;
  // The words may have changed, and the question not yet.
  if (pair?.query !== last.row || pair.key >= last.keyWords.length) return before;
  before = workedOf(last, pair);
  return before;
});

function workedOf(steps: RowSteps, pair: Pair): Worked {
  const { head, queryWords, keyWords, temperature } = steps;
  return {
    ...arithmeticOf(steps, pair),
    pair,
    head,
    queryWord: queryWords[pair.query],
    keyWord: keyWords[pair.key],
    temperature,
  };
}
