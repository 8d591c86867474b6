/** An example of the service → a page of the lesson. */
import type { WorkedExample } from 'spotlight-client';
import type { Answered } from './asked.ts';
import type { Part } from './part.ts';
import { tensorPart } from './tensor-part.ts';
import { textPart } from './text-part.ts';

export type Comparison = WorkedExample['comparisons'][number];
export type Sequential = NonNullable<WorkedExample['sequential']>;
export type BothWays = Sequential['readings'][number];

export interface LessonPage {
  name: string;
  title: string;
  /** What to look at: the first sentence, and the others. */
  lead: string;
  rest: string;
  /** As they are sent, with the example's own answers. */
  requests: readonly Answered[];
  /** In the order of the requests. */
  parts: readonly Part[];
  comparisons: readonly Comparison[];
  /** Where the texts are read word by word, too. */
  sequential: Sequential | undefined;
}

export function pageOf({ name, title, look_at, requests, comparisons, sequential }: WorkedExample): LessonPage {
  const [lead, rest] = firstSentence(look_at);
  return {
    name,
    title,
    lead,
    rest,
    requests,
    parts: requests.map((request) => partOf(request, rowOf(request.name, comparisons))),
    comparisons,
    sequential,
  };
}

export const partOf = (request: Answered, row: number): Part =>
  request.path === '/attention/text' ? textPart(request, request.answer, row) : tensorPart(request, request.answer);

function firstSentence(text: string): [string, string] {
  const [{ segment }] = new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text);
  return [segment.trim(), text.slice(segment.length)];
}

/** Where a pointer says which row of a matrix, or which of the numbers of all rows. */
const ROW = /\/(?:weights|stats\/[a-z_]+)\/(\d+)/;

export function rowOfPointer(pointer = ''): number | undefined {
  const row = ROW.exec(pointer)?.[1];
  return row === undefined ? undefined : Number(row);
}

/** The row that most of what is said of a request is about, the first among equals. */
export function rowOf(request: string, comparisons: readonly Comparison[]): number {
  const counts = new Map<number, number>();
  for (const { left } of comparisons) {
    const row = left.request === request ? rowOfPointer(left.pointer) : undefined;
    if (row !== undefined) counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0])[0];
}
