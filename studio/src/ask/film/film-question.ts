/** State → which film is shown: a run of one's own, or one that a link leads to. */
import type { State } from '../../state/state.ts';
import { filmRequest } from '../sentence-request.ts';

export type FilmQuestion = NonNullable<ReturnType<typeof filmQuestion>>;

/** Of a short sentence a tile has few rows, so that there are several and each can be read. */
const FEW_ROWS = 4;
const SHORT = 400;

/** Undefined while there is nothing to compute. */
export function filmQuestion(state: State) {
  const { run, detail, text } = state;
  if (run !== undefined) return { is: 'watched', run } as const;
  const request = filmRequest(state);
  if (request === undefined) return undefined;
  const isSmall = detail === 'tile' && text.length < SHORT;
  return { is: 'started', request, stepping: { detail, ...(isSmall && { tile_rows: FEW_ROWS }) } } as const;
}
