import type { Comparison } from '../comparison.ts';

/** The route that answers a request of an example. */
export type ExampleRoute = '/attention' | '/attention/text';

export interface ExampleRequest {
  /** Unique in its example. */
  name: string;
  route: ExampleRoute;
  body: Readonly<Record<string, unknown>>;
}

/** A part of the lesson as requests that can be sent. */
export interface LessonExample {
  /** Kebab case, as in GET /examples/{name}. */
  name: string;
  title: string;
  /** What to look at in the answers. */
  lookAt: string;
  requests: readonly ExampleRequest[];
  /** What the numbers in the answers must say. */
  comparisons: readonly Comparison[];
  /** Two words of each request, to be read by a sequential reader too. */
  sequential?: SequentialReading;
}

/** What reaches the word `to` from the word `from`, as more and more words stand between them. */
export interface SequentialReading {
  decay: number;
  /** By request: the two words' places among the tokens, from 0. */
  words: readonly { request: string; from: number; to: number }[];
}

/** As in all texts here: the meaning of words, sharp enough to see, and no word looking at itself. */
export const meaning = { heads: ['semantic'], temperature: 0.1, exclude_self: true };

export const MAT = 'The cat sat on the mat';

/** In comparisons, the name of what a sequential reader gives beside the answers to the requests. */
export const SEQUENTIAL = 'sequential';

/** A request to POST /attention/text. */
export function textRequest(name: string, body: Readonly<Record<string, unknown>>): ExampleRequest {
  return { name, route: '/attention/text', body };
}
