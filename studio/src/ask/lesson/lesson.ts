/** What the service says of the page of the lesson that is open. */
import { computed, signal } from '@preact/signals';
import { state } from '../../state/here.ts';
import { askOn } from '../ask-on.ts';
import { service } from '../service.ts';
import type { Answered, Question } from './asked.ts';
import { pageOf, partOf, rowOf } from './page.ts';
import type { Part } from './part.ts';
import { changedRequests } from './trials.ts';

const isOpen = computed(() => state.value.view === 'lesson');
/** Whether the pages are named elsewhere than in the lesson, as by the search. */
export const wantsContents = signal(false);

/** The pages in their order. */
export const contents = askOn(
  () => (isOpen.value || wantsContents.value ? { all: true } : undefined),
  async (_all, signal) => (await service.examples({ signal })).examples.map(({ name, title }) => ({ name, title })),
);

/** The page that is open: the one that the link names, else the first. */
export const openName = computed(() =>
  isOpen.value ? (state.value.lesson ?? contents.value.last?.[0]?.name) : undefined,
);

export const page = askOn(
  () => (openName.value === undefined ? undefined : { name: openName.value }),
  async ({ name }, signal) => pageOf(await service.example(name, { signal })),
);

async function answered(question: Question, signal: AbortSignal): Promise<Answered> {
  return question.path === '/attention/text'
    ? { ...question, answer: await service.text(question.body, { signal }) }
    : { ...question, answer: await service.attention(question.body, { signal }) };
}

/** The requests that were changed, and what they are answered. */
export const tried = askOn(
  () => {
    const open = page.value.last;
    if (open === undefined || open.name !== openName.value) return undefined;
    const requests = changedRequests(open, state.value.tried);
    return requests.length > 0 ? { name: open.name, requests } : undefined;
  },
  async ({ name, requests }, signal) => ({
    name,
    requests: await Promise.all(requests.map((request) => answered(request, signal))),
  }),
);

/** The parts of the open page, those that were changed in place of the example's own. */
export const shownParts = computed<readonly Part[]>(() => {
  const open = page.value.last;
  if (open === undefined) return [];
  const changed = tried.value.last?.name === open.name ? (tried.value.last?.requests ?? []) : [];
  return open.parts.map((part) => {
    const request = changed.find(({ name }) => name === part.name);
    return request === undefined ? part : partOf(request, rowOf(part.name, open.comparisons));
  });
});
