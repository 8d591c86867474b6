/** A request of an example with its answer, as the lesson shows it. */
import type { State } from '../../state/state.ts';
import type { Reading, Weights } from '../reading.ts';

interface Named {
  /** As the request is called in its example. */
  name: string;
  title: string;
}

/** Attention between words. */
export interface TextPart extends Named {
  is: 'text';
  text: string;
  reading: Reading;
  /** Where each word begins in the text; null where that is not known. */
  starts: readonly (number | null)[];
  isCode: boolean;
  /** The word whose light is shown at first. */
  row: number;
  /** Whether the example asks for the steps of that word. */
  steps: FocusSteps | undefined;
  temperature: number;
  /** The same in the sentence view. */
  inSentence: Partial<State>;
}

/** The arithmetic of one word's weights. */
export interface FocusSteps {
  row: number;
  /** The largest scaled score, and the sum of e^(scaled − max). */
  max: number;
  sum: number;
  /** The largest weight first. */
  words: readonly { index: number; text: string; score: number; scaled: number; weight: number }[];
}

/** Attention between vectors. */
export interface TensorPart extends Named {
  is: 'tensors';
  heads: readonly TensorHead[];
  /** What the queries and the keys are called. */
  queries: readonly string[];
  keys: readonly string[];
  /** The factor of q·k. */
  scale: number;
  /** What is added to all scores, where it is one number. */
  shift: number | undefined;
}

export interface TensorHead {
  title: string | undefined;
  query: Weights;
  key: Weights;
  value: Weights;
  /** What the softmax reads. */
  scores: Weights | undefined;
  weights: Weights;
  output: Weights;
  /** Of each row. */
  entropy: Float32Array | undefined;
  effectiveKeys: Float32Array | undefined;
}

export type Part = TextPart | TensorPart;
