/** What the service says of the dump on the page, while the view is in sight. */
import { computed, signal } from '@preact/signals';
import type { Diagnosis as Answer } from 'spotlight-client';
import { state } from '../../state/here.ts';
import { askOn } from '../ask-on.ts';
import { service } from '../service.ts';
import type { Dump } from './dump.ts';
import { exampleDump } from './example.ts';
import { type HeadPlace, postDump } from './post-dump.ts';

export type Diagnosis = Answer;
export type Patterns = NonNullable<Diagnosis['patterns']>;
export type Cause = Diagnosis['causes'][number];
/** NaN and infinities are texts. */
export type AnyNumber = Diagnosis['where']['map'][number][number];

export const example = exampleDump();

/** The one that is looked at; a file is no part of the state, since no link can hold it. */
export const dump = signal<Dump>(example);

const isOpen = computed(() => state.value.view === 'diagnose');

/** How large a body may be, in bytes; undefined until that is known. */
const limits = askOn(
  () => (isOpen.value ? { limits: true } : undefined),
  async (_all, signal) => (await service.info({ signal })).limits,
);
export const maxBytes = computed(() => limits.value.last?.max_body_bytes);

/** With the dump that it is of: what is answered last may be of another. */
export const diagnosed = askOn(
  () => (isOpen.value ? { dump: dump.value.id } : undefined),
  async (asked, signal) => ({ ...asked, diagnosis: await postDump(dump.peek(), undefined, { signal }) }),
);

/** The diagnosis of the dump on the page. */
export const diagnosis = computed<Diagnosis | undefined>(() => {
  const { is, last } = diagnosed.value;
  return is !== 'refused' && last?.dump === dump.value.id ? last.diagnosis : undefined;
});

/** The head whose patterns are asked for, once there is a diagnosis. */
const wanted = computed<HeadPlace | undefined>(() =>
  diagnosis.value === undefined ? undefined : state.value.patterns,
);

export const patternsAnswered = askOn(
  () => {
    const place = wanted.value;
    return place && { dump: dump.value.id, batch: place.batch, head: place.head };
  },
  async ({ dump: id, ...place }, signal) => ({
    dump: id,
    patterns: (await postDump(dump.peek(), place, { signal })).patterns,
  }),
);

/** Of this dump; while those of another head are on their way, those before. */
export const patterns = computed<Patterns | undefined>(() => {
  const { last } = patternsAnswered.value;
  return wanted.value !== undefined && last?.dump === dump.value.id ? last.patterns : undefined;
});
