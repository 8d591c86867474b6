import type { FloatProblem } from '../../attention/problem.ts';
import type { AttentionResult } from '../../attention/result.ts';
import type { TextFormat } from '../../codec/media-type.ts';
import type { TensorForm } from '../../codec/tensor-request.ts';
import type { Language } from '../../text/code/language.ts';
import type { HeadName } from '../../text/heads/heads.ts';
import type { TokenLink } from '../../text/heads/links.ts';
import type { VectorSource } from '../../text/word-vectors.ts';
import type { TextOutput } from './text-options.ts';

/** A token as an answer shows it. */
export interface TokenLabel {
  id: number | null;
  text: string;
  start: number | null;
  end: number | null;
  source: VectorSource;
  relatives: readonly string[];
}

/** One head: what it was built from, and what it computed. */
export interface HeadAnswer {
  name: HeadName;
  builtFrom: string;
  links: readonly TokenLink[] | undefined;
  problem: FloatProblem;
  result: AttentionResult;
}

/** How an answer was computed, in its wire names. */
export interface TextMeta {
  kernel: string;
  preset: 'encoder' | 'decoder' | 'cross';
  tokenizer: string;
  /** Of code. */
  language?: Language;
  vectors: string;
  positions: string;
  temperature: number;
  is_causal: boolean;
  exclude_self: boolean;
  /** [heads, tokens of text, tokens that are looked at] */
  shape: readonly number[];
}

/** All that is needed to write an answer over text once its heads are computed. */
export interface TextAnswer {
  kind: 'text';
  format: TextFormat;
  /** The text in short, and the one that it looks at, for the titles of tables and pictures. */
  subjects: readonly string[];
  form: TensorForm;
  outputs: readonly TextOutput[];
  tokens: readonly TokenLabel[];
  /** The tokens that are looked at, when they are of another text. */
  contextTokens: readonly TokenLabel[] | undefined;
  heads: readonly HeadAnswer[];
  /** The token whose attention is worked out. */
  focus: number | undefined;
  meta: TextMeta;
}

/** Numbers that writing the answer has to read or turn into text, about; statistics of the mean read as many. */
export function textAnswerNumbers({ format, heads, outputs }: TextAnswer): number {
  const [{ problem }] = heads;
  if (format !== 'json') return problem.queryLength * problem.keyLength * (heads.length + 1);
  const ofAll = outputs.filter((name) => name === 'weights' || name === 'stats').length;
  const ofEach = outputs.filter((name) => name === 'heads' || name === 'scores' || name === 'masked_scores').length;
  const vectors = outputs.includes('output') ? heads.length * problem.queryLength * problem.valueDim : 0;
  return problem.queryLength * problem.keyLength * (ofAll + ofEach * heads.length) + vectors;
}
