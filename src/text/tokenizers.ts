import { codeTokens } from './code/tokens.ts';
import type { Token } from './token.ts';
import { segmentWords } from './words.ts';

export type Tokenizer = (text: string) => Token[];

const tokenizers = { words: segmentWords, code: codeTokens } as const satisfies Record<string, Tokenizer>;

/** Tokenizers that attention over text can read with. */
export type TokenizerName = keyof typeof tokenizers;
export const TOKENIZER_NAMES = ['words', 'code'] as const satisfies readonly TokenizerName[];

/** @throws RequestError for a text that it cannot take */
export function tokenizerNamed(name: TokenizerName): Tokenizer {
  return tokenizers[name];
}
