/** What the service says of the sentence on the page, while a view shows it. */
import { state } from '../state/here.ts';
import type { ViewName } from '../state/state.ts';
import { askOn } from './ask-on.ts';
import { type AskedReading, readingOf } from './reading.ts';
import { meanRequest, type SentenceRequest, sentenceRequest } from './sentence-request.ts';
import { service } from './service.ts';

const read = async (asked: SentenceRequest, signal: AbortSignal): Promise<AskedReading> => ({
  ...readingOf(await service.text(asked, { signal }), asked),
  asked,
});

const isInSight = (...views: ViewName[]) => views.includes(state.value.view);

/** All heads; a film begins at their strongest pair. */
export const sentence = askOn(() => (isInSight('sentence', 'steps') ? sentenceRequest(state.value) : undefined), read);

/** The picked heads alone, while their mean is shown. */
export const meanOfPicked = askOn(() => (isInSight('sentence') ? meanRequest(state.value) : undefined), read);
