// Written by `npm run openapi` from the schemas of the server; not to be changed by hand.
import type { Base64Answer, FlatAnswer, Matrix, Vector } from './tensors.ts';
import type { ExtendedMatrix, FlatScores } from './attention.ts';

/** A text, perhaps a second one to look at, and the heads. */
export interface TextRequest {
  /** The text whose tokens look. */
  text: string;
  /** The text that is looked at (cross-attention). Without it the text looks at itself (self-attention). */
  context?: string | null | undefined;
  /** A token whose attention is worked out step by step: a word (the first token that is it), or its number from 0. */
  focus?: string | number | null | undefined;
  /** How texts are cut: words and punctuation of any human language, or the tokens of code. By default "code" for the head syntax-code and where a language is given, else "words". */
  tokenizer?: 'words' | 'code' | null | undefined;
  /** The language of code, for the head syntax-code and the tokenizer "code". By default the one that fits best; meta says which. */
  language?: 'javascript' | 'typescript' | 'python' | null | undefined;
  /** Where word vectors come from: the table of the server; a small French-English example; or your own, {"word": [numbers]}, all of one width. Those of the table’s width stand beside it, and before it; others stand alone. By default "glove". */
  vectors?: 'glove' | 'bilingual-example' | Record<string, number[]> | null | undefined;
  /** encoder: self-attention in both directions, as BERT. decoder: causal, as GPT. cross: text looks at context. */
  preset?: 'encoder' | 'decoder' | 'cross' | null | undefined;
  /** Which heads look; all of them are constructed, none is learned. By default ["semantic"]. */
  heads?: ('semantic' | 'position' | 'previous-token' | 'same-token' | 'syntax-code')[] | null | undefined;
  /** Tokens see only themselves and those before them; self-attention only. By default what preset says, else false. */
  is_causal?: boolean | null | undefined;
  /** weights = softmax(scores / temperature): small ones sharpen, large ones even out. By default 0.1. */
  temperature?: number | null | undefined;
  /** Whether tokens do not look at themselves. By default true in self-attention: each word is most like itself. */
  exclude_self?: boolean | null | undefined;
  /** How heads that read words (semantic, same-token) know positions too: not at all; by sinusoids beside the words; or by ALiBi. "alibi" makes the head position one of ALiBi. By default "none". */
  positions?: 'none' | 'sinusoidal' | 'alibi' | null | undefined;
  /** What to answer: weights (the mean over heads); of each head its weights (heads), scores (q·k / temperature), masked_scores (what the softmax reads) and output (the mean of the word vectors by weight); stats. By default ["weights","heads","stats"]. */
  outputs?: ('weights' | 'heads' | 'stats' | 'scores' | 'masked_scores' | 'output')[] | null | undefined;
  /** How tensors stand in the answer. By default "nested". */
  tensor_format?: 'nested' | 'flat' | 'base64' | null | undefined;
}

/** Who looks at whom. */
export interface TextAnswer {
  /** The tokens that look. */
  tokens: TextToken[];
  /** The tokens that are looked at, of the context. */
  context_tokens?: TextToken[] | undefined;
  /** The mean of the weights over heads, [Lq, Lk]. */
  weights?: MatrixAnswer | undefined;
  heads: TextHead[];
  stats?: TokenStatistics | undefined;
  focus?: Focus | undefined;
  meta: TextMeta;
}

/** A token of a text, and where its vector comes from. */
export interface TextToken {
  /** Its number, from 0. */
  index: number;
  /** Its number in the vocabulary of the tokenizer, when that has one. */
  id?: number | undefined;
  text: string;
  /** Where it starts, in UTF-16 code units. */
  start: number | null;
  /** Where it ends, exclusive. */
  end: number | null;
  /** Whether there is a vector for this word. */
  known: boolean;
  /** Where the vector comes from: the table; yours; another word that the example table puts it at; known words that begin and end as it does; or nowhere. */
  vector: 'table' | 'given' | 'dictionary' | 'relatives' | 'none';
  /** The known words that an unknown one was made like. */
  relatives?: string[] | undefined;
}

/** Row by row, unless tensor_format asks for another form. */
export type MatrixAnswer = Matrix | FlatAnswer | Base64Answer;

/** A head, and what it looks at. */
export interface TextHead {
  name: HeadName;
  /** What its queries and keys are. All heads are constructed, none is learned. */
  built_from: string;
  /** Numbers of a query and a key. */
  head_dim: number;
  /** The factor of q·k: 1 / temperature. */
  scale: number;
  /** What the parser found, for syntax-code. */
  links?: {
    token: number;
    looks_at: number;
    kind: 'declaration' | 'call' | 'import' | 'scope' | 'bracket';
  }[] | undefined;
  /** Its weights, [Lq, Lk]. */
  weights?: MatrixAnswer | undefined;
  /** q·k / temperature, [Lq, Lk]. */
  scores?: MatrixAnswer | undefined;
  /** What the softmax reads, [Lq, Lk]. */
  masked_scores?: ScoreMatrixAnswer | undefined;
  /** The mean of the word vectors by weight, [Lq, dims]. */
  output?: MatrixAnswer | undefined;
  stats?: TokenStatistics | undefined;
}

export type HeadName = 'semantic' | 'position' | 'previous-token' | 'same-token' | 'syntax-code';

/** Row by row, "-Infinity" where a key is hidden. */
export type ScoreMatrixAnswer = ExtendedMatrix | FlatScores | Base64Answer;

/** Statistics of each token. */
export interface TokenStatistics {
  /** Entropy of the weights of each token, in nats. */
  entropy: VectorAnswer;
  /** exp(entropy): over how many tokens it spreads. */
  effective_keys: VectorAnswer;
  /** Its largest weight. */
  max_weight: VectorAnswer;
  /** The token that has it; −1 for one that sees nothing. */
  max_key: VectorAnswer;
  /** The mean of |i − j| under its weights, in tokens. */
  mean_distance: VectorAnswer;
}

/** A list, unless tensor_format asks for another form. */
export type VectorAnswer = Vector | FlatAnswer | Base64Answer;

/** The attention of one token, worked out. */
export interface Focus {
  text: string;
  index: number;
  /** All tokens that it may see, by the mean over heads, most first. */
  looks_at: RankedToken[];
  heads: FocusHead[];
}

export interface RankedToken {
  index: number;
  text: string;
  weight: number;
}

/** The attention of one token in one head. */
export interface FocusHead {
  name: HeadName;
  /** The largest scaled score of the token; 0 when it sees nothing. */
  max: number;
  /** The sum of e^(scaled − max). */
  sum: number;
  looks_at: WorkedToken[];
}

/** What one head makes of a token that is looked at. */
export interface WorkedToken {
  index: number;
  text: string;
  /** Step 1: q·k, less what ALiBi takes off. */
  score: number;
  /** Step 2: score / temperature. */
  scaled: number;
  /** Step 3: e^(scaled − max) / sum. */
  weight: number;
}

/** How it was computed. */
export interface TextMeta {
  kernel: string;
  /** What the options amount to. */
  preset: 'encoder' | 'decoder' | 'cross';
  tokenizer: string;
  /** The language that code was read in, as it was given or guessed. */
  language?: 'javascript' | 'typescript' | 'python' | undefined;
  vectors: string;
  positions: string;
  temperature: number;
  is_causal: boolean;
  exclude_self: boolean;
  /** [heads, Lq, Lk]. */
  shape: number[];
}
