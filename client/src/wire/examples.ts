// Written by `npm run openapi` from the schemas of the server; not to be changed by hand.
import type { AttentionAnswer, AttentionRequest } from './attention.ts';
import type { TextAnswer, TextRequest } from './text.ts';

/** All examples. */
export interface ExampleList {
  examples: ExampleEntry[];
}

export interface ExampleEntry {
  name: string;
  title: string;
  links: ExampleLinks;
}

export interface ExampleLinks {
  /** A path of this server. */
  self: string;
  /** A path of this server. */
  text: string;
  /** A path of this server. */
  svg: string;
}

/** Requests, their answers, and what these show. */
export interface WorkedExample {
  name: string;
  title: string;
  /** What to look at in the answers. */
  look_at: string;
  requests: ExampleRequest[];
  /** What the numbers say. */
  comparisons: Comparison[];
  /** The same texts read word by word, beside attention. */
  sequential?: {
    /** How the sequential reader reads. */
    rule: string;
    decay: number;
    readings: Reading[];
  } | undefined;
  links: ExampleLinks;
}

/** A request of an example, with its answer. */
export type ExampleRequest = TensorExampleRequest | TextExampleRequest;

/** A request over tensors. */
export interface TensorExampleRequest {
  name: string;
  method: 'POST';
  path: '/attention';
  /** The body, to be sent as it is. */
  body: AttentionRequest;
  /** What the route answers to it, computed now. */
  answer: AttentionAnswer;
  links: {
    /** A path of this server. */
    svg: string;
  };
}

/** A request over text. */
export interface TextExampleRequest {
  name: string;
  method: 'POST';
  path: '/attention/text';
  /** The body, to be sent as it is. */
  body: TextRequest;
  /** What the route answers to it, computed now. */
  answer: TextAnswer;
  links: {
    /** A path of this server. */
    svg: string;
  };
}

export interface Comparison {
  says: string;
  left: ComparisonSide;
  relation: 'equals' | 'differs from' | 'is greater than';
  right: ComparisonSide;
  /** Whether the numbers say so. With another table of word vectors they may not. */
  holds: boolean;
}

/** Numbers that are compared. */
export interface ComparisonSide {
  /** Whose answer was read, or "sequential"; absent when it is arithmetic. */
  request?: string | undefined;
  /** Where in the answer, as a JSON pointer. */
  pointer?: string | undefined;
  values: number[];
}

export interface Reading {
  request: string;
  from: WordPlace;
  to: WordPlace;
  distance: number;
  attention: OneWay;
  sequential: OneWay;
  /** What reaches the second word from each, by both. */
  words: WordReach[];
}

export interface WordPlace {
  index: number;
  text: string;
}

/** How one way of reading gets from a word to another. */
export interface OneWay {
  /** The factor of the first word in what the second reads. */
  reach: number;
  /** Steps of which each waits for the one before. */
  dependent_steps: number;
  multiplications: number;
  /** Wall time on one thread, measured for this answer: the median of a few runs. */
  ms: number;
}

export interface WordReach {
  index: number;
  text: string;
  distance: number;
  attention: number;
  sequential: number;
}
