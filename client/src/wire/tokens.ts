// Written by `npm run openapi` from the schemas of the server; not to be changed by hand.

export interface TokenizeRequest {
  /** The text. */
  text: string;
  /** The tokenizer, as GET /tokenizers lists them; o200k_base when left out. */
  tokenizer?: string | null | undefined;
  /** Whether the tokens that the tokenizer puts around a text are given, such as [CLS] and [SEP]; encodings of OpenAI have none. By default true. */
  add_special_tokens?: boolean | null | undefined;
  /** Added tokens that the text may hold as such; all others in it are plain text: [] allows none, "all" allows all. Left out, tokens that are special are plain text, and those of a file that it does not flag special are found, as Hugging Face finds them. */
  allowed_special?: 'all' | string[] | null | undefined;
  /** The most tokens of a text, with those around it; what is beyond is cut off, and the answer says truncated. */
  max_length?: number | null | undefined;
  /** On which side max_length cuts. By default "right". */
  truncation?: 'left' | 'right' | null | undefined;
  /** Cuts the text into chunks of tokens, for retrieval; no character is cut. */
  chunk?: {
    /** The most tokens of a chunk. */
    size: number;
    /** The most tokens that chunks share, less than size; by default 0. */
    overlap?: number | null | undefined;
  } | null | undefined;
}

export interface TokenizeTextsRequest {
  /** Several texts; the answer has a result for each. */
  texts: string[];
  /** The tokenizer, as GET /tokenizers lists them; o200k_base when left out. */
  tokenizer?: string | null | undefined;
  /** Whether the tokens that the tokenizer puts around a text are given, such as [CLS] and [SEP]; encodings of OpenAI have none. By default true. */
  add_special_tokens?: boolean | null | undefined;
  /** Added tokens that the text may hold as such; all others in it are plain text: [] allows none, "all" allows all. Left out, tokens that are special are plain text, and those of a file that it does not flag special are found, as Hugging Face finds them. */
  allowed_special?: 'all' | string[] | null | undefined;
  /** The most tokens of a text, with those around it; what is beyond is cut off, and the answer says truncated. */
  max_length?: number | null | undefined;
  /** On which side max_length cuts. By default "right". */
  truncation?: 'left' | 'right' | null | undefined;
  /** Cuts the text into chunks of tokens, for retrieval; no character is cut. */
  chunk?: {
    /** The most tokens of a chunk. */
    size: number;
    /** The most tokens that chunks share, less than size; by default 0. */
    overlap?: number | null | undefined;
  } | null | undefined;
}

export interface DetokenizeRequest {
  /** The tokens by their ids. */
  ids: number[];
  /** Names the tokenizer as well. */
  model?: string | null | undefined;
  /** The tokenizer, as GET /tokenizers lists them; o200k_base when left out. */
  tokenizer?: string | null | undefined;
}

export interface DecodeRequest {
  /** The tokens of a text by their ids, or those of several texts. */
  ids: number[] | number[][];
  /** Whether special tokens are left out of the text. By default true. */
  skip_special_tokens?: boolean | null | undefined;
  /** The tokenizer, as GET /tokenizers lists them; o200k_base when left out. */
  tokenizer?: string | null | undefined;
}

export type TokenizeAnswer = TextTokens;

/** For text. */
export interface TextTokens {
  /** The name of the tokenizer that was used. */
  tokenizer: string;
  /** How many tokens there are. */
  count: number;
  /** max_length has cut some off. */
  truncated?: true | undefined;
  tokens: Token[];
  /** When chunk was asked for. */
  chunks?: Chunk[] | undefined;
}

/** A piece of a text, and where it stands in it. */
export interface Token {
  /** Its number in the vocabulary; null where the tokenizer has none. */
  id: number | null;
  /** What it spans; of a special token that stands for no text, its name. */
  text: string;
  /** UTF-16 code units from the start of the text; null where no place is known. */
  start: number | null;
  /** Where it ends, exclusive. */
  end: number | null;
  /** The same in UTF-8 bytes. */
  byte_start: number | null;
  /** The same in UTF-8 bytes. */
  byte_end: number | null;
  /** Whether it is a special token. */
  special: boolean;
  /** It does not hold all of the characters that it spans, or not alone: its neighbors span them as well. */
  partial?: true | undefined;
}

/** A piece of a text with not more tokens than asked for. */
export interface Chunk {
  /** UTF-16 code units from the start of the text. */
  start: number;
  /** Where it ends, exclusive. */
  end: number;
  /** Its tokens, without those around the text. */
  count: number;
  text: string;
}

export type TokenizeTextsAnswer = TextsTokens;

/** For texts. */
export interface TextsTokens {
  /** The name of the tokenizer that was used. */
  tokenizer: string;
  results: TokensOfText[];
}

/** The tokens of one text. */
export interface TokensOfText {
  /** How many tokens there are. */
  count: number;
  /** max_length has cut some off. */
  truncated?: true | undefined;
  tokens: Token[];
  /** When chunk was asked for. */
  chunks?: Chunk[] | undefined;
}

export type DetokenizeAnswer = DetokenizedText;

/** For ids. */
export interface DetokenizedText {
  text: string;
}

export type Tokenizers = TokenizerList;

/** All tokenizers. */
export interface TokenizerList {
  tokenizers: Tokenizer[];
}

/** A tokenizer, and what it can do. */
export interface Tokenizer {
  name: string;
  /** Other names that it answers to. */
  aliases: string[];
  kind: 'words' | 'BPE' | 'WordPiece' | 'Unigram' | 'WordLevel';
  /** Ids are below this; null where tokens have none. */
  vocabulary_size: number | null;
  /** Whether /detokenize gives back every text of /tokenize as it was, whatever allowed_special says. */
  reversible: boolean;
  /** Plain text where a text has them, unless allowed_special says otherwise. */
  special_tokens: SpecialToken[];
  /** Tokens that a file adds to its vocabulary without calling them special, control tokens among them in some: found in a text, unless allowed_special is a list without them. */
  unflagged_tokens: SpecialToken[];
  /** The tokens that add_special_tokens puts before a text. */
  prefix: number[];
  /** Those that it puts behind it. */
  suffix: number[];
  /** The most tokens that its model takes, if it says so. */
  max_tokens: number | null;
}

export interface SpecialToken {
  id: number;
  text: string;
}
