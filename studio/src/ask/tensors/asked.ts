/** The request on the page, and what the service says of it, while the view is in sight. */
import { computed } from '@preact/signals';
import { SpotlightError } from 'spotlight-client';
import { state } from '../../state/here.ts';
import type { Against } from '../../state/state.ts';
import { askOn } from '../ask-on.ts';
import { post } from '../post.ts';
import { service } from '../service.ts';
import { type Answer, readAnswer } from './answer.ts';
import { bodyOf } from './body.ts';
import type { Entry } from './entry.ts';
import { example } from './example.ts';
import { entriesOf } from './held.ts';
import { type Options, withOption } from './options.ts';
import { type Form, formOf } from './schema.ts';
import { shownOutputs } from './sizes.ts';

const isOpen = computed(() => state.value.view === 'tensors');

/** What there is to be put in, as the service itself says. */
export const formAnswered = askOn(
  () => (isOpen.value ? { form: true } : undefined),
  async (_all, signal) => {
    const document = await documentOf(signal);
    return understood(() => formOf(document));
  },
);
export const form = computed<Form | undefined>(() => formAnswered.value.last);

/** By fetch: the client has no method for it. */
async function documentOf(signal: AbortSignal): Promise<unknown> {
  try {
    const response = await fetch('openapi.json', { signal });
    if (response.ok) return await response.json();
  } catch (cause) {
    throw new SpotlightError('connection_failed', 'GET openapi.json got no answer', { cause });
  }
  throw new SpotlightError('bad_answer', 'The service does not say what it takes: there is no openapi.json');
}

/** What came from another version of the service, perhaps, is told and not thrown. */
function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new SpotlightError('bad_answer', 'The page does not understand the answer', { cause });
  }
}

/** How large a body may be, in bytes; undefined until that is known. */
const limits = askOn(
  () => (isOpen.value ? { limits: true } : undefined),
  async (_all, signal) => (await service.info({ signal })).limits,
);
export const maxBytes = computed(() => limits.value.last?.max_body_bytes);

/** The tensors on the page; those of a link to another page are not here. */
const found = computed(() => (state.value.tensors === undefined ? example : entriesOf(state.value.tensors)));
export const areElsewhere = computed(() => found.value === undefined);
export const entries = computed<readonly Entry[]>(() => found.value ?? example);

interface Request {
  entries: readonly Entry[];
  options: Options;
}

/** The second request: the first with what differs; undefined where none is asked for, or its tensor is on another page. */
export function secondOf(first: Request, against: Against | undefined): Request | undefined {
  if (against === undefined) return undefined;
  if ('option' in against) {
    const { option, value } = against;
    return { ...first, options: withOption(first.options, option, value ?? undefined) };
  }
  const tensor = entriesOf(against.tensor)?.[0];
  if (tensor === undefined) return undefined;
  const others = first.entries.filter(({ role }) => role !== against.role);
  return { ...first, entries: [...others, { ...tensor, role: against.role }] };
}

const both = computed(() => {
  const first = { entries: entries.value, options: state.value.options };
  return { first, second: secondOf(first, state.value.against) };
});

/** What is asked by a body that is rebuilt when it is sent: of large tensors the question has the name only. */
const questionOf = (request: Request | undefined, against: Against | undefined) => {
  const isReady = isOpen.value && form.value !== undefined && request !== undefined;
  return isReady ? { tensors: state.value.tensors, options: state.value.options, against } : undefined;
};

const answeredOf = (which: 'first' | 'second') =>
  askOn(
    () => questionOf(both.value[which], which === 'first' ? undefined : state.value.against),
    async (question, signal) => ({ question, answer: await answerOf(both.peek()[which], signal) }),
  );
export const firstAnswered = answeredOf('first');
export const secondAnswered = answeredOf('second');

async function answerOf(request: Request | undefined, signal: AbortSignal): Promise<Answer> {
  if (request === undefined) throw new SpotlightError('invalid_argument', 'there is no request');
  const body = bodyFor(request);
  const outputs = shownOutputs(request.entries);
  const asked = { ...body, outputs, need_weights: undefined, tensor_format: 'base64' };
  const answer = await post({ path: 'attention', type: 'application/json', body: JSON.stringify(asked), signal });
  return understood(() => readAnswer(answer));
}

const bodyFor = ({ entries, options }: Request) => bodyOf(entries, options, form.peek()?.roles ?? []);

/** The body of the request on the page, as JSON has it; undefined until the service has said what it takes. */
export const request = (): Record<string, unknown> | undefined =>
  form.peek() === undefined ? undefined : bodyFor(both.peek().first);

/** Of the request that is on the page; while another is on its way, the one before. */
export const first = computed(() =>
  firstAnswered.value.is === 'refused' ? undefined : firstAnswered.value.last?.answer,
);
/** Of the second, with what it differs in: while another is on its way, that of the one before. */
export const second = computed(() => {
  const { is, last } = secondAnswered.value;
  const against = last?.question.against;
  const isShown = state.value.against !== undefined && is !== 'refused';
  return isShown && last !== undefined && against !== undefined ? { answer: last.answer, against } : undefined;
});
