/** State → which run, and which of its steps, has the arithmetic of a row. */
import type { HeadName, Pair, State } from '../state/state.ts';
import { headsToShow, pickedHeads, type SentenceRequest, sentenceRequest } from './sentence-request.ts';

/** The steps of one row of one head. */
export interface RowQuestion {
  request: Omit<SentenceRequest, 'outputs' | 'tensor_format'>;
  /** Its number among the heads of the request. */
  head: number;
  row: number;
}

/** The head whose arithmetic is shown: the one that was chosen, where it is picked, else the first that is. */
export function headOfPair(state: Pick<State, 'mode' | 'heads' | 'pairHead'>): HeadName {
  const picked = pickedHeads(state);
  return picked.find((head) => head === state.pairHead) ?? picked[0];
}

/** Of the same request that the picture is of, so that the words are cut alike; undefined while there is no pair. */
export function rowQuestion(state: State, pair: Pair | undefined): RowQuestion | undefined {
  const asked = sentenceRequest(state);
  if (asked === undefined || pair === undefined) return undefined;
  const { outputs, tensor_format, ...request } = asked;
  return { request, head: headsToShow(state).indexOf(headOfPair(state)), row: pair.query };
}
