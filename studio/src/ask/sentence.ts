/** What the service says of the sentence on the page. */
import { state } from '../state/here.ts';
import { askOn } from './ask-on.ts';
import { readingOf } from './reading.ts';
import { meanRequest, type SentenceRequest, sentenceRequest } from './sentence-request.ts';
import { service } from './service.ts';

const read = async (request: SentenceRequest, signal: AbortSignal) =>
  readingOf(await service.text(request, { signal }), request);

/** All heads. */
export const sentence = askOn(() => sentenceRequest(state.value), read);

/** The picked heads alone, while their mean is shown. */
export const meanOfPicked = askOn(() => meanRequest(state.value), read);
