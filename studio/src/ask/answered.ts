/** What became of a question; `last` is the answer before it, which stays in sight meanwhile. */
import type { SpotlightError } from 'spotlight-client';

export type Answered<Answer> =
  /** There is nothing to ask, as of an empty sentence. */
  | { is: 'idle'; last?: undefined }
  | { is: 'asking'; last: Answer | undefined }
  | { is: 'answered'; last: Answer }
  /** The service says what is wrong with the question. */
  | { is: 'refused'; problem: SpotlightError; last: Answer | undefined }
  /** The service is away; it is asked again until it is back. */
  | { is: 'lost'; last: Answer | undefined };
