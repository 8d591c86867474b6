/** What the routes between text and tokens take and answer, in the service's own shape. */

interface TokenizeOptions {
  /** As GET /tokenizers lists them; by default `o200k_base`. */
  tokenizer?: string;
  /** Whether the tokens that the tokenizer puts around a text are given; by default true. */
  add_special_tokens?: boolean;
  /** Special tokens that the text may hold as such; all others in it are plain text. */
  allowed_special?: 'all' | string[];
  /** The most tokens of a text; what is beyond is cut off. */
  max_length?: number;
  /** On which side `max_length` cuts; by default right. */
  truncation?: 'left' | 'right';
  /** Cuts the text into chunks of at most `size` tokens, of which neighbors share up to `overlap`. */
  chunk?: { size: number; overlap?: number };
}

export type TokenizeRequest = TokenizeOptions & { text: string };
export type TokenizeTextsRequest = TokenizeOptions & { texts: string[] };

export interface Token {
  /** Null where the tokenizer has no vocabulary. */
  id: number | null;
  text: string;
  /** UTF-16 code units from the start of the text; null where no place is known. */
  start: number | null;
  end: number | null;
  byte_start: number | null;
  byte_end: number | null;
  special: boolean;
  /** It holds only some bytes of the characters that it spans. */
  partial?: true;
}

export interface Tokens {
  count: number;
  /** `max_length` has cut some off. */
  truncated?: true;
  tokens: Token[];
  /** When `chunk` was asked for. */
  chunks?: { start: number; end: number; count: number; text: string }[];
}

export type TokenizeAnswer = { tokenizer: string } & Tokens;
export interface TokenizeTextsAnswer {
  tokenizer: string;
  results: Tokens[];
}

export interface DetokenizeRequest {
  ids: number[];
  tokenizer?: string;
}
export interface DetokenizeAnswer {
  text: string;
}
