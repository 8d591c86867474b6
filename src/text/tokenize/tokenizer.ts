import { RequestError } from '../../errors.ts';
import type { TokenList } from './token-list.ts';

/** How a tokenizer works, in the words of Hugging Face's tokenizer.json; `words` follows Unicode. */
export type TokenizerKind = 'words' | 'BPE' | 'WordPiece' | 'Unigram' | 'WordLevel';

export interface SpecialToken {
  id: number;
  text: string;
}

/** What there is to know of a tokenizer without using it. */
export interface TokenizerAbout {
  name: string;
  aliases: readonly string[];
  kind: TokenizerKind;
  /** The most ids that it can give, special ones too; null where tokens have none. */
  vocabularySize: number | null;
  /** Whether joining its tokens always gives back the text. */
  reversible: boolean;
  /** Tokens that stand for no text, by id. */
  specialTokens: readonly SpecialToken[];
  /** Tokens beside the vocabulary that a file does not call special: words of its own, or runs of spaces. */
  unflaggedTokens: readonly SpecialToken[];
  /** What stands for text that the vocabulary has no token for, by its text or its id; null where there is none. */
  unknownToken: string | number | null;
  /** What `add_special_tokens` puts before and after a text. */
  before: readonly number[];
  after: readonly number[];
  /** The most tokens that its model takes, if the tokenizer knows; null otherwise. */
  maxTokens: number | null;
}

/** How long a call may go on. */
export interface Pace {
  isOver(): boolean;
  /** Whether work may be begun that cannot be interrupted for many ms. */
  readonly mayBeLong: boolean;
}

/** Where a call stopped; with `needsLong` the rest begins with work that cannot be interrupted. */
export interface Stop {
  at: number;
  needsLong: boolean;
}

/** What is known of single tokens. */
export interface KnownTokens {
  readonly about: TokenizerAbout;
  has(id: number): boolean;
  isSpecial(id: number): boolean;
  /** Whether a token stands for text that the vocabulary has no token for. */
  isUnknown(id: number): boolean;
  /** The text of one token by itself, for a token without a place; undefined for an id that there is not. */
  textOf(id: number): string | undefined;
}

/** Text → tokens → text. One for each name in a thread; it keeps nothing of the texts it has seen. */
export interface Tokenizer extends KnownTokens {
  /**
   * Adds tokens of the UTF-8 text `from` to `to`, in which special tokens are plain text, until all is read or the pace
   * says so; a little is always read, unless it needs a call that may be long. What is left is read by calling again from where it stopped.
   */
  encode(bytes: Uint8Array, from: number, to: number, tokens: TokenList, pace: Pace): Stop;
  /**
   * The text of tokens, all of which there are. Bytes that are no UTF-8 become U+FFFD.
   * @throws RequestError `output_too_large` beyond `maxBytes`
   */
  decode(ids: readonly number[], maxBytes: number): string;
}

export function tooMuchText(bytes: number, maxBytes: number): RequestError {
  const detail = `the text of these tokens has ${bytes} bytes, and the limit is ${maxBytes}`;
  return new RequestError('output_too_large', detail, { pointer: '/ids' });
}

/** A pace for texts that are known to be small. */
export const unhurried: Pace = { isOver: () => false, mayBeLong: true };
