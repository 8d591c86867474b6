/** The pair whose arithmetic is shown: what is locked, or what the pointer is on in the same row. */
import { computed } from '@preact/signals';
import { askOn } from '../../../ask/ask-on.ts';
import { type RowQuestion, rowQuestion } from '../../../ask/row-request.ts';
import { type RowSteps, rowStepsOf } from '../../../ask/row-steps.ts';
import { state } from '../../../state/here.ts';
import type { HeadName, Pair } from '../../../state/state.ts';
import { isBefore, lockedPair, shownPair } from '../shown.ts';
import { type Arithmetic, arithmeticOf } from './arithmetic.ts';

export interface Worked extends Arithmetic {
  pair: Pair;
  head: HeadName;
  queryWord: string;
  keyWord: string;
  temperature: number;
}

/** Rows that are locked, and not each that the pointer runs over; of words that are in sight, as the pair is one of theirs. */
const question = computed(() =>
  state.value.view === 'sentence' && !isBefore.value ? rowQuestion(state.value, lockedPair.value) : undefined,
);

export const rowSteps = askOn(
  () => question.value,
  async (asked, signal) => ({ ...(await rowStepsOf(asked, signal)), asked }),
);

type AskedSteps = RowSteps & { asked: RowQuestion };

/** What was shown last stays in sight while another row of the same words is computed. */
let before: { worked: Worked; asked: RowQuestion } | undefined;
export const worked = computed<Worked | undefined>(() => {
  const { is, last } = rowSteps.value;
  const wanted = rowQuestion(state.value, lockedPair.value);
  if (wanted === undefined || is === 'refused' || is === 'lost' || !(before && areOfSameWords(before.asked, wanted)))
    before = undefined;
  if (wanted !== undefined && is === 'answered') before = nowOf(last, wanted) ?? before;
  return before?.worked;
});

function nowOf(last: AskedSteps, wanted: RowQuestion): typeof before {
  const [locked, shown] = [lockedPair.value, shownPair.value];
  const pair = shown?.query === last.row ? shown : locked;
  // The words may have changed, and the question not yet.
  if (pair?.query !== last.row || !areOfSameWords(last.asked, wanted)) return undefined;
  return { worked: workedOf(last, pair), asked: last.asked };
}

const areOfSameWords = ({ request: one }: RowQuestion, { request: other }: RowQuestion) =>
  one.text === other.text && one.context === other.context && one.vectors === other.vectors;

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
