/** The requests of an example, and the part of their answers that is read. */
import type { AttentionRequest, TextRequest } from 'spotlight-client';
import type { HeadName } from '../../state/state.ts';

/** Tensors, as lists in lists. */
type Tensor = unknown;

export interface TextQuestion {
  name: string;
  path: '/attention/text';
  body: TextRequest;
}

export interface TensorQuestion {
  name: string;
  path: '/attention';
  body: AttentionRequest;
}

export type Question = TextQuestion | TensorQuestion;

interface Statistics {
  entropy: Tensor;
  effective_keys: Tensor;
}

interface TextStatistics extends Statistics {
  mean_distance: Tensor;
}

export interface TextAnswer {
  tokens: { text: string; start: number | null }[];
  context_tokens?: { text: string }[] | undefined;
  weights?: Tensor;
  stats?: TextStatistics | undefined;
  heads: { name: HeadName; built_from: string; weights?: Tensor; stats?: TextStatistics | undefined }[];
  focus?: { index: number; heads: FocusHead[] } | undefined;
  meta: { tokenizer: string; vectors: string; temperature: number; is_causal: boolean; exclude_self: boolean };
}

interface FocusHead {
  max: number;
  sum: number;
  looks_at: { index: number; text: string; score: number; scaled: number; weight: number }[];
}

export interface TensorAnswer {
  output: Tensor;
  weights?: Tensor;
  scores?: Tensor;
  masked_scores?: Tensor;
  stats?: Statistics | undefined;
  query_labels?: string[] | undefined;
  key_labels?: string[] | undefined;
  head_labels?: string[] | undefined;
  meta: { scale: number };
}

export type Answered = (TextQuestion & { answer: TextAnswer }) | (TensorQuestion & { answer: TensorAnswer });
