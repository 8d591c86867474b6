/** What the tensors view shows, from the tensors, the answers and the pointer. */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Answered } from '../../ask/answered.ts';
import type { Answer } from '../../ask/tensors/answer.ts';
import { entries, first, firstAnswered, second, secondAnswered } from '../../ask/tensors/asked.ts';
import { withRole } from '../../ask/tensors/entry.ts';
import { state } from '../../state/here.ts';
import type { Against, Pair, PatternPlace } from '../../state/state.ts';
import { differenceOf, type HeadMatrix, outputOf, patternOf } from './head-matrices.ts';
import { placeOfFault } from './places.ts';

/** What is wrong with a file that was dropped or a text that was pasted. */
export const intakeFault = signal<string | undefined>(undefined);

export const pointedCell = signal<Pair | undefined>(undefined);
export const pointedOutput = signal<Pair | undefined>(undefined);
/** A cell of the output that was clicked or walked to. */
export const pickedOutput = signal<Pair | undefined>(undefined);

/** The head that is looked at; of a link to one that there is not, the last. */
export const place = computed<PatternPlace>(() => {
  const wanted = state.value.answered ?? { batch: 0, head: 0, cell: undefined };
  const { batch = 1, heads = 1 } = first.value ?? {};
  const within = (index: number, count: number) => Math.max(0, Math.min(index, count - 1));
  return { batch: within(wanted.batch, batch), head: within(wanted.head, heads), cell: wanted.cell };
});

/** Apart from the cell: where that is another, the pictures are the same. */
const entryAt = computed(() => place.value.batch);
const headAt = computed(() => place.value.head);

/** Of one answer, or of two with what is between them where they have as many rows and columns. */
export interface Shown {
  first: HeadMatrix;
  second: HeadMatrix | undefined;
  /** What the second differs in. */
  against: Against | undefined;
  difference: HeadMatrix | undefined;
}

const shownOf = (matrixOf: (answer: Answer, at: { batch: number; head: number }) => HeadMatrix | undefined) =>
  computed((): Shown | undefined => {
    const at = { batch: entryAt.value, head: headAt.value };
    const one = first.value && matrixOf(first.value, at);
    if (one === undefined) return undefined;
    const other = second.value && matrixOf(second.value.answer, at);
    const against = other && second.value?.against;
    return { first: one, second: other, against, difference: other && differenceOf(one, other) };
  });
export const patterns = shownOf(patternOf);
export const outputs = shownOf(outputOf);

/** The cell of the patterns that is looked into: under the pointer, else the one that was picked; undefined beside them. */
export const cell = computed(() => inside(pointedCell.value ?? place.value.cell, patterns.value?.first));
export const outputCell = computed(() => inside(pointedOutput.value ?? pickedOutput.value, outputs.value?.first));

const inside = (at: Pair | undefined, matrix: HeadMatrix | undefined): Pair | undefined =>
  at && matrix && at.query < matrix.rows && at.key < matrix.columns ? at : undefined;

/** Names of rows and columns: those of the request where it gives some, else numbers. */
export const words = computed(() => {
  const { query_labels, key_labels } = state.value.options;
  const { rows = 0, columns = 0 } = patterns.value?.first ?? outputs.value?.first ?? {};
  const width = outputs.value?.first.columns ?? 0;
  return {
    queries: namesOf(query_labels, Math.max(rows, outputs.value?.first.rows ?? 0)),
    keys: namesOf(key_labels, columns),
    columns: namesOf(undefined, width),
  };
});

const namesOf = (labels: unknown, count: number): string[] =>
  Array.from({ length: count }, (_, i) => {
    const label: unknown = Array.isArray(labels) ? labels[i] : undefined;
    return typeof label === 'string' ? label : String(i);
  });

/** Where the service says that a request is wrong. */
const faultPlaceOf = (answered: ReadonlySignal<Answered<unknown>>) =>
  computed(() => {
    const now = answered.value;
    return now.is === 'refused' ? placeOfFault(now.problem, entries.value) : undefined;
  });
export const faultPlace = faultPlaceOf(firstAnswered);
export const secondFaultPlace = faultPlaceOf(secondAnswered);

export const entryOfRole = (role: string) => withRole(entries.value, role);
